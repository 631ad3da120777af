"""Labels that nobody used in time, and all else that is due while a case waits for its goods."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.cases import Progress, WaitingFor
from domain.changes import CaseChange, entry
from domain.goods_back.case import GoodsCaseT
from domain.goods_back.deliveries import receipts_of
from domain.goods_back.facts import GoodsBack, ReverseDelivery
from domain.goods_back.progress import remind_of_parcel


def labels_expire_at(goods: GoodsBack) -> datetime | None:
    """When the next label expires that no parcel has used."""
    return min((one.label_expires_at for one in _expiring(goods) if one.label_expires_at), default=None)


def label_standing(goods: GoodsBack, progress: Progress) -> dict[str, Any]:
    """What the progress of a case says of labels: when the next expires while parcels are waited for, which have."""
    if not progress.open:
        return {}
    waits = progress.waiting_for in (WaitingFor.PARCEL, WaitingFor.REMAINING_PARCELS)
    return {"labels_expire_at": labels_expire_at(goods) if waits else None, "expired_labels": expired_labels(goods)}


def expired_labels(goods: GoodsBack) -> tuple[int, ...]:
    """The deliveries whose labels expired and are not voided yet, unless the parcel came with it after all.

    Goods that came by another way change nothing: the label must still be given back.
    """
    return tuple(
        one.number
        for one in goods.deliveries
        if one.label_expired_at is not None and one.label_voided_at is None and not _came_with_label(goods, one)
    )


def pass_goods_moment(case: GoodsCaseT, progress: Progress, *, at: datetime) -> CaseChange[GoodsCaseT] | None:
    """What is due while the case goes on waiting: labels expire, the customer is reminded; None when nothing is.

    The end of the wait itself is for `pass_goods_deadline`.
    """
    if progress.labels_expire_at is not None and at >= progress.labels_expire_at:
        return _expire(case, at=at)
    if progress.deadline is None or progress.reminder_at is None or not progress.reminder_at <= at < progress.deadline:
        return None
    return remind_of_parcel(case, progress.deadline, at=at)


def _expire(case: GoodsCaseT, *, at: datetime) -> CaseChange[GoodsCaseT]:
    entries = []
    for one in _expiring(case.goods):
        if one.label_expires_at is not None and at >= one.label_expires_at:
            case = case.with_delivery(one.number, label_expired_at=at)
            summary = "The label was not used in time: it expired, and is given back."
            entries.append(entry(at, "label.expired", summary, delivery=one.number))
    return CaseChange(case=case, entries=tuple(entries))


def _expiring(goods: GoodsBack) -> list[ReverseDelivery]:
    return [one for one in goods.deliveries if one.usable_label is not None and not _is_used(goods, one)]


def _came_with_label(goods: GoodsBack, delivery: ReverseDelivery) -> bool:
    told = {receipt.tracking_number for receipt in receipts_of(goods, delivery) if receipt.tracking_number}
    return delivery.scanned_at is not None or delivery.parcel_number in told


def _is_used(goods: GoodsBack, delivery: ReverseDelivery) -> bool:
    return delivery.scanned_at is not None or bool(receipts_of(goods, delivery))
