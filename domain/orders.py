"""The order as the shop told it: what was bought, what was charged for it, how it was paid and where it went.

Amounts are integers in minor units of the order's currency. They are totals as charged: of a line for its whole
quantity, after that line's own discount; the share of an order discount is worked out by `domain.reimbursements`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from domain.addresses import Address
from domain.gifts import Gift, check_gifts
from domain.goods_marks import CustomsDescription, Gtin, HsCode, OriginCountry
from domain.money import currency_exponent
from domain.repeats import refuse_repeats

# Far above any order, and far below where a database column or the arithmetic of dates ends.
LARGEST_AMOUNT = 10**15
LARGEST_QUANTITY = 10**6
FIRST_YEAR, LAST_YEAR = 1970, 2200
# No control characters: these texts go to columns and to providers as they are.
VISIBLE = r"^[^\x00-\x1f\x7f]*$"


def _within_living_memory(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year must be from {FIRST_YEAR} to {LAST_YEAR}")
    return moment


# A mark without a letter could be a card's number.
NO_NUMBER = r"^([A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*)?$"
Minor = Annotated[int, Field(ge=0, le=LARGEST_AMOUNT, description="Amount in minor units of the order's currency.")]
Quantity = Annotated[int, Field(gt=0, le=LARGEST_QUANTITY)]
Moment = Annotated[AwareDatetime, AfterValidator(_within_living_memory)]
Identifier = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/#-]*$")]


class OrderPart(BaseModel):
    """What all parts of an order share: they are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TaxLine(OrderPart):
    """One tax on one line or shipping charge: the amount as charged, after all discounts."""

    rate: Annotated[Decimal, Field(ge=0, le=1, description="As a fraction: 0.20 is 20 percent.")]
    amount_minor: Minor


class OrderLine(OrderPart):
    """One line of the order; units of a line are alike."""

    line_id: Identifier
    sku: Annotated[str, Field(min_length=1, max_length=64)]
    title: Annotated[str, Field(max_length=300)] = ""
    category: Annotated[str, Field(max_length=64)] = ""
    quantity: Quantity
    unit_price_minor: Minor
    discount_minor: Annotated[Minor, Field(description="Discount of the whole line, not of one unit.")] = 0
    taxes: tuple[TaxLine, ...] = ()
    duties_minor: Annotated[Minor, Field(description="Import duties charged for the whole line, beside its price.")] = 0
    final_sale: bool = False
    weight_grams: Annotated[int, Field(ge=0, description="Of one unit; 0 when unknown.")] = 0
    cost_minor: Annotated[Minor, Field(description="What one unit cost the shop itself; 0 when unknown.")] = 0
    gtin: Gtin = ""
    hs_code: HsCode = ""
    origin_country: OriginCountry = ""
    customs_description: CustomsDescription = ""
    serial_numbers: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=128, pattern=VISIBLE)], ...],
        Field(max_length=1000, description="Of the units that were sent; none when unknown."),
    ] = ()
    added_by: Annotated[
        str, Field(max_length=16, description="The exchange that gave these goods for others; written by us alone.")
    ] = ""
    sold_at: Annotated[Moment | None, Field(description="When, if that was later than the order.")] = None

    @property
    def price_minor(self) -> int:
        """What the whole line cost before order discounts, without tax on top."""
        return self.unit_price_minor * self.quantity - self.discount_minor

    @model_validator(mode="after")
    def _discount_fits(self) -> Self:
        if self.price_minor < 0:
            raise ValueError(f"line {self.line_id}: the discount is larger than the price")
        return self


class ShippingCharge(OrderPart):
    """What the customer paid for one delivery."""

    shipping_id: Identifier = "shipping"
    amount_minor: Minor
    discount_minor: Minor = 0
    taxes: tuple[TaxLine, ...] = ()
    line_ids: Annotated[tuple[str, ...], Field(description="The lines that it delivered; none means all.")] = ()

    @model_validator(mode="after")
    def _discount_fits(self) -> Self:
        if self.discount_minor > self.amount_minor:
            raise ValueError(f"shipping {self.shipping_id}: the discount is larger than the charge")
        return self


class OrderDiscount(OrderPart):
    """A discount on the order as a whole, or on some of its lines together.

    With a condition it is a promotion that a partial return may undo. A free gift is a promotion that takes the price
    off the gift's line and is earned by other lines.
    """

    discount_id: Identifier
    title: Annotated[str, Field(max_length=300)] = ""
    amount_minor: Minor
    line_ids: Annotated[tuple[str, ...], Field(description="The lines it applies to; none means all.")] = ()
    minimum_minor: Annotated[Minor, Field(description="Worth of goods, before order discounts, that earns it.")] = 0
    earned_by: Annotated[tuple[str, ...], Field(description="The lines that earn it; none means line_ids.")] = ()

    @property
    def is_conditional(self) -> bool:
        """Whether goods must be kept for it."""
        return self.minimum_minor > 0 or bool(self.earned_by)

    @property
    def is_gift(self) -> bool:
        """Whether it makes lines cheaper that do not earn it themselves."""
        return bool(self.earned_by) and bool(self.line_ids) and not set(self.earned_by) & set(self.line_ids)


class Bundle(OrderPart):
    """Lines sold together for one price; their own prices only say in which proportion the parts share it."""

    bundle_id: Identifier
    title: Annotated[str, Field(max_length=300)] = ""
    line_ids: Annotated[tuple[str, ...], Field(min_length=1)]
    price_minor: Annotated[Minor, Field(description="For all of it, before order discounts, without tax on top.")]
    taxes: tuple[TaxLine, ...] = ()


class PaymentMethod(StrEnum):
    """How the customer paid."""

    CARD = "card"
    WALLET = "wallet"
    BANK = "bank"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"


class Payment(OrderPart):
    """A captured payment, known to the provider by `reference`."""

    payment_id: Identifier
    method: PaymentMethod = PaymentMethod.CARD
    provider: Annotated[str, Field(max_length=32, pattern=VISIBLE)] = "stripe"
    reference: Annotated[
        str, Field(min_length=1, max_length=128, pattern=VISIBLE, description="The provider's id, such as pi_...")
    ]
    captured_minor: Minor
    instrument_id: Annotated[
        str,
        Field(max_length=64, pattern=VISIBLE, description="The customer's instrument that made it, if it is known."),
    ] = ""
    fingerprint: Annotated[
        str, Field(max_length=64, pattern=NO_NUMBER, description="The provider's mark of the card, whoever uses it.")
    ] = ""


class ParcelLine(OrderPart):
    """Units of one order line that travelled in a parcel."""

    line_id: Identifier
    quantity: Quantity


class Parcel(OrderPart):
    """A parcel to the customer; without lines it held everything."""

    parcel_id: Identifier
    carrier: Annotated[str, Field(max_length=64)] = ""
    tracking_number: Annotated[str, Field(max_length=64)] = ""
    shipped_at: Moment | None = None
    delivered_at: Moment | None = None
    lines: tuple[ParcelLine, ...] = ()


class Customer(OrderPart):
    """Who bought; personal data, never logged and never sent to Temporal in clear."""

    customer_id: Annotated[str, Field(max_length=64)] = ""
    group: Annotated[str, Field(max_length=64, description="As the shop groups its customers: vip, business.")] = ""
    name: Annotated[str, Field(max_length=200)] = ""
    email: Annotated[str, Field(max_length=320)] = ""
    address: Address = Address()

    @property
    def named_address(self) -> Address:
        """The address as a parcel needs it: with the customer's name where it names nobody."""
        return self.address if self.address.name else self.address.model_copy(update={"name": self.name})


class Order(OrderPart):
    """One order of one merchant; the merchant is known from who sent it."""

    order_id: Identifier
    currency: str
    placed_at: Moment
    tax_included: Annotated[bool, Field(description="Whether prices and charges contain their taxes.")] = True
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1)]
    shipping: tuple[ShippingCharge, ...] = ()
    discounts: tuple[OrderDiscount, ...] = ()
    bundles: tuple[Bundle, ...] = ()
    gifts: tuple[Gift, ...] = ()
    payments: tuple[Payment, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    customer: Customer = Customer()
    sales_channel: Annotated[str, Field(max_length=64, description="Where it was sold: web, app, a marketplace.")] = ""

    @field_validator("currency")
    @classmethod
    def _is_known(cls, code: str) -> str:
        currency_exponent(code)
        return code

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        refuse_repeats("line_id", (line.line_id for line in self.lines))
        refuse_repeats("shipping_id", (charge.shipping_id for charge in self.shipping))
        refuse_repeats("payment_id", (payment.payment_id for payment in self.payments))
        refuse_repeats("parcel_id", (parcel.parcel_id for parcel in self.parcels))
        refuse_repeats("discount_id", (discount.discount_id for discount in self.discounts))
        refuse_repeats("bundles[].line_ids", (name for bundle in self.bundles for name in bundle.line_ids))
        check_gifts(self.gifts, buyer_id=self.customer.customer_id)
        if unknown := sorted(self._named_lines() - {line.line_id for line in self.lines}):
            raise ValueError(f"no such line on the order: {', '.join(unknown)}")
        if sum(discount.amount_minor for discount in self.discounts) > self.goods_minor:
            raise ValueError("the order discounts are larger than the goods")
        return self

    @model_validator(mode="after")
    def _taxes_fit(self) -> Self:
        bundled = {name for bundle in self.bundles for name in bundle.line_ids}
        for line in self.lines:
            if line.line_id in bundled and (line.discount_minor or line.taxes):
                raise ValueError(f"line {line.line_id}: discount and taxes of a bundled line belong to its bundle")
        charged = [(f"line {line.line_id}", line.price_minor, line.taxes) for line in self.lines]
        charged += [(f"bundle {bundle.bundle_id}", bundle.price_minor, bundle.taxes) for bundle in self.bundles]
        for what, price_minor, taxes in charged:
            if self.tax_included and sum(tax.amount_minor for tax in taxes) > price_minor:
                raise ValueError(f"{what}: the taxes included in the price are larger than the price")
        return self

    @property
    def goods_minor(self) -> int:
        """What the goods cost before order discounts, without tax on top."""
        bundled = {name for bundle in self.bundles for name in bundle.line_ids}
        alone = sum(line.price_minor for line in self.lines if line.line_id not in bundled)
        return alone + sum(bundle.price_minor for bundle in self.bundles)

    def _named_lines(self) -> set[str]:
        named = {name for discount in self.discounts for name in (*discount.line_ids, *discount.earned_by)}
        named |= {line.line_id for parcel in self.parcels for line in parcel.lines}
        named |= {name for gift in self.gifts for name in gift.line_ids}
        named |= {name for charge in self.shipping for name in charge.line_ids}
        return named | {name for bundle in self.bundles for name in bundle.line_ids}

    def line(self, line_id: str) -> OrderLine | None:
        """The line of that id, or None when the order has no such line."""
        return next((line for line in self.lines if line.line_id == line_id), None)

    def delivered_at(self, line_id: str) -> datetime | None:
        """When the last parcel with units of the line arrived, or None while one is on its way or none is known."""
        line = self.line(line_id)
        later = line is not None and line.sold_at is not None
        # A parcel that held everything left before there was any such line.
        carrying = [
            parcel
            for parcel in self.parcels
            if any(part.line_id == line_id for part in parcel.lines) or not (parcel.lines or later)
        ]
        arrivals = [parcel.delivered_at for parcel in carrying]
        if not arrivals or None in arrivals:
            return None
        return max(arrival for arrival in arrivals if arrival is not None)
