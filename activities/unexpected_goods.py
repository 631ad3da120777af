"""What a parcel held beside what its case expects waits for a person, whom the dock's list shows it."""

from __future__ import annotations

from domain.cases import EventOutcome, InboxEvent
from domain.goods_back.beside import UNEXPECTED, say_what_to_do, set_aside
from domain.goods_back.case import CaseWithGoods
from domain.ports import Transaction


def leave_for_a_person(tx: Transaction, before: CaseWithGoods, after: CaseWithGoods, event: InboxEvent) -> None:
    """Unexpected goods of the receipt that the event became, if it became one, are among the receipts that wait."""
    for receipt in after.goods.receipts[len(before.goods.receipts) :]:
        beside = set_aside(receipt, event, tx.order(after.ref.merchant, after.order_id))
        if beside is not None:
            tx.keep_event(beside)
            tx.settle_event(beside.event_id, EventOutcome.PARKED, UNEXPECTED, say_what_to_do(receipt, after))
