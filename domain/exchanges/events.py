"""What news does to an exchange beyond what it does to a return."""

from __future__ import annotations

from datetime import datetime

from domain.cases import EventKind, InboxEvent
from domain.changes import applied, parked, refused
from domain.exchanges.facts import ExchangeFacts, FallbackCause
from domain.returns.case import ReturnCase
from domain.returns.changes import Change

# News that only says where to look: what follows from it is worked out by every step alike.
POINTERS = {
    EventKind.REPLACEMENT_CHANGED: "A shipment to the customer changed.",
    EventKind.COLLECTION_CHANGED: "A payment from the customer changed.",
}


def hear_pointer(case: ReturnCase, event: InboxEvent, *, at: datetime, words: str = "") -> Change:
    """The case looks at its shipments and payments again; a return has only those that take goods back to the customer.

    `words` say what it finds, where that is known.
    """
    goes_back = event.kind is EventKind.REPLACEMENT_CHANGED and bool(case.goods.given_back)
    if case.exchange is None and not goes_back:
        detail = f"A return without an exchange takes no {event.kind}; a person finds the case that it is about."
        return parked(case, event, at=at, code="not_for_returns", detail=detail)
    return applied(case, event, at=at, summary=words or POINTERS[event.kind])


def cancel_exchange(case: ReturnCase, exchange: ExchangeFacts, event: InboxEvent, *, at: datetime) -> Change:
    """Called off as long as nothing has left; with the old goods here it becomes a plain return."""
    if case.cancelled_at is not None:
        detail = "The exchange was cancelled already; ask for another one, or for a refund."
        return refused(case, event, at=at, code="already_cancelled", detail=detail)
    if exchange.let_go and exchange.fallback is None:
        detail = (
            "The new goods were sent, or may leave any moment, so the exchange can no longer be cancelled. "
            "Keep them, or send them back as a return of their own once they have arrived; "
            "somebody of the shop with authority may ask for a late cancellation as long as they have not left."
        )
        return refused(case, event, at=at, code="already_shipping", detail=detail)
    if not case.goods.arrivals:
        summary = f"{event.actor.name} cancelled the exchange."
        return applied(case.with_facts(cancelled_at=at), event, at=at, summary=summary)
    if exchange.fallback is not None or case.plan is not None:
        detail = "The warehouse has the goods and what is paid for them is decided; wait for its outcome."
        return refused(case, event, at=at, code="already_received", detail=detail)
    called_off = exchange.fell_back(FallbackCause.CALLED_OFF, f"{event.actor.name} called it off.", at=at)
    summary = f"{event.actor.name} called the exchange off: the goods that are here are refunded."
    return applied(case.with_facts(exchange=called_off), event, at=at, summary=summary)
