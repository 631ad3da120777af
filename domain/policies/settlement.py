"""How money is worked out and paid: what is kept back, what is paid back, and in which order payments are used."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.calendar import Span
from domain.orders import PaymentMethod
from domain.policies.parts import AmountByCurrency, Percent, PolicyPart


class ShippingRefund(StrEnum):
    """When the original shipping charge is paid back; the carrier's fault counts as the merchant's here.

    standard_for_whole_order: as whole_order, but no more than the policy's `standard_shipping`.
    """

    WHOLE_ORDER_OR_MERCHANT_FAULT = "whole_order_or_merchant_fault"
    WHOLE_ORDER = "whole_order"
    STANDARD_FOR_WHOLE_ORDER = "standard_for_whole_order"
    ALWAYS = "always"
    NEVER = "never"


class Fees(PolicyPart):
    """What is kept back from a refund; all fees fall away when the merchant or the carrier is at fault."""

    restocking_percent: Percent = 0
    restocking_flat: Annotated[AmountByCurrency, Field(description="For each returned line.")] = AmountByCurrency()
    return_shipping: Annotated[
        AmountByCurrency, Field(description="Once for each return; none: the shop pays the parcel back.")
    ] = AmountByCurrency()


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


class GiftValue(StrEnum):
    """What the recipient of a gift who returns it is told of its worth: nothing, or the credit that it brings."""

    HIDDEN = "hidden"
    CREDIT = "credit"


class BundleRule(StrEnum):
    """Whether lines that were sold as one come back one by one, or only all together."""

    PARTS = "parts"
    WHOLE_ONLY = "whole_only"


class LateArrival(StrEnum):
    """What becomes of goods that arrive when their return has ended: a return goes on with them, or a person decides."""

    OPEN_RETURN = "open_return"
    ASK = "ask"


class ExchangeValue(StrEnum):
    """What goods count for when they are exchanged for others."""

    PAID = "paid"
    BEFORE_DISCOUNTS = "before_discounts"


class OutOfStockRule(StrEnum):
    """What becomes of an exchange whose new goods the warehouse does not have: a plain return, or the customer is asked."""

    REFUND = "refund"
    ASK = "ask"


class StoreCreditRules(PolicyPart):
    """What customers get on top when they take store credit instead of their money."""

    bonus_percent: Percent = 0
    bonus_flat: Annotated[AmountByCurrency, Field(description="Once for each credit.")] = AmountByCurrency()
    expires_after: Annotated[
        Span | None, Field(description="How long the credit can be spent, its bonus too; none: for ever.")
    ] = None


class InstrumentRules(PolicyPart):
    """Which kinds of instruments a customer may choose beside what paid the order."""

    collect_from: Annotated[tuple[PaymentMethod, ...], Field(description="What a customer who owes may pay with.")] = (
        PaymentMethod.CARD,
        PaymentMethod.WALLET,
        PaymentMethod.GIFT_CARD,
        PaymentMethod.STORE_CREDIT,
    )
    refund_to: Annotated[
        tuple[PaymentMethod, ...],
        Field(description="What a refund may go to although it did not pay; a stranger's card is a way of fraud."),
    ] = (PaymentMethod.GIFT_CARD, PaymentMethod.STORE_CREDIT)


class CreditNoteRules(PolicyPart):
    """How credit notes are numbered, and what they say about the shop. The number runs on when this is changed."""

    prefix: Annotated[
        str,
        Field(
            max_length=16,
            pattern=r"^([A-Za-z0-9-]*[A-Za-z-])?$",
            description="Ends in no digit, so that no two numbers are alike.",
        ),
    ] = "CN-"
    digits: Annotated[int, Field(ge=1, le=12, description="Filled up with zeros to so many.")] = 6
    issuer: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200)], ...],
        Field(max_length=10, description="Name, address and tax number of the shop, line by line."),
    ] = ()

    def number(self, sequence: int) -> str:
        """The number of the so-manieth note of the shop."""
        return f"{self.prefix}{sequence:0{self.digits}d}"


class PayoutOrder(StrEnum):
    """Which of several payments a refund goes to first."""

    NEWEST_FIRST = "newest_first"
    OLDEST_FIRST = "oldest_first"
    PROPORTIONAL = "proportional"


class DeclinedRefund(StrEnum):
    """What becomes of a refund that its payment does not take, when no other payment can: a person decides, or credit."""

    ASK = "ask"
    STORE_CREDIT = "store_credit"


class PayoutRules(PolicyPart):
    """How a refund is shared over several payments: by method first, then by the order they were made in."""

    methods_first: Annotated[
        tuple[PaymentMethod, ...], Field(description="Used up one after the other, before all other methods.")
    ] = ()
    order: PayoutOrder = PayoutOrder.NEWEST_FIRST
    when_declined: DeclinedRefund = DeclinedRefund.ASK
