"""Decisions explain themselves: inputs, the rule that decided, those that did not, and what would change it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.addresses import Address
from domain.calendar import Span
from domain.orders import Customer
from domain.policies import (
    Acceptance,
    Answer,
    DecisionRecord,
    Fees,
    Method,
    Methods,
    Policy,
    RefundMoment,
    RefundTiming,
    Rule,
    Season,
    ServiceLevel,
    Window,
    WindowStart,
    always,
)
from domain.returns.case import Eligibility, ReturnLine, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.returns.opening import open_return
from tests.builders import (
    ASKED,
    CONDITIONS,
    DELIVERED,
    ORDERED,
    a_policy,
    a_return,
    a_return_line,
    an_order,
    an_order_line,
    windows_of,
)

LATE = DELIVERED + timedelta(days=40)


def decide(policy: Policy, *lines: ReturnLine, days: int | None = None, **order: Any) -> Eligibility:
    """The decision on a request of one mug, or of these lines, so many days after delivery."""
    return decide_eligibility(
        an_order(**order),
        lines or (a_return_line(),),
        policy=policy,
        conditions=CONDITIONS,
        taken={},
        now=ASKED if days is None else DELIVERED + timedelta(days=days),
    )


def record_of(found: Eligibility) -> DecisionRecord:
    """What is stored of the decision."""
    assert found.decision is not None
    return found.decision


def test_a_decision_keeps_its_inputs_and_rules() -> None:
    """Whoever asks later sees every fact as it was, and each table with the rule that decided."""
    record = record_of(decide(a_policy(), lines=(an_order_line(category="kitchen"),)))
    (line,) = record.lines
    assert (line.inputs["category"], line.inputs["days_since_delivery"], line.inputs["fault"]) == (
        "kitchen",
        6,
        "customer",
    )
    assert [(table.table, table.rule) for table in line.tables] == [
        ("windows", "standard"),
        ("acceptance", "everything_else"),
    ]
    assert line.would_change_it == ()


def test_the_case_names_the_version_it_was_decided_under() -> None:
    """The document can change the next day."""
    case = a_return(policy_version=7)
    change = open_return(case, an_order(), policy=a_policy(), conditions=CONDITIONS, taken={}, at=ASKED)
    assert change.case.eligibility is not None
    assert record_of(change.case.eligibility).policy_version == 7


def test_a_refusal_names_the_rule_and_what_would_change_it() -> None:
    """Too late for a change of mind; a defect would still be in time, and so would a VIP."""
    policy = a_policy(
        windows=windows_of(
            30,
            Rule[Window](rule="faulty", when='fault == "merchant"', then=Window(days=365)),
            Rule[Window](rule="vip", when='customer_group == "vip"', then=Window(days=90)),
        )
    )
    found = decide(policy, days=40)
    (finding,) = found.findings
    assert (found.verdict, finding.rule, finding.policy_rule) == (Verdict.REFUSED, "window_passed", "windows.standard")
    assert finding.way_out == (
        "If it is true, ask with the reason not_as_described, defective or wrong_item; else contact the shop for an exception."
    )
    assert record_of(found).lines[0].would_change_it == (
        "Asked for before 2026-04-03 23:00 UTC it would have been in time.",
        "With the reason not_as_described, defective or wrong_item it would be authorized.",
        'The rule windows.faulty would decide if this held: fault == "merchant" (fault is "customer").',
        'The rule windows.vip would decide if this held: customer_group == "vip" (customer_group is empty).',
    )


def test_evidence_can_be_asked_for() -> None:
    """Without a photo a person decides, with one the rules do; the explanation says so."""
    accept, review = Acceptance(answer=Answer.ACCEPT), Acceptance(answer=Answer.REVIEW, says="please show us.")
    policy = a_policy(acceptance=(Rule(rule="shown", when="evidence > 0", then=accept), *always(review)))
    found = decide(policy)
    assert (found.verdict, found.findings[0].detail) == (Verdict.IN_REVIEW, "Line 1: please show us.")
    assert "With a photo or other evidence it would be authorized." in record_of(found).lines[0].would_change_it
    shown = a_return_line().model_copy(update={"evidence": ("photo-1",)})
    assert decide(policy, shown).verdict is Verdict.AUTHORIZED


def test_a_request_that_no_rule_fits_goes_to_a_person() -> None:
    """An empty policy refuses nothing and grants nothing."""
    found = decide(a_policy(windows=(), acceptance=()))
    assert found.verdict is Verdict.IN_REVIEW
    assert [(finding.rule, finding.policy_rule) for finding in found.findings] == [
        ("no_rule_fits", "windows"),
        ("no_rule_fits", "acceptance"),
    ]
    assert all(finding.way_out for finding in found.findings)


def test_a_rule_that_fails_goes_to_a_person_with_the_reason() -> None:
    """A defect in the document never refuses a customer by itself."""
    found = decide(
        a_policy(windows=windows_of(30, Rule[Window](rule="odd", when="quantity / 0 == 1", then=Window(days=1))))
    )
    assert (found.verdict, found.findings[0].rule) == (Verdict.IN_REVIEW, "rule_cannot_be_evaluated")
    assert "the rule odd cannot be evaluated: division by zero" in found.findings[0].detail


def test_windows_by_country_group_and_channel() -> None:
    """The same order, thirty-five days after delivery."""
    vip = Rule[Window](rule="vip", when='customer_group == "vip" && sales_channel == "app"', then=Window(days=60))
    france = Rule[Window](rule="france", when='country == "FR"', then=Window(days=40))
    policy = a_policy(windows=windows_of(30, vip, france))
    in_france = Customer(address=Address(country="FR"))
    assert decide(policy, days=35).verdict is Verdict.REFUSED
    assert decide(policy, days=35, customer=in_france).verdict is Verdict.AUTHORIZED
    assert decide(policy, days=35, customer=Customer(group="vip")).verdict is Verdict.REFUSED
    assert decide(policy, days=55, customer=Customer(group="vip"), sales_channel="app").verdict is Verdict.AUTHORIZED


def test_gifts_bought_before_christmas_come_back_in_january() -> None:
    """Thirty days, but never closed before the end of January; a purchase in March has thirty days."""
    season = Season(name="christmas", first_day="11-15", last_day="12-24")
    extended = Rule[Window](rule="gifts", when='season == "christmas"', then=Window(days=30, open_until="01-31"))
    policy = a_policy(seasons=(season,), windows=windows_of(30, extended), time_zone="UTC")
    bought = ORDERED.replace(year=2025, month=11, day=20)
    arrived = an_order().parcels[0].model_copy(update={"delivered_at": bought + timedelta(days=3)})
    found = decide(policy, placed_at=bought, parcels=(arrived,), days=-40)
    assert f"{found.returnable_until:%Y-%m-%d}" == "2026-02-01"
    assert decide(policy).returnable_until == (DELIVERED + timedelta(days=31)).replace(hour=0)


def test_a_window_may_count_from_the_order() -> None:
    """Thirty days from 1 March, whenever it arrived."""
    policy = a_policy(windows=always(Window(days=30, counted_from=WindowStart.ORDER)), time_zone="UTC")
    assert decide(policy).returnable_until == (ORDERED + timedelta(days=31)).replace(hour=0)


def test_terms_come_from_their_tables() -> None:
    """What a line was granted is decided once, with the request."""
    policy = a_policy(
        fees=always(Fees(restocking_percent=15)),
        refund_timing=always(RefundTiming(at=RefundMoment.RECEIPT)),
        methods=(
            Rule(rule="late", when="days_since_delivery > 20", then=Methods(offer=(Method.STORE_CREDIT,))),
            *always(Methods(offer=(Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT))),
        ),
    )
    terms = record_of(decide(policy, days=25)).lines[0].terms
    assert (terms.fees.restocking_percent, terms.refund_at, terms.methods) == (
        15,
        RefundMoment.RECEIPT,
        (Method.STORE_CREDIT,),
    )
    assert len(record_of(decide(policy)).lines[0].terms.methods) == 2


def test_the_best_service_of_several_lines_counts() -> None:
    """A dear line makes the whole parcel urgent for the shop, and never shortens the customer's own time."""
    quick = ServiceLevel(inspection=Span.of("8 working hours"), parcel=Span.of("7 days"))
    policy = a_policy(service_levels=(Rule(rule="dear", when="unit_price_minor > 50000", then=quick),))
    dear, cheap = an_order_line("1", unit_price_minor=90000), an_order_line("2")
    both = (a_return_line("1"), a_return_line("2"))
    deadlines = record_of(decide(policy, *both, lines=(dear, cheap))).deadlines
    assert (str(deadlines.inspection), str(deadlines.parcel), str(deadlines.review)) == (
        "8 working hours",
        "7 days",
        "2 days",
    )
    assert record_of(decide(policy)).deadlines == policy.deadlines
