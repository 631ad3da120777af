"""What is owed for units of an order: one function for the quote, the approval screen and the payout.

An order is worth what was paid for it, position by position: each line, its duties, and each shipping charge. A line's
worth is split over its units so that the first k units together are worth `k / n` of the line, rounded once; any
sequence of returns of a line therefore sums to the line exactly. See docs/money.md.
"""

from domain.reimbursements.amounts import (
    AmountKind,
    AmountLine,
    Credit,
    CreditedTax,
    PaidBefore,
    PaidOn,
    PlannedPayout,
    ReimbursedUnits,
    ReimbursementPart,
    ReimbursementPlan,
)
from domain.reimbursements.by_amount import AmountRefused, AmountRequest, plan_amount
from domain.reimbursements.exchange_worth import (
    DifferenceKind,
    ExchangeDifference,
    ExchangeWorth,
    plan_difference,
    value_exchange,
)
from domain.reimbursements.payouts import plan_payouts, unplaced_minor
from domain.reimbursements.plans import plan_reimbursement
from domain.reimbursements.positions import PositionKind, list_positions, position_key
from domain.reimbursements.remaining import RefundState, RemainingAmount, derive_refund_state, list_remaining
from domain.reimbursements.store_credit import StoreCreditPlan, plan_partial_credit, plan_store_credit
from domain.reimbursements.taxes import TaxGroup, group_by_rate

__all__ = [
    "AmountKind",
    "AmountLine",
    "AmountRefused",
    "AmountRequest",
    "Credit",
    "CreditedTax",
    "DifferenceKind",
    "ExchangeDifference",
    "ExchangeWorth",
    "PaidBefore",
    "PaidOn",
    "PlannedPayout",
    "PositionKind",
    "RefundState",
    "ReimbursedUnits",
    "ReimbursementPart",
    "ReimbursementPlan",
    "RemainingAmount",
    "StoreCreditPlan",
    "TaxGroup",
    "derive_refund_state",
    "group_by_rate",
    "list_positions",
    "list_remaining",
    "plan_amount",
    "plan_difference",
    "plan_partial_credit",
    "plan_payouts",
    "plan_reimbursement",
    "plan_store_credit",
    "position_key",
    "unplaced_minor",
    "value_exchange",
]
