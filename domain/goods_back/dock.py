"""What the dock says: one session, one parcel, the units in it as somebody saw them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from domain.cases import Actor
from domain.goods_back.parts import Evidence, GoodsPart, Note, Text, UnitCount
from domain.goods_back.scans import Scan
from domain.orders import Identifier, Quantity

MOST_ITEMS = 500


class AsSeen(GoodsPart):
    """What can be read on goods, and how they look from outside."""

    sku: Annotated[Text, Field(description="The shop's number on the goods.")] = ""
    gtin: Annotated[Text, Field(description="GTIN, EAN or UPC on the goods.")] = ""
    serial_number: Annotated[Text, Field(description="Of one unit.")] = ""
    lot: Text = ""
    damaged: Annotated[bool, Field(description="Damaged as far as the dock can see.")] = False
    wrong_item: Annotated[bool, Field(description="Something else lies where these goods were promised.")] = False
    note: Note = ""


class DockUnits(AsSeen):
    """Units in a parcel: of an order line where the dock knows it, else by what is printed on them."""

    line_id: Identifier | None = None
    quantity: Quantity = 1

    @model_validator(mode="after")
    def _are_described(self) -> Self:
        if not (self.line_id or self.sku or self.gtin or self.serial_number or self.note):
            raise ValueError("say what it is: line_id, sku, gtin, serial_number or a note")
        if self.serial_number and self.quantity != 1:
            raise ValueError("a serial number is that of one unit: quantity must be 1")
        return self


class ReceivedUnits(UnitCount, AsSeen):
    """Units that the case expected, or that lie in their place (`wrong_item`)."""


class DockSession(GoodsPart):
    """The facts of one session as they came. A parcel without any word of its content held what was expected."""

    units: Annotated[
        tuple[DockUnits, ...],
        Field(max_length=MOST_ITEMS, description="What was in the parcel; none means everything still expected."),
    ] = ()
    missing: Annotated[
        tuple[UnitCount, ...],
        Field(max_length=MOST_ITEMS, description="What the paper promises and the parcel does not hold."),
    ] = ()
    empty: Annotated[bool, Field(description="The parcel was empty: all that was expected in it is missing.")] = False
    session_id: Annotated[Text, Field(description="Your id of the session at the dock.")] = ""
    scanner: Annotated[Text, Field(description="The device.")] = ""
    tracking_number: Annotated[Text, Field(description="The carrier's number on the parcel.")] = ""
    delivery: Annotated[
        int, Field(ge=0, le=500, description="The reverse delivery, by its number; 0 when only the parcel's is known.")
    ] = 0
    weight_grams: Annotated[int, Field(ge=0, le=10**8, description="Of the whole parcel; 0 when not weighed.")] = 0
    photos: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()
    note: Note = ""

    @model_validator(mode="after")
    def _empty_is_empty(self) -> Self:
        if self.empty and self.units:
            raise ValueError("an empty parcel has no units")
        return self

    @property
    def says_nothing(self) -> bool:
        """Whether only the arrival of the parcel is told."""
        return not (self.units or self.missing or self.empty)


class Receipt(GoodsPart):
    """One session at the dock: the units of this case, what was in the parcel beside them, and what was missing.

    `turned_up` are those of the units that an earlier session had reported missing.
    """

    event_id: str
    at: AwareDatetime
    actor: Actor
    units: tuple[ReceivedUnits, ...] = ()
    unexpected: tuple[DockUnits, ...] = ()
    missing: tuple[UnitCount, ...] = ()
    turned_up: tuple[UnitCount, ...] = ()
    empty: bool = False
    occurred_at: AwareDatetime | None = None
    session_id: str = ""
    scanner: str = ""
    tracking_number: str = ""
    delivery: Annotated[int, Field(description="The reverse delivery that arrived; 0 when nothing told which.")] = 0
    weight_grams: int = 0
    photos: tuple[Evidence, ...] = ()
    scans: tuple[Scan, ...] = ()
    note: str = ""
