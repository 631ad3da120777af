"""What the timeline and the shop's systems are told of a promise that changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.cases import TimelineEntry
from domain.changes import entry
from domain.promises.models import BY_CUSTOMER, Promise, PromiseKind, PromiseState

_WORDS = {
    PromiseKind.LABEL_BY: "the label",
    PromiseKind.DECISION_BY: "a decision",
    PromiseKind.INSPECTION_BY: "the inspection",
    PromiseKind.REFUND_BY: "the refund",
    PromiseKind.DISPATCH_BY: "the goods on their way",
    PromiseKind.DELIVERY_BY: "the delivery",
    PromiseKind.PARCEL_BY: "the customer's parcel",
    PromiseKind.REMAINING_PARCELS_BY: "the customer's remaining parcels",
    PromiseKind.ANSWER_BY: "the customer's answer",
    PromiseKind.PAYMENT_BY: "the customer's payment",
}


def tell_promise(
    before: Promise | None, after: Promise, *, at: datetime, instead: Promise | None = None
) -> TimelineEntry | None:
    """The news about it: at risk, broken, or replaced; None for what needs nobody's attention.

    `instead` is the promise that replaces it. That a customer missed a date is told by the case itself.
    """
    if before is None or before.state is after.state:
        return None
    what, date = _WORDS[after.kind], _say(after.due_at)
    if after.state is PromiseState.REPLACED and instead is not None:
        words = f"The customer was told {what} by {date}, and is now told {_say(instead.due_at)}."
        return entry(at, _name(after), words, **_facts(after), instead=instead.due_at.isoformat())
    if after.kind in BY_CUSTOMER:
        return None
    if after.state is PromiseState.AT_RISK:
        return entry(at, _name(after), f"The customer was told {what} by {date}, which is close.", **_facts(after))
    if after.state is PromiseState.BROKEN:
        return entry(at, _name(after), f"The customer was told {what} by {date}, which was not kept.", **_facts(after))
    return None


def _name(promise: Promise) -> str:
    return f"promise.{promise.state}"


def _facts(promise: Promise) -> dict[str, Any]:
    return {"promise": promise.number, "kind": str(promise.kind), "due_at": promise.due_at.isoformat()}


def _say(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
