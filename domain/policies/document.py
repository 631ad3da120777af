"""The policy document: a merchant's whole rules, as they are written, versioned and kept with every case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from domain.calendar import BusinessCalendar, Span, deadline_after, is_yearly, next_day_named
from domain.money import Rounding
from domain.policies.abuse import AbuseAnswer, AbuseRules
from domain.policies.authority import ApprovalRules
from domain.policies.claims import ClaimRuling, WarrantyTerms
from domain.policies.keeping import KeepBudget
from domain.policies.parts import AmountByCurrency, Days, Fault, PolicyPart, Sentence, Slug
from domain.policies.settlement import (
    BundleRule,
    CreditNoteRules,
    DutyRefund,
    ExchangeValue,
    Fees,
    GiftRule,
    GiftValue,
    InstrumentRules,
    LateArrival,
    OutOfStockRule,
    PayoutRules,
    PromotionRule,
    ShippingRefund,
)
from domain.policies.statutes import Statute
from domain.policies.tables import Rule, refuse_unusable
from domain.policies.terms import (
    Acceptance,
    Checklist,
    Destination,
    Disposal,
    Exchange,
    Keeping,
    Methods,
    RefundTiming,
    ReturnMethods,
    Season,
    ServiceLevel,
    Window,
)

# The tables of a policy, in the order in which they are decided and shown.
REQUEST_TABLES = (
    "windows",
    "acceptance",
    "fees",
    "refund_timing",
    "methods",
    "exchanges",
    "keep_items",
    "checklists",
    "warehouses",
    "return_methods",
    "service_levels",
    "abuse_rules",
)
INSPECTION_TABLES = ("dispositions",)
CLAIM_TABLES = ("warranties", "claims")
TABLES = (*REQUEST_TABLES, *INSPECTION_TABLES, *CLAIM_TABLES)


class ReasonRule(PolicyPart):
    """One reason a customer can give, and whose fault it makes it."""

    code: Slug
    title: Sentence
    fault: Fault = Fault.NONE


class Deadlines(PolicyPart):
    """How long the parts of a return may take."""

    parcel: Annotated[Span, Field(description="From authorization until the return is overdue.")] = Span.of("21 days")
    parcel_reminders: Annotated[
        tuple[Span, ...], Field(max_length=5, description="The customer is reminded so long before that.")
    ] = ()
    label: Annotated[
        Span | None,
        Field(
            description="From a label's booking until it is voided if no carrier scanned it; left out: never before the end."
        ),
    ] = None
    label_within: Annotated[
        Span, Field(description="From authorization until the customer has the label, also while the carrier is down.")
    ] = Span.of("1 day")
    grace: Annotated[Span, Field(description="After that, in which a late parcel revives it.")] = Span.of("14 days")
    remaining_parcels: Annotated[Span, Field(description="From the first receipt to the last.")] = Span.of("10 days")
    inspection: Span = Span.of("3 days")
    review: Span = Span.of("2 days")
    approval: Span = Span.of("2 days")
    evidence: Annotated[
        Span, Field(description="In which the customer answers a question; then it is decided without an answer.")
    ] = Span.of("7 days")
    appeal: Annotated[
        Span, Field(description="From the denial of a claim, in which the customer may have it looked at again.")
    ] = Span.of("14 days")
    refund: Annotated[
        Span, Field(description="From the moment at which the money goes back, until it has; told to the customer.")
    ] = Span.of("14 days")
    reservation: Annotated[
        Span, Field(description="How long the stock of a promised replacement is held while it may not ship yet.")
    ] = Span.of("14 days")
    dispatch: Annotated[Span, Field(description="From the order to ship until the last parcel has left.")] = Span.of(
        "2 days"
    )
    delivery: Annotated[Span, Field(description="From the last parcel that left until all have arrived.")] = Span.of(
        "10 days"
    )
    payment: Annotated[
        Span, Field(description="In which the customer pays, or confirms a hold, before an exchange goes on.")
    ] = Span.of("2 days")
    advance: Annotated[
        Span,
        Field(
            description="By when old goods must be on their way whose new ones left in advance; then they are charged."
        ),
    ] = Span.of("14 days")
    choice: Annotated[
        Span, Field(description="In which the customer chooses what else, when promised goods are out of stock.")
    ] = Span.of("7 days")
    back_order: Annotated[
        Span, Field(description="How long a customer who chose to wait for stock waits; then it is a plain return.")
    ] = Span.of("30 days")
    warn_before: Annotated[
        Span, Field(description="The shop's own people are warned so long before a date told to a customer passes.")
    ] = Span.of("1 day")


class Policy(PolicyPart):
    """The rules of one merchant at one time."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    time_zone: str = "UTC"
    calendar: BusinessCalendar = BusinessCalendar()
    reasons: Annotated[tuple[ReasonRule, ...], Field(min_length=1, max_length=100)]
    seasons: Annotated[tuple[Season, ...], Field(max_length=50)] = ()
    statutes: tuple[Statute, ...] = ()

    windows: tuple[Rule[Window], ...] = ()
    acceptance: tuple[Rule[Acceptance], ...] = ()
    fees: tuple[Rule[Fees], ...] = ()
    refund_timing: tuple[Rule[RefundTiming], ...] = ()
    methods: tuple[Rule[Methods], ...] = ()
    exchanges: tuple[Rule[Exchange], ...] = ()
    keep_items: tuple[Rule[Keeping], ...] = ()
    checklists: tuple[Rule[Checklist], ...] = ()
    warehouses: tuple[Rule[Destination], ...] = ()
    return_methods: tuple[Rule[ReturnMethods], ...] = ()
    service_levels: tuple[Rule[ServiceLevel], ...] = ()
    abuse_rules: tuple[Rule[AbuseAnswer], ...] = ()
    dispositions: tuple[Rule[Disposal], ...] = ()
    warranties: tuple[Rule[WarrantyTerms], ...] = ()
    claims: tuple[Rule[ClaimRuling], ...] = ()

    last_day_counts: Annotated[bool, Field(description="Whether a window ends with its last day or before it.")] = True
    transit_days: Annotated[Days, Field(description="Assumed days in transit while no delivery date is known.")] = 5
    original_shipping: ShippingRefund = ShippingRefund.WHOLE_ORDER_OR_MERCHANT_FAULT
    standard_shipping: Annotated[
        AmountByCurrency,
        Field(
            description="What the usual delivery costs: no more is paid back where the rule, or the law alone, says so."
        ),
    ] = AmountByCurrency()
    rounding: Annotated[
        Rounding, Field(description="Where the odd minor unit of a line goes whose units come back one by one.")
    ] = Rounding.LARGEST_REMAINDER
    duties: DutyRefund = DutyRefund.WITH_GOODS
    promotions: PromotionRule = PromotionRule.SHARE
    gifts: Annotated[GiftRule, Field(description="Of free gifts that a promotion gave.")] = GiftRule.CHARGE
    gift_value: Annotated[GiftValue, Field(description="What a recipient who returns a gift is told of its worth.")] = (
        GiftValue.HIDDEN
    )
    bundles: BundleRule = BundleRule.PARTS
    payouts: PayoutRules = PayoutRules()
    instruments: InstrumentRules = InstrumentRules()
    credit_notes: CreditNoteRules = CreditNoteRules()
    exchange_value: ExchangeValue = ExchangeValue.PAID
    out_of_stock: Annotated[
        OutOfStockRule,
        Field(description="Of goods that were promised: a plain return at once, or the customer chooses what else."),
    ] = OutOfStockRule.REFUND
    approval: ApprovalRules = ApprovalRules()
    abuse: AbuseRules = AbuseRules()
    deadlines: Deadlines = Deadlines()
    keep_budget: Annotated[
        KeepBudget | None, Field(description="How much a customer may keep by the table keep_items; none: no limit.")
    ] = None
    late_arrivals: Annotated[
        LateArrival, Field(description="Of goods that arrive when their return has ended and that no case has used up.")
    ] = LateArrival.OPEN_RETURN
    return_address: Annotated[
        str, Field(description="Name of the warehouse that takes returns where the table `warehouses` names none.")
    ] = "main"

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{name!r} is not a time zone such as Europe/London") from None
        return name

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        codes = [reason.code for reason in self.reasons]
        if len(set(codes)) < len(codes):
            raise ValueError("a reason code is used twice")
        for table in TABLES:
            refuse_unusable(table, getattr(self, table))
        return self

    def reason(self, code: str) -> ReasonRule | None:
        """The rule for a reason code, or None when customers cannot give it."""
        return next((reason for reason in self.reasons if reason.code == code), None)

    def due(self, start: datetime, span: Span) -> datetime:
        """Until when something is due that may take `span` from `start` on, by the shop's calendar; in UTC."""
        return deadline_after(start, span, calendar=self.calendar, zone=self.time_zone)

    def season_of(self, day: date) -> str:
        """The first season that the day falls in, or nothing; a season may run over the end of a year."""
        for season in self.seasons:
            if _is_within(day, season):
                return season.name
        return ""


class PolicyVersion(PolicyPart):
    """A policy as it was in force: the document with its number."""

    version: Annotated[int, Field(gt=0)]
    policy: Policy


def _is_within(day: date, season: Season) -> bool:
    ends = next_day_named(day, season.last_day)
    starts = next_day_named(day, season.first_day)
    if is_yearly(season.first_day):
        # Inside, the season ends before it begins again.
        return starts == day or ends < starts
    return starts <= day <= ends
