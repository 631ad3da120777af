"""What is known about goods on their way back, as it was told. Facts are only ever added."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from domain.goods_back.declarations import CustomsDeclaration
from domain.goods_back.dock import Receipt
from domain.goods_back.inspections import Condition, Grade, InspectedUnits, Inspection
from domain.goods_back.parts import GoodsPart, UnitCount
from domain.money import Money
from domain.policies import Disposition, LabelFormat, ReturnMethod
from domain.replacement_shipments.reports import ShipmentReport

__all__ = [
    "Condition",
    "DisposedUnits",
    "GoodsBack",
    "Grade",
    "InspectedUnits",
    "Inspection",
    "Label",
    "LabelRefund",
    "Receipt",
    "ReverseDelivery",
    "UnitCount",
]


class DisposedUnits(UnitCount):
    """Units with one disposition, what they are still worth to the shop and what it spends on them, all units together."""

    disposition: Disposition
    recovered_minor: int = 0
    cost_minor: int = 0


class LabelRefund(StrEnum):
    """What the carrier says of the price of a label that was given back: asked for, paid back, or kept."""

    SUBMITTED = "submitted"
    REFUNDED = "refunded"
    REJECTED = "rejected"


class Label(GoodsPart):
    """The paper of a reverse delivery."""

    carrier: str
    service: str
    tracking_number: str
    url: str
    shipment_reference: str
    booked_at: AwareDatetime
    label_format: LabelFormat = LabelFormat.PDF
    qr_url: Annotated[
        str, Field(description="The code to show instead of a printed label; empty when there is none.")
    ] = ""
    price: Annotated[Money | None, Field(description="What the shop pays the carrier; null where it is not known.")] = (
        None
    )


class ReverseDelivery(GoodsPart):
    """One parcel back, from its label to the carrier's scan.

    No warehouse means the one that the policy names, no units everything that the case expects. `tracking_number` is what
    a scan told of a parcel without a label of ours, `customs` what the carrier was told for customs.
    """

    number: int = 1
    warehouse: str = ""
    units: tuple[UnitCount, ...] = ()
    method: ReturnMethod = ReturnMethod.CARRIER_LABEL
    label_format: LabelFormat = LabelFormat.PDF
    tracking_number: str = ""
    label: Label | None = None
    label_problem: str = ""
    customs: CustomsDeclaration | None = None
    label_expires_at: AwareDatetime | None = None
    label_expired_at: AwareDatetime | None = None
    label_voided_at: AwareDatetime | None = None
    label_refund: LabelRefund | None = None
    scanned_at: AwareDatetime | None = None
    sent_elsewhere_at: AwareDatetime | None = None

    @property
    def usable_label(self) -> Label | None:
        """The label as long as a customer may use it."""
        return self.label if self.label_expired_at is None and self.label_voided_at is None else None

    @property
    def parcel_number(self) -> str:
        """The carrier's number on the parcel, as far as it is known."""
        return self.label.tracking_number if self.label else self.tracking_number


class GoodsBack(GoodsPart):
    """The facts of the whole way. What the case expects is told to whoever counts, see `domain.goods_back.counts`.

    `kept` units stay with the customer and are paid for all the same; since `kept_at` it is decided which these are.
    """

    deliveries: Annotated[tuple[ReverseDelivery, ...], Field(min_length=1)] = (ReverseDelivery(),)
    receipts: tuple[Receipt, ...] = ()
    moved: Annotated[
        tuple[UnitCount, ...], Field(description="Units that were found here and that another return has taken over.")
    ] = ()
    receiving_ended_at: AwareDatetime | None = None
    inspections: tuple[Inspection, ...] = ()
    dispositions: tuple[DisposedUnits, ...] = ()
    put_away_at: AwareDatetime | None = None
    put_away_in: Annotated[tuple[str, ...], Field(description="Of several warehouses, those that are done.")] = ()
    put_away_problem: str = ""
    given_back: Annotated[
        tuple[ShipmentReport, ...],
        Field(description="What goes back to the customer, one shipment for each warehouse."),
    ] = ()
    reminded_at: Annotated[
        tuple[AwareDatetime, ...], Field(description="When the customer was reminded to send the parcel.")
    ] = ()
    kept: tuple[UnitCount, ...] = ()
    kept_at: AwareDatetime | None = None
    kept_beyond: Annotated[
        str, Field(description="Why what is kept passes the customer's budget, so that a person decides on the money.")
    ] = ""
    overdue_at: AwareDatetime | None = None
    given_up_at: AwareDatetime | None = None

    def with_facts(self, **facts: Any) -> GoodsBack:
        """The same goods with those facts added."""
        return self.model_copy(update=facts)

    def delivery(self, number: int) -> ReverseDelivery:
        """The reverse delivery of that number."""
        return next(delivery for delivery in self.deliveries if delivery.number == number)

    def with_delivery(self, number: int, **facts: Any) -> GoodsBack:
        """The same goods with those facts added to that delivery."""
        return self.with_facts(
            deliveries=tuple(one.model_copy(update=facts) if one.number == number else one for one in self.deliveries)
        )

    @property
    def arrivals(self) -> tuple[Receipt, ...]:
        """The receipts that were about this case: with units that it expected, or without those that it should hold."""
        return tuple(receipt for receipt in self.receipts if receipt.units or receipt.missing)

    @property
    def scanned_at(self) -> AwareDatetime | None:
        """When the carrier first had any of it."""
        return min((one.scanned_at for one in self.deliveries if one.scanned_at is not None), default=None)

    @property
    def label(self) -> Label | None:
        """The first label that was booked."""
        return next((one.label for one in self.deliveries if one.label is not None), None)

    @property
    def label_problem(self) -> str:
        """Why a carrier gave no label, if one refused."""
        return next((one.label_problem for one in self.deliveries if one.label_problem), "")
