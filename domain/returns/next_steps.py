"""What a quote says happens next."""

from __future__ import annotations

from collections.abc import Sequence

from domain.exchanges.promises import Promise
from domain.policies import RefundMoment
from domain.reimbursements import DifferenceKind
from domain.returns.case import Eligibility, Verdict

_FOLLOWS = {
    RefundMoment.FIRST_SCAN: "the carrier's first scan",
    RefundMoment.RECEIPT: "the receipt of the goods",
    RefundMoment.INSPECTION: "the inspection",
}


def say_next_step(eligibility: Eligibility, promise: Promise | None, moments: Sequence[RefundMoment]) -> str:
    """What whoever asked for the quote does next, in words."""
    if eligibility.verdict is Verdict.REFUSED:
        return "Change what the findings name, or contact the shop."
    if eligibility.verdict is Verdict.IN_REVIEW:
        return "Open the return; a supervisor then decides on it."
    if promise and promise.difference.kind is DifferenceKind.CUSTOMER_OWES:
        return "Open the exchange and pay the difference; then a label comes with it."
    if promise:
        return "Open the exchange; a label comes with it, and the new goods leave when the old ones are inspected."
    # Of several lines the latest moment is told: a promise must hold for all of them.
    last = max(moments, key=list(RefundMoment).index, default=RefundMoment.INSPECTION)
    return f"Open the return; a label comes with it, and the refund follows {_FOLLOWS[last]}."
