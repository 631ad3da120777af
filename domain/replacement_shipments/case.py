"""A replacement shipment as it is stored: which goods, for which case, and the facts that arrived since.

It holds no address: goods go to where the order says on the day on which the warehouse is told to ship.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.case_documents import CaseDocument
from domain.cases import Actor, CaseRef
from domain.orders import VISIBLE, Quantity

Sku = Annotated[str, Field(min_length=1, max_length=64, pattern=VISIBLE)]
DeliveryId = Annotated[str, Field(min_length=1, max_length=64, pattern=VISIBLE)]


class ShipmentPart(BaseModel):
    """Parts of a replacement shipment are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Goods(ShipmentPart):
    """Units of one SKU."""

    sku: Sku
    quantity: Quantity


class ShipmentPurpose(StrEnum):
    """Why goods go to the customer: they were promised, or they are the customer's own that the shop does not keep."""

    REPLACEMENT = "replacement"
    GIVE_BACK = "give_back"


class DeliveryState(StrEnum):
    """Where one parcel to the customer is."""

    SHIPPED = "shipped"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    RETURNED = "returned"
    LOST = "lost"


class Delivery(ShipmentPart):
    """One parcel to the customer; a shipment may need several. `shipped_at` is when we first heard of it."""

    delivery_id: DeliveryId
    units: tuple[Goods, ...]
    state: DeliveryState
    carrier: str = ""
    tracking_number: str = ""
    shipped_at: AwareDatetime
    changed_at: AwareDatetime


class Word(ShipmentPart):
    """What somebody said about the whole shipment, and when."""

    event_id: str
    at: AwareDatetime
    actor: Actor
    note: str = ""


class ReplacementShipment(CaseDocument):
    """The whole shipment. Every field after `opened_at` is a fact that a step added.

    `for_case` is the case that promised the goods, `number_in_case` counts its shipments. Without `reserve_until`
    the stock is held until somebody decides. Goods that are given back lie at the warehouse: nothing is reserved.
    Until `wait_until` goods that are not in stock are asked for again and again.
    Since `stopped_at` nothing leaves beside the parcels that are known.
    """

    for_case: CaseRef
    number_in_case: int
    purpose: ShipmentPurpose = ShipmentPurpose.REPLACEMENT
    goods: tuple[Goods, ...]
    warehouse: str
    reserve_until: AwareDatetime | None = None
    opened_at: AwareDatetime
    wait_until: AwareDatetime | None = None
    reserved_at: AwareDatetime | None = None
    shortage: str = ""
    short_at: AwareDatetime | None = None
    go_ahead: Word | None = None
    cancelled: Word | None = None
    lapsed_at: AwareDatetime | None = None
    released_at: AwareDatetime | None = None
    handing_over_at: AwareDatetime | None = None
    handed_over_at: AwareDatetime | None = None
    warehouse_problem: str = ""
    stop_asked: Word | None = None
    stop_refused: str = ""
    stopped_at: AwareDatetime | None = None
    deliveries: tuple[Delivery, ...] = ()

    @property
    def stock_key(self) -> str:
        """Names the reservation at the warehouse for ever."""
        return f"{self.ref.workflow_id}:stock"

    @property
    def goods_key(self) -> str:
        """Names the order to ship at the warehouse for ever."""
        return f"{self.ref.workflow_id}:goods"


def shipment_key(for_case: CaseRef, number_in_case: int, purpose: ShipmentPurpose = ShipmentPurpose.REPLACEMENT) -> str:
    """One promise has one shipment, however often it is told. No caller can choose this key, since it contains blanks."""
    return f"{purpose.replace('_', ' ')} shipment {for_case.kind} {for_case.rma} {number_in_case}"
