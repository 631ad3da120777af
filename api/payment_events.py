"""What payment providers tell us: taken in by webhook, kept before anything else, and shown where a person must look."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, BackgroundTasks, Header, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from activities.payment_events import PaymentEventSteps
from api import examples_money, problems
from api.dependencies import Parts, Services, needs
from api.errors import ApiProblem
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.cases import EventOutcome
from domain.errors import PortError, Rejected
from domain.ledger_port import PaymentEventKept
from domain.money import Money
from domain.payment_events import PaymentEvent, PaymentEventKind
from records.models import ClaimOutcome

log = structlog.get_logger("api")
router = APIRouter(prefix="/v1", tags=["Payment events"])

Reader = Annotated[Caller, needs(Permission.READ_LEDGER)]
Resolver = Annotated[Caller, needs(Permission.RESOLVE_PAYMENTS)]
LONGEST_PAGE = 200


class EventPart(BaseModel):
    """Parts of an answer are values."""

    model_config = ConfigDict(frozen=True)


class EventTaken(EventPart):
    """The provider's event is on record."""

    event_id: str
    outcome: EventOutcome = Field(description="kept: new; repeated: known from before.")


class PaymentEventView(EventPart):
    """One event of a payment provider, and what became of it."""

    provider: str
    event_id: str
    kind: PaymentEventKind
    name: str = Field(description="As the provider calls it.")
    reference: str = Field(description="The provider's refund or dispute.")
    payment_references: tuple[str, ...]
    amount: Money | None
    occurred_at: AwareDatetime
    received_at: AwareDatetime
    outcome: EventOutcome | None = Field(description="parked: a person must look; null: not applied yet.")
    code: str
    detail: str


class PaymentEventList(EventPart):
    """Events of payment providers, newest first."""

    payment_events: list[PaymentEventView]


class EventReleased(EventPart):
    """The parked event is applied again within seconds."""

    event_id: str


@router.post(
    "/webhooks/stripe",
    operation_id="take_stripe_event",
    summary="Stripe tells something",
    responses={
        200: {
            "description": "The event is on record.",
            "content": {"application/json": {"example": examples_money.EVENT_TAKEN}},
        },
        **problem_responses(problems.WEBHOOK_REFUSED),
    },
)
async def take_stripe_event(
    request: Request,
    parts: Parts,
    later: BackgroundTasks,
    stripe_signature: Annotated[str, Header(alias="Stripe-Signature", description="Stripe's proof.")] = "",
) -> EventTaken:
    """The raw body is proven by its signature and kept under Stripe's own id; it is applied after the answer."""
    body = await request.body()
    try:
        event = await run_in_threadpool(parts.payment_webhooks().read, body, stripe_signature)
    except Rejected as refusal:
        raise ApiProblem(problems.WEBHOOK_REFUSED, f"{refusal}.", members={"code": refusal.code}) from None
    outcome = await run_in_threadpool(parts.records.keep_payment_event, event)
    if outcome is ClaimOutcome.KNOWN:
        return EventTaken(event_id=event.event_id, outcome=EventOutcome.REPEATED)
    later.add_task(_apply, parts, event)
    return EventTaken(event_id=event.event_id, outcome=EventOutcome.KEPT)


@router.get(
    "/payment_events",
    operation_id="list_payment_events",
    summary="What payment providers told",
    responses={
        200: {"content": {"application/json": {"example": examples_money.EVENT_LIST}}},
        **problem_responses(),
    },
)
def list_payment_events(
    caller: Reader,
    parts: Parts,
    outcome: Annotated[EventOutcome | None, Query(description="parked: those that wait for a person.")] = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 50,
) -> PaymentEventList:
    """Newest first, each with what became of it and why."""
    found = parts.records.reads.money.payment_events(caller.merchant, outcome=outcome, limit=limit)
    return PaymentEventList(payment_events=[_view(kept) for kept in found])


@router.post(
    "/payment_events/{event_id}/released",
    operation_id="release_payment_event",
    summary="Apply a parked event again",
    responses={
        200: {"content": {"application/json": {"example": examples_money.EVENT_RELEASED}}},
        **problem_responses(problems.PAYMENT_EVENT_NOT_PARKED),
    },
)
def release_payment_event(
    caller: Resolver,
    event_id: Annotated[str, Path(min_length=1, max_length=128, examples=["evt_1Q2w3E"])],
    parts: Parts,
) -> EventReleased:
    """For when what was in the way is mended: the order was told meanwhile, or a refund was recorded."""
    if not parts.records.release_payment_event(caller.merchant, event_id):
        raise ApiProblem(problems.PAYMENT_EVENT_NOT_PARKED)
    log.info("payment_event.released", merchant=caller.merchant, event_id=event_id, actor=caller.actor.name)
    return EventReleased(event_id=event_id)


def _apply(parts: Services, event: PaymentEvent) -> None:
    """At once where possible; dispatch applies what is left, so nothing is lost when this ends early."""
    keys = {"merchant": event.merchant, "event_id": event.event_id, "kind": str(event.kind)}
    try:
        verdict = PaymentEventSteps(parts.records).apply(event.provider, event.event_id, at=parts.clock.now())
    except PortError as trouble:
        log.warning("payment_event.delayed", **keys, error=type(trouble).__name__)
        return
    if verdict is not None:
        log.info("payment_event.applied", **keys, outcome=str(verdict.outcome), code=verdict.code)


def _view(kept: PaymentEventKept) -> PaymentEventView:
    told = kept.event.model_dump(include=set(PaymentEventView.model_fields))
    return PaymentEventView(
        **told | {"amount": kept.event.amount},
        received_at=kept.received_at,
        outcome=kept.outcome,
        code=kept.code,
        detail=kept.detail,
    )
