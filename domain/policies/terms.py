"""What the rules of a policy can decide: one model for the `then` of each table."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.calendar import Day, Span
from domain.policies.parts import AmountByCurrency, Days, Percent, PolicyPart, Sentence, Slug
from domain.policies.settlement import StoreCreditRules


class WindowStart(StrEnum):
    """From when a window counts; without a delivery date it counts from the order plus the assumed transit."""

    DELIVERY = "delivery"
    ORDER = "order"


class Window(PolicyPart):
    """Until when a return may be asked for, in days of the merchant's time zone."""

    days: Days
    counted_from: WindowStart = WindowStart.DELIVERY
    open_until: Annotated[
        Day | None,
        Field(description="Never closes before the end of this day (01-31: the next one after the purchase)."),
    ] = None


class Answer(StrEnum):
    """What the shop says to goods that come in time."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    REVIEW = "review"


class Acceptance(PolicyPart):
    """Whether goods may come back at all; what the customer is told, and what they can do about it."""

    answer: Answer
    says: Sentence = ""
    way_out: Sentence = ""

    @model_validator(mode="after")
    def _refusals_are_explained(self) -> Self:
        if self.answer is Answer.REFUSE and not (self.says and self.way_out):
            raise ValueError("a refusal needs `says` (why) and `way_out` (what the customer can do)")
        return self


class RefundMoment(StrEnum):
    """When the money goes back: at the carrier's first scan (or receipt, if that is earlier), at receipt, or after inspection."""

    FIRST_SCAN = "first_scan"
    RECEIPT = "receipt"
    INSPECTION = "inspection"


class Shortfall(StrEnum):
    """What becomes of money that was paid ahead of the goods and that the inspection does not bear out.

    A person decides, the customer owes it to the shop, or nobody asks for it.
    """

    REVIEW = "review"
    RECEIVABLE = "receivable"
    WRITE_OFF = "write_off"


class RefundTiming(PolicyPart):
    """When the money goes back."""

    at: RefundMoment
    when_short: Annotated[
        Shortfall, Field(description="When the goods turn out to be worth less than what was paid ahead of them.")
    ] = Shortfall.REVIEW


class Method(StrEnum):
    """How a customer can be reimbursed."""

    ORIGINAL_PAYMENT = "original_payment"
    STORE_CREDIT = "store_credit"
    EXCHANGE = "exchange"
    REPLACEMENT = "replacement"


class Methods(PolicyPart):
    """The ways of being reimbursed that the customer can choose from, and the bonus for store credit."""

    offer: Annotated[tuple[Method, ...], Field(min_length=1)]
    store_credit: StoreCreditRules = StoreCreditRules()


class ExchangeFor(StrEnum):
    """What goods may be exchanged for."""

    NOTHING = "nothing"
    SAME_PRODUCT = "same_product"
    ANY_PRODUCT = "any_product"


class Exchange(PolicyPart):
    """What goods may be exchanged for, and whether the new ones may leave before the old ones are back."""

    exchange_for: ExchangeFor
    in_advance: bool = False


class Keeping(PolicyPart):
    """Whether the customer keeps the goods and is reimbursed all the same."""

    keep: bool


class Checklist(PolicyPart):
    """What the inspector looks at, in order."""

    checks: Annotated[tuple[Sentence, ...], Field(min_length=1, max_length=30)]


class Destination(PolicyPart):
    """Which warehouse takes the goods; its address is a setting, `warehouse.addresses`."""

    warehouse: Slug


class ReturnMethod(StrEnum):
    """How goods travel back: with a label of a carrier, its code to show, without box or label, by the customer, to a store."""

    CARRIER_LABEL = "carrier_label"
    QR_CODE = "qr_code"
    DROP_OFF = "drop_off"
    OWN_SHIPMENT = "own_shipment"
    STORE = "store"

    @property
    def needs_label(self) -> bool:
        """Whether a label is bought from a carrier."""
        return self in (ReturnMethod.CARRIER_LABEL, ReturnMethod.QR_CODE)


class LabelFormat(StrEnum):
    """What the label is printed from: a page for any printer, or commands for a label printer."""

    PDF = "pdf"
    ZPL = "zpl"


class ReturnOffer(PolicyPart):
    """One return method on offer, and what the customer pays for it where no fee falls away."""

    method: ReturnMethod
    price: Annotated[
        AmountByCurrency | None,
        Field(description="Instead of `fees.return_shipping`, which counts where this is left out."),
    ] = None
    label_format: LabelFormat = LabelFormat.PDF


class ReturnMethods(PolicyPart):
    """The return methods that the customer can choose from; the first is taken when nothing is chosen."""

    offer: Annotated[tuple[ReturnOffer, ...], Field(min_length=1, max_length=5)] = (
        ReturnOffer(method=ReturnMethod.CARRIER_LABEL),
    )

    @model_validator(mode="after")
    def _methods_differ(self) -> Self:
        if len({each.method for each in self.offer}) < len(self.offer):
            raise ValueError("offer: a method is named twice")
        return self

    def chosen(self, method: ReturnMethod | None) -> ReturnOffer | None:
        """The offer of that method, the first one when none is named; None when it is not offered."""
        if method is None:
            return self.offer[0]
        return next((each for each in self.offer if each.method is method), None)


class Disposition(StrEnum):
    """What becomes of received goods."""

    RESTOCK = "restock"
    REFURBISH = "refurbish"
    QUARANTINE = "quarantine"
    RETURN_TO_VENDOR = "return_to_vendor"
    LIQUIDATE = "liquidate"
    SCRAP = "scrap"
    DONATE = "donate"
    BACK_TO_CUSTOMER = "back_to_customer"
    KEEP = "keep"


class Disposal(PolicyPart):
    """What becomes of inspected goods."""

    disposition: Disposition
    recovers_percent: Annotated[
        Percent | None,
        Field(description="Of its price, what a unit is still worth; left out: 100 for restock, 0 for all else."),
    ] = None
    cost: Annotated[AmountByCurrency, Field(description="What the shop spends on each unit for it.")] = (
        AmountByCurrency()
    )

    @model_validator(mode="after")
    def _goods_are_here(self) -> Self:
        if self.disposition is Disposition.KEEP:
            raise ValueError("keep is for goods that never came: the table keep_items decides on it")
        return self


class ServiceLevel(PolicyPart):
    """Other times than the policy's `deadlines` for some returns; what is left out stays as it is there."""

    parcel: Span | None = None
    inspection: Span | None = None
    review: Span | None = None
    approval: Span | None = None
    refund: Span | None = None


class Season(PolicyPart):
    """A named part of the year in which goods were bought; rules ask for it as `season`."""

    name: Slug
    first_day: Day
    last_day: Day

    @model_validator(mode="after")
    def _days_are_alike(self) -> Self:
        if len(self.first_day) != len(self.last_day):
            raise ValueError("first_day and last_day are both dates, or both days of every year")
        return self
