"""What the policy says to claims, and what no policy can allow."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.claims.case import ClaimLine
from domain.claims.judging import judge_claim
from domain.claims.warranties import Warranty, WarrantyAsked, covered_lines, register_warranty
from domain.policies import Answer, ClaimRuling, Policy, PolicyVersion, Rule, WarrantyTerms, always
from domain.returns.case import Finding, Verdict
from tests.builders import ASKED, CONDITIONS, a_policy, an_order, an_order_line
from tests.domain.claims.builders import a_claim, known

ACCEPT = ClaimRuling(answer=Answer.ACCEPT)
RADIOS = an_order(lines=(an_order_line(category="electronics", serial_numbers=("SN-1", "SN-2")),))
WARRANTIES = (Rule(rule="electronics", when='category == "electronics"', then=WarrantyTerms(days=730)),)


def ruled(when: str, then: ClaimRuling = ACCEPT) -> Policy:
    """A policy with one rule for claims."""
    return a_policy(claims=(Rule(rule="one", when=when, then=then),), warranties=WARRANTIES)


@pytest.mark.parametrize(
    ("lines", "taken", "rule"),
    [
        ((("9", 1),), {}, "unknown_line"),
        ((("1", 3),), {}, "more_than_ordered"),
        ((("1", 2),), {"1": 1}, "units_in_other_case"),
        ((("1", 1), ("1", 1)), {}, "repeated_line"),
    ],
)
def test_what_cannot_be_claimed(lines: tuple[tuple[str, int], ...], taken: dict[str, int], rule: str) -> None:
    """Goods that are not on the order, more than were sold, units in other cases: refused, each with a way out."""
    judged = judge_claim(a_claim(*lines), an_order(), known(taken=taken))
    assert judged.verdict is Verdict.REFUSED
    assert judged.findings[0].rule == rule
    assert judged.findings[0].way_out


def test_a_serial_number_that_was_never_sold() -> None:
    """Somebody else's radio is not claimed on this order."""
    claim = a_claim(lines=(ClaimLine(line_id="1", quantity=1, serial_number="SN-9"),))
    assert judge_claim(claim, RADIOS, known()).findings[0].rule == "serial_not_sold"


@pytest.mark.parametrize(
    ("when", "facts", "verdict"),
    [
        ('problem == "damaged"', {}, Verdict.AUTHORIZED),
        ('problem == "missing"', {}, Verdict.IN_REVIEW),
        ("evidence > 0", {}, Verdict.IN_REVIEW),
        ("earlier_claims == 0", {}, Verdict.AUTHORIZED),
        ('wish == "refund" && fault == "carrier"', {}, Verdict.AUTHORIZED),
    ],
)
def test_rules_speak_of_the_claim(when: str, facts: dict[str, object], verdict: Verdict) -> None:
    """A rule can ask for the problem, the wish, the fault, the evidence and earlier claims; else a person decides."""
    assert judge_claim(a_claim(**facts), an_order(), known(ruled(when))).verdict is verdict


def test_without_a_rule_a_person_decides_and_is_told_why() -> None:
    """Silence grants nothing and denies nothing."""
    judged = judge_claim(a_claim(), an_order(), known())
    assert (judged.verdict, judged.findings[0].rule) == (Verdict.IN_REVIEW, "no_rule_fits")


def test_lines_that_fare_differently_need_a_person() -> None:
    """One line is denied by a rule and the other granted: nobody gets half an answer from a machine."""
    order = an_order(lines=(an_order_line("1"), an_order_line("2", unit_price_minor=50000)))
    no = ClaimRuling(answer=Answer.REFUSE, says="Too dear.", way_out="Ask the maker.")
    policy = a_policy(claims=(Rule(rule="dear", when="value_minor > 10000", then=no), *always(ACCEPT)))
    judged = judge_claim(a_claim(("1", 1), ("2", 1)), order, known(policy))
    assert judged.verdict is Verdict.IN_REVIEW
    assert [finding.rule for finding in judged.findings] == ["lines_differ"]


def registered(key: str = "SN-1") -> Warranty | Finding:
    """A radio, registered on the day of the claim."""
    asked = WarrantyAsked(order_id="A-1001", line_id="1", registered_by="c-1")
    policy = PolicyVersion(version=1, policy=ruled("true"))
    return register_warranty(key, asked, RADIOS, policy=policy, conditions=CONDITIONS, at=ASKED)


def test_a_warranty_runs_from_the_delivery() -> None:
    """Two years from the day it came, whoever registers it when; the last day counts."""
    warranty = registered()
    assert isinstance(warranty, Warranty)
    assert (warranty.serial_number, f"{warranty.until:%Y-%m-%d}") == ("SN-1", "2028-03-04")


def test_only_the_registered_unit_is_under_warranty() -> None:
    """Of two radios one is registered: its claim is granted, that of the other is for a person; so is one too late."""
    warranty = registered()
    assert isinstance(warranty, Warranty)
    policy = ruled("in_warranty")
    verdicts = []
    for serial, late in (("SN-1", 0), ("SN-2", 0), ("SN-1", 1000)):
        line = ClaimLine(line_id="1", quantity=1, serial_number=serial)
        claim = a_claim(lines=(line,), requested_at=ASKED + timedelta(days=late))
        verdicts.append(
            judge_claim(
                claim, RADIOS, known(policy, covered=covered_lines([warranty], claim.lines, at=claim.requested_at))
            ).verdict
        )
    assert verdicts == [Verdict.AUTHORIZED, Verdict.IN_REVIEW, Verdict.IN_REVIEW]


@pytest.mark.parametrize(("key", "rule"), [("SN-9", "serial_not_sold"), ("A-1001/1", "")])
def test_what_can_be_registered(key: str, rule: str) -> None:
    """A whole line, or a serial number that was sold on it."""
    found = registered(key)
    assert (found.rule if isinstance(found, Finding) else "") == rule


def test_goods_without_a_warranty() -> None:
    """The policy names none for mugs, and says what else to do."""
    asked = WarrantyAsked(order_id="A-1001", line_id="1", registered_by="c-1")
    policy = PolicyVersion(version=1, policy=ruled("true"))
    found = register_warranty("A-1001/1", asked, an_order(), policy=policy, conditions=CONDITIONS, at=ASKED)
    assert isinstance(found, Finding)
    assert found.rule == "no_warranty"
