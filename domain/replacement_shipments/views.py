"""The replacement shipment as everybody outside sees it."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.cases import CaseKind, Progress, WaitingFor
from domain.replacement_shipments.case import DeliveryState, Goods, ReplacementShipment
from domain.replacement_shipments.counts import ARRIVED, count_goods, shipped_units, units_in
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.replacement_shipments.reports import may_be_cancelled


class ShipmentViewPart(BaseModel):
    """Parts of a view are values."""

    model_config = ConfigDict(frozen=True)


class ForCase(ShipmentViewPart):
    """The case that promised the goods."""

    kind: CaseKind
    rma: str


class GoodsView(ShipmentViewPart):
    """One SKU with how far its units have come."""

    sku: str
    quantity: int
    shipped: int
    delivered: int
    remaining: int = Field(description="What the customer still waits for.")


class DeliveryView(ShipmentViewPart):
    """One parcel."""

    delivery_id: str
    state: DeliveryState
    units: tuple[Goods, ...]
    carrier: str
    tracking_number: str
    shipped_at: AwareDatetime
    changed_at: AwareDatetime


class ReplacementShipmentView(ShipmentViewPart):
    """Where the shipment stands, what happens next and by when, and everything known about it."""

    number: str = Field(description="The number of the case, written and read like an RMA number.")
    for_case: ForCase
    order_id: str
    goods: tuple[GoodsView, ...]
    warehouse: str
    state: ReplacementShipmentState
    waiting_for: WaitingFor
    since: AwareDatetime
    deadline: AwareDatetime | None
    next_step: str
    open: bool
    may_be_cancelled: bool
    reserve_until: AwareDatetime | None
    reserved_at: AwareDatetime | None
    shortage: str = Field(description="Why the warehouse could not put the goods aside or ship them.")
    warehouse_problem: str = Field(description="What the warehouse last refused; it is tried again.")
    deliveries: tuple[DeliveryView, ...]
    opened_at: AwareDatetime
    policy_version: int
    closed_at: AwareDatetime | None


def view_shipment(shipment: ReplacementShipment, progress: Progress) -> ReplacementShipmentView:
    """The view of a stored shipment and its stored progress."""
    return ReplacementShipmentView(
        number=shipment.ref.rma,
        for_case=ForCase(kind=shipment.for_case.kind, rma=shipment.for_case.rma),
        goods=_goods(shipment),
        **progress.model_dump(include={"state", "waiting_for", "since", "deadline", "next_step", "open"}),
        may_be_cancelled=may_be_cancelled(shipment),
        deliveries=tuple(DeliveryView(**dict(delivery)) for delivery in shipment.deliveries),
        **shipment.model_dump(
            include={
                "order_id",
                "warehouse",
                "reserve_until",
                "reserved_at",
                "shortage",
                "warehouse_problem",
                "opened_at",
                "policy_version",
                "closed_at",
            }
        ),
    )


def _goods(shipment: ReplacementShipment) -> tuple[GoodsView, ...]:
    promised, shipped, arrived = (
        count_goods(shipment.goods),
        shipped_units(shipment),
        units_in(shipment, *ARRIVED),
    )
    return tuple(
        GoodsView(
            sku=sku,
            quantity=units,
            shipped=shipped[sku],
            delivered=arrived[sku],
            remaining=(units if shipment.stopped_at is None else shipped[sku]) - arrived[sku],
        )
        for sku, units in sorted(promised.items())
    )
