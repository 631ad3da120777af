"""The address for one session at the dock, whatever lies in the parcel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Body, Header
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api import examples_receipts, problems
from api.delivery import Incoming, bring
from api.dependencies import Parts, Services, needs
from api.doors import door_of
from api.errors import ApiProblem
from api.idempotency import hash_body
from api.keys import Caller
from api.news import EventId
from api.permissions import Permission
from api.reference import problem_responses
from api.returns.door import RETURNS
from api.returns.news import ItemReceived
from domain.cases import EventKind, EventOutcome, InboxEvent
from domain.goods_back.counts import outstanding_units
from domain.goods_back.scans import ScanKind
from domain.goods_back.sharing import Addressee, share_session
from domain.orders import Identifier
from records.models import ClaimOutcome, EventKept

router = APIRouter(prefix="/v1/receipts", tags=["Receipts"])

UNIDENTIFIED = (
    "No open return, exchange or claim is known by the paper in the parcel, its number or its order. Find out whose it is, "
    "open a return if there is none, and assign the receipt to it."
)


class ParcelReceived(ItemReceived):
    """One session at the dock about one parcel. Papers in it are among `scans`; without any, its number or order tell."""

    order_id: Identifier | None = Field(default=None, description="The order, where only that is known.")


class ReceiptPart(BaseModel):
    """What one case, or nobody, got of the parcel."""

    model_config = ConfigDict(frozen=True)

    rma: str | None = Field(description="The return, exchange or claim; null: it waits for a person.")
    event_id: str
    outcome: EventOutcome = Field(description="kept: brought to the case; repeated: known; parked: for a person.")
    detail: str


class ReceiptTaken(BaseModel):
    """What became of the session."""

    model_config = ConfigDict(frozen=True)

    receipt_id: str = Field(description="Our id of the session.")
    parts: list[ReceiptPart]


@router.post(
    "",
    operation_id="parcel_received",
    summary="The dock opened a parcel",
    status_code=202,
    responses={
        202: {
            "description": "The session is kept.",
            "content": {"application/json": {"example": examples_receipts.RECEIPT_TAKEN}},
        },
        **problem_responses(problems.EVENT_ID_REUSED),
    },
)
async def parcel_received(
    caller: Annotated[Caller, needs(Permission.RECORD_PARCELS)],
    parts: Parts,
    body: Annotated[ParcelReceived, Body(openapi_examples=examples_receipts.PARCELS)],
    key: Annotated[
        EventId | None, Header(alias="Idempotency-Key", description="The session's id, if not in the body.")
    ] = None,
) -> ReceiptTaken:
    """Each return, exchange and claim whose paper, parcel number or order is known gets its share; what nobody expects
    waits for a person. By its order a claim is found while it waits for goods."""
    kept = await run_in_threadpool(_keep, parts, caller, body, key)
    answers = [await bring(parts, door_of(one.event.case_kind), one) for one in kept]
    told = [
        ReceiptPart(rma=one.event.rma or None, **answer.model_dump()) for one, answer in zip(kept, answers, strict=True)
    ]
    return ReceiptTaken(receipt_id=kept[0].event.event_id, parts=told)


def _keep(parts: Services, caller: Caller, body: ParcelReceived, key: str | None) -> list[EventKept]:
    incoming = Incoming(RETURNS, caller, "", EventKind.ITEM_RECEIVED, body, key)
    session = incoming.as_event(now=parts.clock.now(), new_id=parts.clock.new_id("evt"), awaits_answer=False)
    events = _shared(session, body, _addressees(parts, caller.merchant, body))
    digest = hash_body(body, apart_from={"event_id"})
    kept = parts.records.receipts.keep(events, body_hash=digest, why_unidentified=UNIDENTIFIED)
    if kept[0].outcome is ClaimOutcome.CONFLICT:
        detail = f"The id {incoming.sender_id} was used before for another session; a new one needs a new id."
        raise ApiProblem(problems.EVENT_ID_REUSED, detail)
    return kept


def _shared(session: InboxEvent, body: ParcelReceived, addressees: Sequence[Addressee]) -> list[InboxEvent]:
    """The session as news of each case; of nobody when none is known."""
    whole = session.model_copy(update={"payload": body.model_dump(mode="json", exclude={"event_id", "occurred_at"})})
    if not addressees:
        return [whole]
    events = []
    for number, (each, share) in enumerate(share_session(body, body.scans, addressees), start=1):
        event_id = session.event_id if number == 1 else f"{session.event_id}:{number}"
        told = share.model_dump(mode="json", include={"units", "missing"})
        update = {"event_id": event_id, "rma": each.rma, "case_kind": each.kind, "payload": whole.payload | told}
        events.append(whole.model_copy(update=update))
    return events


def _addressees(parts: Services, merchant: str, body: ParcelReceived) -> list[Addressee]:
    """The cases that the parcel may be for: by the papers in it, else by its number, else by its order.

    Of several cases of one order a parcel without a word of its content could be for any: then a person says which.
    """
    papers = list(dict.fromkeys(scan.rma for scan in body.scans if scan.kind is ScanKind.RMA))
    if papers:
        return [_addressee(parts, merchant, rma) for rma in papers]
    numbers = [body.tracking_number, *(scan.text for scan in body.scans if scan.kind is ScanKind.TEXT)]
    found = parts.records.receipts.find_awaiting(merchant, numbers=numbers, order_id=body.order_id)
    if len(found) > 1 and body.says_nothing and not body.scans:
        return []
    return [_addressee(parts, merchant, rma) for rma in found]


def _addressee(parts: Services, merchant: str, rma: str) -> Addressee:
    found = parts.records.receipts.goods_case(merchant, rma)
    if found is None:
        return Addressee(rma=rma)
    case = found.case
    order = parts.records.reads.order(merchant, case.order_id).order
    still = outstanding_units(case.goods, case.expected)
    return Addressee(rma=rma, kind=case.ref.kind, order=order, outstanding=still)
