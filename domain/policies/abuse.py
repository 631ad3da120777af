"""What a shop does about abuse, as a policy writes it: each signal with its own switch, thresholds and outcome."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.calendar import Span
from domain.policies.parts import AmountByCurrency, Percent, PolicyPart, Sentence, Slug

Count = Annotated[int, Field(ge=1, le=10_000)]
Grams = Annotated[int, Field(ge=0, le=1_000_000)]


class RiskOutcome(StrEnum):
    """What follows from a signal, the mildest first; refused requests can be appealed."""

    ALLOW = "allow"
    SLOW_DOWN = "slow_down"
    REVIEW = "review"
    REFUSE = "refuse"

    def is_stricter_than(self, other: RiskOutcome) -> bool:
        """Whether it asks more of the customer."""
        return _STRICTNESS.index(self) > _STRICTNESS.index(other)


_STRICTNESS = (RiskOutcome.ALLOW, RiskOutcome.SLOW_DOWN, RiskOutcome.REVIEW, RiskOutcome.REFUSE)


def strictest(outcomes: list[RiskOutcome]) -> RiskOutcome:
    """The one that asks most of the customer; nothing is asked where there are none."""
    return max(outcomes, key=_STRICTNESS.index, default=RiskOutcome.ALLOW)


class Signal(StrEnum):
    """What can be noticed. The first eight are read at the request, the others from the goods and the refund."""

    RETURN_RATE = "return_rate"
    VELOCITY = "velocity"
    NO_RECEIPT_CLAIMS = "no_receipt_claims"
    KEEP_ITEMS = "keep_items_budget"
    SHARED_ADDRESS = "shared_address"
    SHARED_PAYMENT = "shared_payment"
    OTHER_METHOD = "other_refund_method"
    TRACKING_ELSEWHERE = "tracking_elsewhere"
    SERIAL_SWITCH = "serial_number_switch"
    WEIGHT_MISMATCH = "weight_mismatch"
    WORN_GOODS = "worn_goods"


class SignalRule(PolicyPart):
    """A switch and what follows when the signal is seen."""

    on: bool = False
    outcome: RiskOutcome = RiskOutcome.REVIEW


class ReturnRateRule(SignalRule):
    """What comes back against what was bought: both shares must be reached, on a basis that says something."""

    value_percent: Percent = 50
    units_percent: Percent = 50
    at_least: Annotated[
        AmountByCurrency, Field(description="Nothing is said about who bought for less; a currency not named: none.")
    ] = AmountByCurrency(minor={"GBP": 10_000, "EUR": 10_000, "USD": 10_000})
    at_least_orders: Count = 1
    within: Span = Span.of("365 days")


class VelocityRule(SignalRule):
    """Many returns in a short time, this one included."""

    returns: Count = 10
    within: Span = Span.of("30 days")


class NoReceiptRule(SignalRule):
    """Claims that goods never came, and parcels back that were empty, this one included."""

    reasons: Annotated[tuple[Slug, ...], Field(description="The reason codes that say so.")] = ()
    claims: Count = 3
    within: Span = Span.of("365 days")


class KeepItemsRule(SignalRule):
    """Goods that were paid back and kept, this request included, above a budget; a currency not named: no budget."""

    outcome: RiskOutcome = RiskOutcome.SLOW_DOWN
    budget: AmountByCurrency = AmountByCurrency()
    within: Span = Span.of("365 days")


class SharedRule(SignalRule):
    """Several accounts that order to one address, or pay with one card; families and offices do as well."""

    accounts: Annotated[int, Field(ge=2, le=1000)] = 4
    within: Span = Span.of("365 days")


class OtherMethodRule(SignalRule):
    """Store credit for what a card or a bank paid, by the customer's choice, from an amount on."""

    at_least: Annotated[AmountByCurrency, Field(description="A currency not named: any amount.")] = AmountByCurrency()


class WeightRule(SignalRule):
    """A parcel that weighs less than its goods, or more than goods and packaging can."""

    lighter_percent: Percent = 20
    packaging_grams: Grams = 1500


class WornRule(SignalRule):
    """Used goods that came back for no fault of the shop or the carrier, earlier ones included."""

    units: Count = 2
    within: Span = Span.of("365 days")


class AbuseRules(PolicyPart):
    """Every signal is off until a shop switches it on. The strictest wins; what the law grants is never refused.

    Goods on the allow list pass whatever is noticed; the block list counts before the allow list. See docs/abuse.md.
    """

    return_rate: ReturnRateRule = ReturnRateRule()
    velocity: VelocityRule = VelocityRule()
    no_receipt_claims: NoReceiptRule = NoReceiptRule()
    keep_items_budget: KeepItemsRule = KeepItemsRule()
    shared_address: SharedRule = SharedRule()
    shared_payment: SharedRule = SharedRule(accounts=2)
    other_refund_method: OtherMethodRule = OtherMethodRule()
    tracking_elsewhere: SignalRule = SignalRule()
    serial_number_switch: SignalRule = SignalRule()
    weight_mismatch: WeightRule = WeightRule()
    worn_goods: WornRule = WornRule()
    blocked: Annotated[RiskOutcome, Field(description="What becomes of requests of who is on the block list.")] = (
        RiskOutcome.REFUSE
    )
    appeal_within: Annotated[Span, Field(description="How long after a refusal it can be appealed.")] = Span.of(
        "30 days"
    )

    def rule_of(self, signal: Signal) -> SignalRule:
        """The switch of the signal."""
        rule: SignalRule = getattr(self, signal.value)
        return rule


class AbuseAnswer(PolicyPart):
    """What a rule of the shop's own says to a line whose facts it fits."""

    outcome: RiskOutcome
    says: Annotated[Sentence, Field(description="For the shop's own people; customers are never told.")] = ""
