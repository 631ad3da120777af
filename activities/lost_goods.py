"""Goods that were lost on their way to the customer: a claim follows what its case, which has ended, cannot."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from domain.cases import CaseRef, TimelineEntry
from domain.changes import entry
from domain.claims.lost_goods import claim_lost, ended_with_loss, find_lost, lost_key, say_lost
from domain.goods_back.case import CaseWithGoods
from domain.ports import Transaction


def claim_lost_goods(tx: Transaction, case: CaseWithGoods, *, at: datetime) -> tuple[TimelineEntry, ...]:
    """Each shipment of the case that ended with a loss has its claim, once; what the timeline says of new ones.

    The case asks when it ends, its shipments when they end after it, so whoever is last finds everything.
    """
    entries = []
    for shipment in ended_with_loss(tx.replacement_shipments_of(case.ref, case.order_id)):
        lost = find_lost(case, shipment, tx.order(case.ref.merchant, case.order_id))
        if not lost:
            continue
        make = partial(claim_lost, shipment=shipment, lost=lost, at=at)
        claim, is_new = tx.open_claim(case.ref.merchant, lost_key(shipment.ref), make)
        if is_new:
            words = say_lost(lost, shipment, claim)
            entries.append(entry(at, "goods.lost", words, claim=claim.rma, replacement_shipment=shipment.ref.rma))
    return tuple(entries)


def claim_after_close(tx: Transaction, ref: CaseRef, *, at: datetime) -> None:
    """The same for a case that has ended, whose timeline goes on."""
    case = tx.case(ref)
    if isinstance(case, CaseWithGoods):
        for line in claim_lost_goods(tx, case, at=at):
            tx.add_to_timeline(ref, line)
