"""How goods are marked, by the trade and for customs; each mark is empty when it is unknown."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Gtin = Annotated[
    str, Field(pattern=r"^(\d{8}|\d{12,14})?$", description="GTIN, EAN or UPC on the goods; empty when unknown.")
]
HsCode = Annotated[
    str,
    Field(
        pattern=r"^((\d\.?){5,9}\d)?$",
        description="Number in the customs tariff, 6 to 10 digits, such as 6912.00; empty when unknown.",
    ),
]
OriginCountry = Annotated[
    str,
    Field(
        pattern=r"^([A-Z]{2})?$", description="Where it was made, ISO 3166-1 alpha-2, such as PT; empty when unknown."
    ),
]
CustomsDescription = Annotated[
    str,
    Field(
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="What it is, in words for customs: `ceramic mug`; the title when empty.",
    ),
]
