"""Goods that never arrived after their case had ended: claimed for the customer, who need not find out first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.cases import SYSTEM, CaseRef
from domain.claims.case import Claim, ClaimLine
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.giving_back import lines_of_goods, sum_units, units_to_give_back
from domain.goods_back.parts import UnitCount
from domain.orders import Order
from domain.policies import ClaimProblem, Remedy
from domain.replacement_shipments.case import ReplacementShipment, ShipmentPurpose
from domain.replacement_shipments.counts import as_goods
from domain.replacement_shipments.reports import lost_units


def find_lost(case: CaseWithGoods, shipment: ReplacementShipment, order: Order) -> tuple[UnitCount, ...]:
    """Units of the order that the shipment lost: of goods given back those of the case, else those that it added.

    A claim sees to its own replacements as long as it is open.
    """
    if shipment.purpose is ShipmentPurpose.GIVE_BACK:
        within = dict(units_to_give_back(case.goods))
    else:
        within = {line.line_id: line.quantity for line in order.lines if line.added_by == case.ref.rma}
    return lines_of_goods(as_goods(lost_units(shipment)), order, within)


def claim_lost(ref: CaseRef, shipment: ReplacementShipment, lost: tuple[UnitCount, ...], *, at: datetime) -> Claim:
    """The claim of what a shipment lost: goods of the customer's own are paid for, others are sent again."""
    gives_back = shipment.purpose is ShipmentPurpose.GIVE_BACK
    where = "its way back to the customer" if gives_back else "its way"
    return Claim(
        ref=ref,
        order_id=shipment.order_id,
        currency=shipment.currency,
        policy_version=shipment.policy_version,
        problem=ClaimProblem.MISSING,
        lines=tuple(ClaimLine(line_id=unit.line_id, quantity=unit.quantity) for unit in lost),
        wish=Remedy.REFUND if gives_back else Remedy.REPLACE,
        note=f"Shipment {shipment.ref.rma} of {shipment.for_case.kind} {shipment.for_case.rma} was lost on {where}.",
        opened_by=SYSTEM,
        requested_at=at,
        follows=shipment.for_case,
    )


def say_lost(lost: tuple[UnitCount, ...], shipment: ReplacementShipment, claim: CaseRef) -> str:
    """What the timeline of the case says."""
    count = sum(unit.quantity for unit in lost)
    return f"Shipment {shipment.ref.rma} lost {count} of its goods; claim {claim.rma} follows that."


def ended_with_loss(shipments: tuple[ReplacementShipment, ...]) -> Iterator[ReplacementShipment]:
    """The shipments that ended and lost something."""
    return (each for each in shipments if each.closed_at is not None and sum_units(as_goods(lost_units(each))))


def lost_key(shipment: CaseRef) -> str:
    """One shipment has one claim, however often its loss is told. No caller can choose this key, since it contains blanks."""
    return f"lost shipment {shipment.rma}"
