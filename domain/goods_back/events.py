"""What news from carrier, dock and inspector does to goods. Machine news is never refused; a person is told the next step."""

from __future__ import annotations

from datetime import datetime

from domain.cases import EventKind, InboxEvent
from domain.changes import CaseChange, applied, kept
from domain.goods_back.case import GoodsCaseT
from domain.goods_back.inspecting import Expectations, inspect
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


def scan_label(case: GoodsCaseT, event: InboxEvent, *, at: datetime) -> CaseChange[GoodsCaseT]:
    """The first scan of a delivery that was not scanned is a fact; a later one is only noted.

    So is that the carrier has another address than the label's, of the delivery that was scanned last.
    """
    if event.payload.get("to_other_address") is True:
        return _sent_elsewhere(case, event, at=at)
    waiting = [delivery.number for delivery in case.goods.deliveries if delivery.scanned_at is None]
    if not waiting:
        return kept(case, event, at=at, code="already_scanned", detail="The carrier scanned the label again.")
    changed = case.with_delivery(waiting[0], scanned_at=at)
    return applied(changed, event, at=at, summary="The carrier scanned the label: the parcel is moving.")


def _sent_elsewhere(case: GoodsCaseT, event: InboxEvent, *, at: datetime) -> CaseChange[GoodsCaseT]:
    moving = [delivery for delivery in case.goods.deliveries if delivery.scanned_at is not None]
    delivery = moving[-1] if moving else case.goods.deliveries[0]
    changed = case.with_delivery(
        delivery.number,
        scanned_at=delivery.scanned_at or at,
        sent_elsewhere_at=delivery.sent_elsewhere_at or at,
    )
    return applied(
        changed, event, at=at, summary="The carrier scanned the label, with another address than it was made for."
    )
