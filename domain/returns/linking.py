"""A return that goes on from another one: what was granted there holds, for units that were not settled there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from domain.cases import Actor, CaseRef
from domain.goods_back.counts import as_units, count_units
from domain.goods_back.deliveries import plan_deliveries
from domain.goods_back.dock import Receipt
from domain.goods_back.facts import GoodsBack, ReverseDelivery
from domain.goods_back.parts import UnitCount
from domain.policies import LineTerms, ReturnMethod
from domain.policies.parts import AmountByCurrency
from domain.policies.terms import ReturnOffer
from domain.returns.case import Eligibility, ReturnCase, ReturnLine, Verdict
from domain.returns.service import terms_of


def make_linked(
    ref: CaseRef,
    case: ReturnCase,
    units: tuple[UnitCount, ...],
    *,
    arrived: Mapping[str, int],
    pays_shipping: bool = False,
    actor: Actor,
    at: datetime,
) -> ReturnCase:
    """The return of these units of the case; so many of them by line lie at the warehouse and have their receipts here.

    What the customer pays for the parcel is kept once, here only where the other return does not. Nothing is exchanged in it, and it travels as the case does: what has not arrived and does not move gets a label.
    """
    counts = count_units(units)
    lines = tuple(_plain(line, counts[line.line_id]) for line in case.lines if counts[line.line_id])
    linked = ReturnCase(
        ref=ref,
        order_id=case.order_id,
        currency=case.currency,
        policy_version=case.policy_version,
        lines=lines,
        opened_by=actor,
        requested_at=case.requested_at,
        gift=case.gift,
        follows=case.ref.rma,
        eligibility=_granted(case, lines, pays_shipping=pays_shipping),
        decided_at=at,
        exceptions=case.exceptions,
    )
    receipts = _share_receipts(case.goods.receipts, Counter(arrived))
    deliveries = _deliveries(case, units, arrived, terms_of(linked))
    return linked.with_goods(deliveries=deliveries, receipts=receipts, kept_at=case.goods.kept_at)


def _plain(line: ReturnLine, quantity: int) -> ReturnLine:
    """So many of the line, for money: another exchange is a new wish."""
    wish = {"resolution": None, "wanted": (), "difference_as": None} if line.wanted else {}
    return line.model_copy(update={"quantity": quantity, **wish})


def _granted(case: ReturnCase, lines: tuple[ReturnLine, ...], *, pays_shipping: bool) -> Eligibility:
    """What was decided there about these lines; a person's yes is part of it."""
    eligibility = case.eligibility
    assert eligibility is not None, "only what was granted goes on"
    granted = eligibility.model_copy(update={"verdict": Verdict.AUTHORIZED})
    if eligibility.decision is None:
        return granted
    names = {line.line_id for line in lines}
    decided = tuple(line for line in eligibility.decision.lines if line.line_id in names)
    if not pays_shipping:
        decided = tuple(line.model_copy(update={"terms": _without_shipping(line.terms)}) for line in decided)
    decision = eligibility.decision.model_copy(update={"lines": decided})
    return granted.model_copy(update={"decision": decision})


def _without_shipping(terms: LineTerms) -> LineTerms:
    free = AmountByCurrency()
    fees = terms.fees.model_copy(update={"return_shipping": free})
    way = terms.return_method.model_copy(update={"price": free})
    return terms.model_copy(update={"fees": fees, "usual_shipping": free, "return_method": way})


def _share_receipts(receipts: tuple[Receipt, ...], wanted: Counter[str]) -> tuple[Receipt, ...]:
    """The sessions that found these units, the latest first to give of what it found; as they were, with those units alone."""
    shared = []
    for receipt in reversed(receipts):
        units = []
        for unit in receipt.units:
            if (taken := min(unit.quantity, wanted[unit.line_id])) > 0:
                wanted[unit.line_id] -= taken
                units.append(unit.model_copy(update={"quantity": taken}))
        if units:
            rest = {"units": tuple(units), "unexpected": (), "missing": (), "turned_up": (), "delivery": 0}
            shared.append(receipt.model_copy(update=rest))
    return tuple(reversed(shared))


def _deliveries(
    case: ReturnCase, units: tuple[UnitCount, ...], arrived: Mapping[str, int], terms: Mapping[str, LineTerms]
) -> tuple[ReverseDelivery, ...]:
    """Parcels of what is still to come; those that move already do so here, and no label is bought for what lies there."""
    waits = count_units(units) - Counter(arrived)
    moving = {
        name: one for name in count_units(units) if (one := _delivery_of(case.goods, name)).scanned_at is not None
    }
    own = ReturnOffer(method=ReturnMethod.OWN_SHIPMENT)
    ways = {
        name: granted if waits[name] and name not in moving else granted.model_copy(update={"return_method": own})
        for name, granted in ((name, terms.get(name, LineTerms())) for name in count_units(units))
    }
    planned = plan_deliveries(as_units(count_units(units)), ways)
    return tuple(_moving(one, moving, units, waits) for one in planned)


def _moving(
    delivery: ReverseDelivery,
    moving: Mapping[str, ReverseDelivery],
    units: tuple[UnitCount, ...],
    waits: Counter[str],
) -> ReverseDelivery:
    names = [unit.line_id for unit in delivery.units or units]
    before = next((moving[name] for name in names if name in moving and waits[name]), None)
    if before is None:
        return delivery
    return delivery.model_copy(update={"scanned_at": before.scanned_at, "tracking_number": before.parcel_number})


def _delivery_of(goods: GoodsBack, line_id: str) -> ReverseDelivery:
    """The parcel that the line travels in."""
    named = (one for one in goods.deliveries if line_id in {unit.line_id for unit in one.units})
    return next(named, goods.deliveries[0])
