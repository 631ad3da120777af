"""A merchant's rules as data: what may come back, until when, who pays, and what a person must decide.

A policy document is versioned and every case keeps the version under which it was opened.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from domain.money import Money, Rounding, currency_exponent
from domain.orders import PaymentMethod

Days = Annotated[int, Field(ge=0, le=3650)]


class PolicyPart(BaseModel):
    """Rules are values; an unknown field is a typing mistake and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fault(StrEnum):
    """Who caused the return: decides who pays."""

    MERCHANT = "merchant"
    CARRIER = "carrier"
    CUSTOMER = "customer"
    NONE = "none"


class ShippingRefund(StrEnum):
    """When the original shipping charge is paid back; the carrier's fault counts as the merchant's here."""

    WHOLE_ORDER_OR_MERCHANT_FAULT = "whole_order_or_merchant_fault"
    WHOLE_ORDER = "whole_order"
    ALWAYS = "always"
    NEVER = "never"


class ReasonRule(PolicyPart):
    """One reason a customer can give, and whose fault it makes it."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    title: str
    fault: Fault = Fault.NONE
    review: Annotated[bool, Field(description="A person decides every request with this reason.")] = False


class CategoryWindow(PolicyPart):
    """Another window for one category of goods."""

    category: str
    days: Days


class ReturnWindow(PolicyPart):
    """Until when a return may be asked for, counted in days of the merchant's time zone."""

    days: Days = 30
    last_day_counts: bool = True
    transit_days: Annotated[Days, Field(description="Assumed days in transit while no delivery date is known.")] = 5
    categories: tuple[CategoryWindow, ...] = ()

    def days_for(self, category: str) -> int:
        """The window of a category, in days: its own, else the general one."""
        own = (window.days for window in self.categories if window.category == category)
        return next(own, self.days)


class AmountByCurrency(PolicyPart):
    """A limit or fee in each currency the merchant sells in, in minor units."""

    minor: dict[str, Annotated[int, Field(ge=0)]] = {}

    @field_validator("minor")
    @classmethod
    def _currencies_are_known(cls, amounts: dict[str, int]) -> dict[str, int]:
        for code in amounts:
            currency_exponent(code)
        return amounts

    def within(self, currency: str) -> Money | None:
        """The amount in that currency, or None when the policy names none."""
        return Money(minor=self.minor[currency], currency=currency) if currency in self.minor else None


class Fees(PolicyPart):
    """What is kept back from a refund; all fees fall away when the merchant or the carrier is at fault."""

    restocking_percent: Annotated[int, Field(ge=0, le=100)] = 0
    restocking_flat: Annotated[AmountByCurrency, Field(description="For each returned line.")] = AmountByCurrency()
    return_shipping: Annotated[AmountByCurrency, Field(description="Once for each return.")] = AmountByCurrency()


class DutyRefund(StrEnum):
    """When import duties are paid back for goods that come back."""

    WITH_GOODS = "with_goods"
    NOT_CUSTOMERS_FAULT = "not_customers_fault"
    NEVER = "never"


class PromotionRule(StrEnum):
    """What becomes of a promotion with a condition when a part of its goods comes back.

    share: every unit comes back at its discounted price, and the goods that stay keep their share of the promotion.
    keep: the promotion stays whole with the goods that stay, so units come back at their price before it.
    test_again: as share, but when the goods that stay no longer earn it, their share is taken off the refund.
    """

    SHARE = "share"
    KEEP = "keep"
    TEST_AGAIN = "test_again"


class GiftRule(StrEnum):
    """What becomes of a free gift when the goods that earned it come back without it."""

    LEAVE = "leave"
    CHARGE = "charge"


class ExchangeValue(StrEnum):
    """What goods count for when they are exchanged for others."""

    PAID = "paid"
    BEFORE_DISCOUNTS = "before_discounts"


class StoreCreditRules(PolicyPart):
    """What customers get on top when they take store credit instead of their money."""

    bonus_percent: Annotated[int, Field(ge=0, le=100)] = 0
    bonus_flat: Annotated[AmountByCurrency, Field(description="Once for each credit.")] = AmountByCurrency()


class PayoutOrder(StrEnum):
    """Which of several payments a refund goes to first."""

    NEWEST_FIRST = "newest_first"
    OLDEST_FIRST = "oldest_first"
    PROPORTIONAL = "proportional"


class PayoutRules(PolicyPart):
    """How a refund is shared over several payments: by method first, then by the order they were made in."""

    methods_first: Annotated[
        tuple[PaymentMethod, ...], Field(description="Used up one after the other, before all other methods.")
    ] = ()
    order: PayoutOrder = PayoutOrder.NEWEST_FIRST


class ApprovalRules(PolicyPart):
    """Above which refund a supervisor decides; a currency that is not named always needs one."""

    refund_above: AmountByCurrency = AmountByCurrency()
    decide_within_days: Days = 2


class Deadlines(PolicyPart):
    """How long the parts of a return may take, in days."""

    parcel_days: Annotated[Days, Field(description="From authorization until the return expires.")] = 21
    grace_days: Annotated[Days, Field(description="After expiry, in which a late parcel revives it.")] = 14
    remaining_parcels_days: Annotated[Days, Field(description="From the first receipt to the last.")] = 10
    inspection_days: Days = 3
    review_days: Days = 2


class Policy(PolicyPart):
    """The rules of one merchant at one time."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    time_zone: str = "UTC"
    reasons: Annotated[tuple[ReasonRule, ...], Field(min_length=1)]
    return_window: ReturnWindow = ReturnWindow()
    final_sale_categories: tuple[str, ...] = ()
    final_sale_unless_fault: Annotated[
        bool, Field(description="Final sale goods still come back when the merchant or carrier is at fault.")
    ] = True
    fees: Fees = Fees()
    original_shipping: ShippingRefund = ShippingRefund.WHOLE_ORDER_OR_MERCHANT_FAULT
    rounding: Annotated[
        Rounding, Field(description="Where the odd minor unit of a line goes whose units come back one by one.")
    ] = Rounding.LARGEST_REMAINDER
    duties: DutyRefund = DutyRefund.WITH_GOODS
    promotions: PromotionRule = PromotionRule.SHARE
    gifts: GiftRule = GiftRule.CHARGE
    payouts: PayoutRules = PayoutRules()
    store_credit: StoreCreditRules = StoreCreditRules()
    exchange_value: ExchangeValue = ExchangeValue.PAID
    approval: ApprovalRules = ApprovalRules()
    deadlines: Deadlines = Deadlines()
    return_address: Annotated[str, Field(description="Name of the warehouse that takes returns.")] = "main"

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{name!r} is not a time zone such as Europe/London") from None
        return name

    @model_validator(mode="after")
    def _reasons_differ(self) -> Self:
        codes = [reason.code for reason in self.reasons]
        if len(set(codes)) < len(codes):
            raise ValueError("a reason code is used twice")
        return self

    def reason(self, code: str) -> ReasonRule | None:
        """The rule for a reason code, or None when customers cannot give it."""
        return next((reason for reason in self.reasons if reason.code == code), None)


class PolicyVersion(PolicyPart):
    """A policy as it was in force: the document with its number."""

    version: Annotated[int, Field(gt=0)]
    policy: Policy
