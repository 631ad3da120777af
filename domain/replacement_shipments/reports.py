"""What the case that promised the goods is told of its shipment."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from hashlib import sha256

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.cases import SYSTEM, Actor, CaseRef, EventKind, InboxEvent
from domain.policies import Policy
from domain.replacement_shipments.case import DeliveryState, Goods, ReplacementShipment, ShipmentPurpose
from domain.replacement_shipments.counts import ARRIVED, as_goods, shipped_units, units_in, unshipped_units
from domain.replacement_shipments.progress import ReplacementShipmentState, derive_progress


class ShipmentReport(BaseModel):
    """Where a shipment stands, as a fact that its case keeps. `unshipped` is what the customer still waits for.

    `lost` is what never will arrive: the carrier lost it, or the warehouse does not have what it was to give back.
    Of a `stopped` one, nothing more ever leaves.
    """

    model_config = ConfigDict(frozen=True)

    number: str
    number_in_case: int
    state: ReplacementShipmentState
    open: bool
    may_be_cancelled: bool
    shipped: tuple[Goods, ...] = ()
    delivered: tuple[Goods, ...] = ()
    unshipped: tuple[Goods, ...] = ()
    lost: tuple[Goods, ...] = ()
    shortage: str = ""
    shipped_at: AwareDatetime | None = None
    stop_asked: bool = False
    stop_refused: str = ""
    stopped: bool = False
    was_reserved: bool = False


def report_shipment(shipment: ReplacementShipment, policy: Policy) -> ShipmentReport:
    """The report on the shipment as it stands; its case hears of it whenever it changes."""
    progress = derive_progress(shipment, policy)
    return ShipmentReport(
        number=shipment.ref.rma,
        number_in_case=shipment.number_in_case,
        state=ReplacementShipmentState(progress.state),
        open=progress.open,
        may_be_cancelled=may_be_cancelled(shipment),
        shipped=as_goods(shipped_units(shipment)),
        delivered=as_goods(units_in(shipment, *ARRIVED)),
        unshipped=as_goods(unshipped_units(shipment)),
        lost=as_goods(lost_units(shipment)),
        shortage=shipment.shortage,
        shipped_at=min((delivery.shipped_at for delivery in shipment.deliveries), default=None),
        stop_asked=shipment.stop_asked is not None,
        stop_refused=shipment.stop_refused,
        stopped=shipment.stopped_at is not None,
        was_reserved=shipment.reserved_at is not None,
    )


def lost_units(shipment: ReplacementShipment) -> Counter[str]:
    """What never will arrive, by SKU."""
    lost = units_in(shipment, DeliveryState.LOST)
    is_gone = shipment.purpose is ShipmentPurpose.GIVE_BACK and shipment.short_at is not None
    return lost + unshipped_units(shipment) if is_gone else lost


def may_be_cancelled(shipment: ReplacementShipment) -> bool:
    """Whether nothing can have been shipped yet: once the warehouse may have been told, only it knows."""
    stopped = shipment.cancelled or shipment.lapsed_at or shipment.short_at or shipment.closed_at
    return not stopped and shipment.handing_over_at is None and shipment.handed_over_at is None


def may_be_stopped(shipment: ReplacementShipment) -> bool:
    """Whether the warehouse was told to ship, may have something left, and was not asked to hold it back."""
    over = shipment.stop_asked or shipment.stopped_at or shipment.closed_at
    told = shipment.handing_over_at is not None or shipment.handed_over_at is not None
    return told and not over and bool(unshipped_units(shipment))


def event_between(
    sender: CaseRef,
    to: CaseRef,
    kind: EventKind,
    *,
    about: str,
    at: datetime,
    actor: Actor = SYSTEM,
    note: str = "",
) -> InboxEvent:
    """News from one case to another; the same sender, kind and `about` is the same event, however often it is made."""
    digest = sha256(f"{sender.workflow_id} {to.workflow_id} {kind} {about}".encode()).hexdigest()
    return InboxEvent(
        event_id=f"evt_{digest[:40]}",
        merchant=to.merchant,
        rma=to.rma,
        kind=kind,
        actor=actor,
        occurred_at=at,
        received_at=at,
        payload={"case": sender.rma, "kind": str(sender.kind)} | ({"note": note} if note else {}),
        case_kind=to.kind,
    )
