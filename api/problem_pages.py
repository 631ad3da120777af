"""The kinds of problems that have a page of their own, by what they are about."""

from __future__ import annotations

from api import (
    abuse_problems,
    adjustment_problems,
    approval_problems,
    catalogue_problems,
    claim_problems,
    credit_problems,
    gift_problems,
    label_problems,
    policy_problems,
    receipt_problems,
)

KINDS = (
    *abuse_problems.KINDS,
    *adjustment_problems.KINDS,
    *approval_problems.KINDS,
    *catalogue_problems.KINDS,
    *claim_problems.KINDS,
    *credit_problems.KINDS,
    *label_problems.KINDS,
    *gift_problems.KINDS,
    *policy_problems.KINDS,
    *receipt_problems.KINDS,
)
