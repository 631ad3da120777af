"""What became of a provider's event, and the news that it makes for a case."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from domain.cases import Actor, CaseRef, EventKind, EventOutcome, InboxEvent, Role
from domain.payment_events import PaymentEvent


@dataclass(frozen=True)
class EventVerdict:
    """The outcome of an event. `code` is stable for programs, `detail` is for people."""

    outcome: EventOutcome
    code: str
    detail: str


def applied(detail: str) -> EventVerdict:
    """It changed the ledger."""
    return EventVerdict(EventOutcome.APPLIED, "applied", detail)


def repeated(detail: str) -> EventVerdict:
    """It told nothing new."""
    return EventVerdict(EventOutcome.REPEATED, "known", detail)


def kept(code: str, detail: str) -> EventVerdict:
    """It is none of our business."""
    return EventVerdict(EventOutcome.KEPT, code, detail)


def parked(code: str, detail: str) -> EventVerdict:
    """A person must look at it."""
    return EventVerdict(EventOutcome.PARKED, code, detail)


def provider_actor(event: PaymentEvent) -> Actor:
    """Whoever told us."""
    return Actor(name=event.provider, role=Role.SYSTEM)


def news_for(ref: CaseRef, kind: EventKind, event: PaymentEvent, *, at: datetime) -> InboxEvent:
    """What the case is told; its id follows from the provider's, so that the same event tells a case once."""
    told = hashlib.sha256(f"{event.provider} {event.event_id} {ref.workflow_id}".encode()).hexdigest()[:40]
    return InboxEvent(
        event_id=f"evt_{told}",
        merchant=ref.merchant,
        rma=ref.rma,
        kind=kind,
        actor=provider_actor(event),
        occurred_at=event.occurred_at,
        received_at=at,
        payload={"payment_event": event.event_id, "reference": event.reference},
        case_kind=ref.kind,
    )
