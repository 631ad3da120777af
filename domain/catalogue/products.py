"""A product as the shop told it, with every variant that can be bought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from domain.goods_marks import CustomsDescription, HsCode, OriginCountry
from domain.money import currency_exponent
from domain.orders import LARGEST_QUANTITY, VISIBLE, Identifier, Minor, Moment

MOST_VARIANTS = 2_000
GTIN = r"^([0-9]{8}|[0-9]{12,14})?$"


def _checked_currency(code: str) -> str:
    currency_exponent(code)
    return code


def _checked_gtin(gtin: str) -> str:
    """The last digit is computed from the others, so a misread number is noticed. The rule is in GS1's specification."""
    digits = [int(digit) for digit in reversed(gtin)]
    if sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10:
        raise ValueError("the last digit does not fit the others: is a digit misread?")
    return gtin


Sku = Annotated[str, Field(min_length=1, max_length=64, pattern=VISIBLE)]
Gtin = Annotated[
    str, Field(pattern=GTIN, description="EAN, UPC or GTIN-14; none when unknown."), AfterValidator(_checked_gtin)
]
OptionName = Annotated[str, Field(min_length=1, max_length=64, pattern=VISIBLE)]
OptionValue = Annotated[str, Field(min_length=1, max_length=100, pattern=VISIBLE)]
Rate = Annotated[Decimal, Field(ge=0, le=1, description="As a fraction: 0.20 is 20 percent.")]
Stock = Annotated[int, Field(ge=0, le=LARGEST_QUANTITY)]


class CataloguePart(BaseModel):
    """Parts of a product are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Price(CataloguePart):
    """What one unit costs in one currency."""

    currency: Annotated[str, AfterValidator(_checked_currency)]
    amount_minor: Minor
    tax_included: Annotated[bool, Field(description="Whether the amount contains its taxes.")] = True
    tax_rates: Annotated[
        tuple[Rate, ...] | None,
        Field(max_length=5, description="Each tax on it; unset: those of the line that it stands in for."),
    ] = None


class Variant(CataloguePart):
    """One thing to buy. `available` says how many; it is news and not part of the product's version."""

    sku: Sku
    gtin: Gtin = ""
    title: Annotated[str, Field(max_length=300, pattern=VISIBLE)] = ""
    options: Annotated[dict[OptionName, OptionValue], Field(max_length=10, description="Such as size and colour.")] = {}
    prices: Annotated[tuple[Price, ...], Field(max_length=50, description="One for each currency.")] = ()
    available: Annotated[Stock | None, Field(description="Units that can be bought now; unset: nothing is said.")] = (
        None
    )
    weight_grams: Annotated[int, Field(ge=0, le=10**9, description="Of one unit; 0 when unknown.")] = 0
    image: Annotated[str, Field(max_length=500, pattern=VISIBLE, description="Where its picture is.")] = ""
    final_sale: bool = False
    hs_code: HsCode = ""
    origin_country: OriginCountry = ""
    customs_description: CustomsDescription = ""

    @model_validator(mode="after")
    def _one_price_for_each_currency(self) -> Self:
        if repeated := _repeats(price.currency for price in self.prices):
            raise ValueError(f"variant {self.sku} has two prices in {', '.join(repeated)}")
        return self

    def price_in(self, currency: str) -> Price | None:
        """Its price in the currency, or None where the shop told none: prices are never converted."""
        return next((price for price in self.prices if price.currency == currency), None)


class Product(CataloguePart):
    """One product of one merchant; the merchant is known from who sent it."""

    product_id: Identifier
    title: Annotated[str, Field(max_length=300, pattern=VISIBLE)] = ""
    category: Annotated[str, Field(max_length=64, pattern=VISIBLE)] = ""
    image: Annotated[str, Field(max_length=500, pattern=VISIBLE, description="Where its picture is.")] = ""
    withdrawn: Annotated[bool, Field(description="No longer sold, and kept for what was.")] = False
    variants: Annotated[tuple[Variant, ...], Field(min_length=1, max_length=MOST_VARIANTS)]
    as_of: Annotated[
        Moment | None,
        Field(
            description="When the shop knew it so; unset: when it reached us. What is older than what we know is not taken."
        ),
    ] = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if repeated := _repeats(variant.sku for variant in self.variants):
            raise ValueError(f"variants[].sku is used twice: {', '.join(repeated)}")
        for variant in self.variants:
            if set(variant.options) != set(self.option_names):
                expected = ", ".join(self.option_names) or "none"
                raise ValueError(f"variant {variant.sku} must name the same options as the first one: {expected}")
        return self

    @property
    def option_names(self) -> tuple[str, ...]:
        """What its variants differ in."""
        return tuple(self.variants[0].options)

    def variant(self, sku: str) -> Variant | None:
        """The variant of that SKU, or None when the product has none such."""
        return next((variant for variant in self.variants if variant.sku == sku), None)


def _repeats(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
