"""What news from carrier, dock and inspector does to goods. Machine news is never refused; a person is told the next step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ConfigDict

from domain.cases import EventKind, InboxEvent
from domain.changes import CaseChange, applied, kept
from domain.goods_back.case import GoodsCaseT
from domain.goods_back.deliveries import find_delivery
from domain.goods_back.facts import GoodsBack, ReverseDelivery
from domain.goods_back.inspecting import Expectations, inspect
from domain.goods_back.parts import GoodsPart
from domain.goods_back.receiving import receive

# The news that is about goods, whatever case owns them.
GOODS_NEWS = (EventKind.LABEL_SCANNED, EventKind.ITEM_RECEIVED, EventKind.INSPECTION_RECORDED)


def apply_goods_event(
    case: GoodsCaseT, event: InboxEvent, *, expectations: Expectations, at: datetime
) -> CaseChange[GoodsCaseT]:
    """The case after news of GOODS_NEWS.

    Without the order goods are known by their line ids alone. Raises ValidationError for content that cannot be read.
    """
    if event.kind is EventKind.LABEL_SCANNED:
        return scan_label(case, event, at=at)
    if event.kind is EventKind.ITEM_RECEIVED:
        return receive(case, event, order=expectations.order, is_over=expectations.is_over, at=at)
    return inspect(case, event, expectations=expectations, at=at)


class ScannedBody(GoodsPart):
    """Which parcel the carrier scanned, as far as the news says; more than we know is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    tracking_number: str = ""
    delivery: int = 0
    to_other_address: Any = False


def scan_label(case: GoodsCaseT, event: InboxEvent, *, at: datetime) -> CaseChange[GoodsCaseT]:
    """The first scan of a delivery is a fact; a later one, or one of a parcel that is not of this case, is only noted.

    So is that the carrier has another address than the label's; of the delivery scanned last, where none is named.
    """
    body = ScannedBody.model_validate(event.payload)
    if body.to_other_address is True:
        return _sent_elsewhere(case, event, body, at=at)
    scanned = _scanned(case.goods, body)
    if scanned is None:
        detail = f"The carrier scanned a parcel that is not of this {case.ref.kind}: {_named(body)}."
        return kept(case, event, at=at, code="unknown_parcel", detail=detail)
    if scanned.scanned_at is not None:
        return kept(case, event, at=at, code="already_scanned", detail="The carrier scanned the label again.")
    facts = {"tracking_number": body.tracking_number} if body.tracking_number and scanned.label is None else {}
    changed = case.with_delivery(scanned.number, scanned_at=at, **facts)
    return applied(changed, event, at=at, summary="The carrier scanned the label: the parcel is moving.")


def _sent_elsewhere(case: GoodsCaseT, event: InboxEvent, body: ScannedBody, *, at: datetime) -> CaseChange[GoodsCaseT]:
    moving = [delivery for delivery in case.goods.deliveries if delivery.scanned_at is not None]
    named = find_delivery(case.goods, number=body.delivery, tracking_number=body.tracking_number)
    delivery = named or (moving[-1] if moving else case.goods.deliveries[0])
    changed = case.with_delivery(
        delivery.number,
        scanned_at=delivery.scanned_at or at,
        sent_elsewhere_at=delivery.sent_elsewhere_at or at,
    )
    return applied(
        changed, event, at=at, summary="The carrier scanned the label, with another address than it was made for."
    )


def _scanned(goods: GoodsBack, body: ScannedBody) -> ReverseDelivery | None:
    """The parcel that is meant; without a word about which, the first that was not scanned, else the first.

    A number that nobody knows is that of a parcel without a label of ours, where one is under way.
    """
    found = find_delivery(goods, number=body.delivery, tracking_number=body.tracking_number)
    if found is not None or body.delivery:
        return found
    still = [one for one in goods.deliveries if one.scanned_at is None]
    if body.tracking_number:
        return next((one for one in still if not one.parcel_number), None)
    return (still or list(goods.deliveries))[0]


def _named(body: ScannedBody) -> str:
    return f"delivery {body.delivery}" if body.delivery else body.tracking_number
