"""The carrier's word about the price of a label, shown on its case: running or ended, for it changes nothing else."""

from __future__ import annotations

from datetime import datetime

from activities.writing import keep_change, loaded_with_goods
from domain.cases import Actor, CaseRef
from domain.goods_back.carrier_news import LabelRefundNews
from domain.goods_back.deliveries import find_delivery
from domain.goods_back.label_refunds import take_label_refund
from domain.ports import Records


def show_label_refund(records: Records, ref: CaseRef, news: LabelRefundNews, *, at: datetime, actor: Actor) -> bool:
    """The case shows what the carrier said; False when it did already, or has no label of that number."""
    with records.transaction() as tx:
        case, policy = loaded_with_goods(tx, ref)
        delivery = find_delivery(case.goods, tracking_number=news.tracking_number)
        change = take_label_refund(case, delivery.number, news.said, at=at, actor=actor) if delivery else None
        if change is not None:
            keep_change(tx, case, change, policy)
        return change is not None
