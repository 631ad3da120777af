"""What is owed for units of an order: one function for the quote, the approval screen and the payout.

An order is worth what was paid for it, position by position: each line and each shipping charge. A line's worth is
split over its units so that the first k units together are worth `k / n` of the line, rounded once; any sequence of
returns of a line therefore sums to the line exactly. See docs/money.md.
"""

from domain.reimbursements.amounts import (
    AmountKind,
    AmountLine,
    Credit,
    CreditedTax,
    PaidBefore,
    PlannedPayout,
    ReimbursedUnits,
    ReimbursementPart,
    ReimbursementPlan,
)
from domain.reimbursements.payouts import plan_payouts, unplaced_minor
from domain.reimbursements.plans import plan_reimbursement

__all__ = [
    "AmountKind",
    "AmountLine",
    "Credit",
    "CreditedTax",
    "PaidBefore",
    "PlannedPayout",
    "ReimbursedUnits",
    "ReimbursementPart",
    "ReimbursementPlan",
    "plan_payouts",
    "plan_reimbursement",
    "unplaced_minor",
]
