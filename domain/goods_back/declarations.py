"""What is told to customs about a parcel of returned goods."""

from __future__ import annotations

from enum import StrEnum

from domain.goods_back.parts import GoodsPart


class CustomsFact(StrEnum):
    """What customs wants to know about goods."""

    DESCRIPTION = "description"
    HS_CODE = "hs_code"
    ORIGIN_COUNTRY = "origin_country"
    WEIGHT = "weight"
    VALUE = "value"


class DeclaredLine(GoodsPart):
    """Some units of one order line; weight and value are of all of them, and 0 when they are unknown."""

    line_id: str
    sku: str
    description: str
    quantity: int
    value_minor: int
    weight_grams: int
    hs_code: str = ""
    origin_country: str = ""
    missing: tuple[CustomsFact, ...] = ()


class CustomsDeclaration(GoodsPart):
    """The goods of one parcel that crosses a customs border, and why they do."""

    sender_country: str
    warehouse_country: str
    currency: str
    lines: tuple[DeclaredLine, ...]
    reason: str = "returned goods"

    @property
    def value_minor(self) -> int:
        """What was paid for all of it."""
        return sum(line.value_minor for line in self.lines)

    @property
    def weight_grams(self) -> int:
        """What all of it weighs, as far as that is known."""
        return sum(line.weight_grams for line in self.lines)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not any(line.missing for line in self.lines)
