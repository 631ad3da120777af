"""A case takes over from the ledger what became of its payouts, by the rules of its kind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activities.claim_payouts import take_claim_payouts
from activities.return_payouts import take_return_payouts
from activities.writing import keep_change, unchanged
from domain.adjustments.case import Adjustment
from domain.adjustments.events import take_payouts as take_adjustment_payouts
from domain.case_documents import CaseDocument
from domain.cases import StepResult
from domain.changes import CaseChange
from domain.claims.case import Claim
from domain.payment_issues.case import PaymentIssue
from domain.payment_issues.events import take_payouts
from domain.policies import Policy
from domain.ports import Transaction
from domain.returns.case import ReturnCase


def take_ledger(tx: Transaction, case: CaseDocument, *, at: datetime) -> StepResult:
    """The case knows its payouts as the ledger does, and what follows from them is on record."""
    policy = tx.policy(case.ref.merchant, case.policy_version).policy
    change = _change(tx, case, policy, at=at)
    if change.case == case:
        return unchanged(tx, case, policy)
    return keep_change(tx, case, change, policy)


def _change(tx: Transaction, case: CaseDocument, policy: Policy, *, at: datetime) -> CaseChange[Any]:
    match case:
        case ReturnCase():
            return take_return_payouts(tx, case, policy, at=at)
        case PaymentIssue():
            return take_payouts(case, tx.payouts(case.ref), at=at)
        case Adjustment():
            return take_adjustment_payouts(case, tx.payouts(case.ref), at=at)
        case Claim():
            return take_claim_payouts(tx, case, policy, at=at)
        case _:
            raise TypeError(f"a {type(case).__name__} pays nothing")
