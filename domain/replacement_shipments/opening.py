"""How a replacement shipment begins and ends."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.case_documents import CaseDocument
from domain.cases import Actor, CaseRef, WaitingFor
from domain.changes import CaseChange, entry
from domain.policies import Policy
from domain.replacement_shipments.case import Goods, ReplacementShipment, ShipmentPurpose, Word
from domain.replacement_shipments.counts import as_goods, count_goods
from domain.replacement_shipments.progress import derive_progress

ShipmentChange = CaseChange[ReplacementShipment]


class ShipmentPlan(BaseModel):
    """Goods that a case promises. They are reserved at once, and shipped at once or when the case says so.

    `number_in_case` counts the shipments of the case with that purpose and names this one for ever. `reserve_until` may
    be left open when it ships at once. What is given back needs no reservation: it lies there already.
    """

    model_config = ConfigDict(frozen=True)

    number_in_case: int
    goods: tuple[Goods, ...]
    warehouse: str
    reserve_until: datetime | None = None
    ship_at_once: bool = False
    wait_until: datetime | None = None
    purpose: ShipmentPurpose = ShipmentPurpose.REPLACEMENT


def open_shipment(
    ref: CaseRef, for_case: CaseDocument, plan: ShipmentPlan, *, actor: Actor, at: datetime
) -> ReplacementShipment:
    """The shipment of that plan; goods of one SKU are one position."""
    word = Word(event_id="", at=at, actor=actor, note="It ships at once.") if plan.ship_at_once else None
    return ReplacementShipment(
        ref=ref,
        order_id=for_case.order_id,
        currency=for_case.currency,
        policy_version=for_case.policy_version,
        for_case=for_case.ref,
        number_in_case=plan.number_in_case,
        purpose=plan.purpose,
        goods=as_goods(count_goods(plan.goods)),
        warehouse=plan.warehouse,
        reserve_until=plan.reserve_until,
        wait_until=plan.wait_until,
        go_ahead=word,
        opened_at=at,
        reserved_at=at if plan.purpose is ShipmentPurpose.GIVE_BACK else None,
    )


def pass_deadline(
    shipment: ReplacementShipment, waiting_for: WaitingFor, *, policy: Policy, at: datetime
) -> ShipmentChange | None:
    """A reservation whose time is over lapses, an overdue parcel is escalated; None when the shipment has moved on."""
    progress = derive_progress(shipment, policy)
    if progress.waiting_for is not waiting_for or progress.deadline is None or at < progress.deadline:
        return None
    if waiting_for in (WaitingFor.STOCK, WaitingFor.GO_AHEAD):
        words = "Nobody said in time that the goods may ship; the stock is released."
        if shipment.reserved_at is None and shipment.wait_until is not None:
            words = "The goods did not come into stock in time."
        line = entry(at, "reservation.lapsed", words)
        return ShipmentChange(case=shipment.with_facts(lapsed_at=at), entries=(line,))
    line = entry(at, f"{waiting_for}.escalated", f"Overdue: {progress.next_step}", waiting_for=str(waiting_for))
    return ShipmentChange(
        case=shipment.with_facts(escalated=(*shipment.escalated, waiting_for)),
        entries=(line,),
    )


def close_shipment(shipment: ReplacementShipment, *, policy: Policy, at: datetime) -> ShipmentChange:
    """The shipment is closed with the outcome that its facts lead to."""
    progress = derive_progress(shipment, policy)
    line = entry(at, "replacement_shipment.closed", progress.next_step, state=progress.state)
    return ShipmentChange(case=shipment.with_facts(closed_at=at), entries=(line,))
