"""What carriers tell us: taken in by webhook and brought to whatever case the parcel belongs to."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from activities.label_refunds import show_label_refund
from api import problems
from api.delivery import bring
from api.dependencies import Parts, Services
from api.doors import door_of
from api.errors import ApiProblem
from api.reference import problem_responses
from api.return_addresses import return_address
from domain.cases import Actor, CaseRef, EventKind, InboxEvent, Role
from domain.errors import Rejected
from domain.goods_back.carrier_news import CarrierNews, LabelRefundNews, goes_elsewhere
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.deliveries import find_delivery
from records.models import EventKept
from records.receipts import ParcelPlace

log = structlog.get_logger("api")
router = APIRouter(prefix="/v1", tags=["Return events"])

EASYPOST = Actor(name="easypost", role=Role.CARRIER)
EXAMPLE = {"outcome": "brought", "cases": ["7K3F-Q9X4"]}


class Taken(StrEnum):
    """What became of the news: brought to its cases, of a parcel that is none of ours, or nothing that we wait for."""

    BROUGHT = "brought"
    UNKNOWN_PARCEL = "unknown_parcel"
    NOTHING_NEW = "nothing_new"


class CarrierEventTaken(BaseModel):
    """The carrier need not send it again."""

    model_config = ConfigDict(frozen=True)

    outcome: Taken
    cases: list[str] = Field(default=[], description="The cases whose parcel it is.")


@router.post(
    "/webhooks/easypost",
    operation_id="take_easypost_event",
    summary="EasyPost tells something",
    responses={
        200: {"description": "The news is taken.", "content": {"application/json": {"example": EXAMPLE}}},
        **problem_responses(problems.WEBHOOK_REFUSED),
    },
)
async def take_easypost_event(
    request: Request,
    parts: Parts,
    signature: Annotated[str, Header(alias="X-Hmac-Signature", description="EasyPost's proof.")] = "",
) -> CarrierEventTaken:
    """The first word that the carrier has a parcel is a scan of its label; whatever follows, or comes twice, adds nothing.

    What becomes of the price of a voided label is shown on its case, also when that has ended.
    """
    body = await request.body()
    try:
        news = await run_in_threadpool(parts.carrier_webhooks().read, body, signature)
    except Rejected as refusal:
        raise ApiProblem(problems.WEBHOOK_REFUSED, f"{refusal}.", members={"code": refusal.code}) from None
    if isinstance(news, LabelRefundNews):
        return await run_in_threadpool(_show_refund, parts, news)
    if news is None or not news.is_moving:
        return CarrierEventTaken(outcome=Taken.NOTHING_NEW)
    kept = await run_in_threadpool(_keep, parts, news)
    for each in kept:
        await bring(parts, door_of(each.event.case_kind), each)
    if not kept:
        # A shop's own shipments, or of another installation: EasyPost tells of every parcel of its account.
        log.info("carrier_event.unknown_parcel", status=news.status)
    outcome = Taken.BROUGHT if kept else Taken.UNKNOWN_PARCEL
    return CarrierEventTaken(outcome=outcome, cases=[each.event.rma for each in kept])


def _show_refund(parts: Services, news: LabelRefundNews) -> CarrierEventTaken:
    """The word is on each case that had the label, once however often it comes."""
    places = parts.records.receipts.parcels(news.tracking_number)
    refs = [CaseRef(merchant=place.merchant, rma=place.rma, kind=place.kind) for place in places]
    now = parts.clock.now()
    told = [ref.rma for ref in refs if show_label_refund(parts.records, ref, news, at=now, actor=EASYPOST)]
    if told:
        return CarrierEventTaken(outcome=Taken.BROUGHT, cases=told)
    return CarrierEventTaken(outcome=Taken.NOTHING_NEW if refs else Taken.UNKNOWN_PARCEL)


def _keep(parts: Services, news: CarrierNews) -> list[EventKept]:
    """One scan for each case that knows the parcel, under an id that follows from the parcel alone.

    That it goes to another address than its label's is a scan of its own, whenever the carrier says so.
    """
    places = parts.records.receipts.parcels(news.tracking_number)
    scans = [_scan(parts, news, place, elsewhere=_is_elsewhere(parts, news, place)) for place in places]
    return [parts.records.keep_event(scan, body_hash="") for scan in scans]


def _is_elsewhere(parts: Services, news: CarrierNews, place: ParcelPlace) -> bool:
    with parts.records.transaction() as tx:
        case = tx.case(CaseRef(merchant=place.merchant, rma=place.rma, kind=place.kind))
    assert isinstance(case, CaseWithGoods), "only cases with goods have parcels on their way back"
    delivery = find_delivery(case.goods, tracking_number=news.tracking_number)
    address = return_address(parts, case, delivery) if delivery is not None else None
    return address is not None and goes_elsewhere(news.destination, address)


def _scan(parts: Services, news: CarrierNews, place: ParcelPlace, *, elsewhere: bool) -> InboxEvent:
    named = f"{place.merchant} {place.rma} {news.tracking_number}{' elsewhere' if elsewhere else ''}"
    return InboxEvent(
        event_id=f"evt_{hashlib.sha256(named.encode()).hexdigest()[:40]}",
        merchant=place.merchant,
        rma=place.rma,
        kind=EventKind.LABEL_SCANNED,
        actor=EASYPOST,
        occurred_at=news.occurred_at,
        received_at=parts.clock.now(),
        payload={"tracking_number": news.tracking_number, **({"to_other_address": True} if elsewhere else {})},
        case_kind=place.kind,
    )
