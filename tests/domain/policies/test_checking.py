"""Mistakes that a policy of the right shape can still have: words, comparisons, rules that never decide."""

from __future__ import annotations

from typing import Any

import pytest

from domain.policies import (
    Acceptance,
    Answer,
    Exchange,
    ExchangeFor,
    Method,
    Methods,
    Policy,
    Rule,
    Statute,
    StatutePack,
    Window,
    always,
)
from domain.policies.checking import Problem, Severity, check_policy
from domain.policies.terms import Destination
from tests.builders import CONDITIONS, a_policy, windows_of
from tests.exchanges import an_exchange_policy


def window(name: str, when: str = "", days: int = 14) -> Rule[Window]:
    """A rule about a window."""
    return Rule[Window](rule=name, when=when, then=Window(days=days))


def problems(severity: Severity = Severity.ERROR, **changes: Any) -> list[Problem]:
    """What is wrong with the default policy once some fields are changed."""
    found = check_policy(a_policy(**changes), conditions=CONDITIONS)
    return [problem for problem in found if problem.severity is severity]


def in_windows(*conditions: str) -> Policy:
    """The default policy with these conditions for its windows."""
    rules = [window(f"rule_{number}", when, days=number + 1) for number, when in enumerate(conditions)]
    return a_policy(windows=windows_of(30, *rules))


def test_the_default_policy_is_sound() -> None:
    """Nobody begins with a document that has mistakes."""
    assert problems() == problems(Severity.WARNING) == []


@pytest.mark.parametrize(
    ("condition", "reason", "suggestion"),
    [
        ('categroy == "a"', "categroy is no fact of a return", "Did you mean category?"),
        ('grade == "A"', "grade is known after the inspection only", ""),
        ('lower(category) == "a"', "lower() is no function of conditions", ""),
        ('category.startWith("a")', "startWith() is no function", "Did you mean startsWith?"),
        ('fault == "merchnt"', "fault is never 'merchnt'", "Did you mean merchant?"),
        ('reason in ["defective", "to_small"]', "reason is never 'to_small'", "Did you mean too_small?"),
        ('season == "christmas"', "season is never 'christmas'", ""),
        ("category == 3", "category is a text, so it can never be compared with 3", ""),
        ('quantity == "3"', "quantity is a number", ""),
        ("final_sale == 1", "final_sale is yes or no", ""),
        ('"cash" in payment_methods', "payment_methods is never 'cash'", ""),
        ("quantity + 1", "it is 2, not true or false", ""),
        ("category > value_minor", "operand types", ""),
        ('category = "a"', "a single = does not compare", ""),
        ("category ==", "it ends before it is complete", ""),
    ],
)
def test_a_mistake_in_a_condition_is_named(condition: str, reason: str, suggestion: str) -> None:
    """With its place, what is wrong, and what was probably meant."""
    found = [p for p in check_policy(in_windows(condition), conditions=CONDITIONS) if p.severity is Severity.ERROR]
    assert [problem.place for problem in found] == ["windows[0].when"]
    assert reason in found[0].reason
    if suggestion:
        assert found[0].suggestion == suggestion


def test_exemptions_of_laws_are_checked_like_rules() -> None:
    """A typing mistake there would take a right away from customers."""
    statute = Statute(pack=StatutePack.EU_WITHDRAWAL, exempt_when='categry == "bespoke"')
    assert [found.place for found in problems(statutes=(statute,))] == ["statutes[0].exempt_when"]


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        (("", 'category == "a"'), "the rule rule_1 can never decide: rule_0 above it takes every case"),
        (('category in ["a", "b"]', 'category == "a" && quantity > 3'), "the rule rule_1 can never decide: rule_0"),
        (("quantity <= 5", "quantity > 5", "final_sale"), "rule_0 and rule_1 above it take every case"),
        (("final_sale", "!final_sale", 'category == "a"'), "rule_0 and rule_1"),
        (('reason == "defective"', 'reason == "defective" && fault == "merchant"'), "can never decide: rule_0"),
        (('fault == "merchant" && reason == "changed_mind"',), "the rule rule_0 fits no case at all"),
        (("quantity > 5 && quantity < 3",), "the rule rule_0 fits no case at all"),
    ],
)
def test_a_rule_that_never_decides_is_named_with_those_above_it(conditions: tuple[str, ...], reason: str) -> None:
    """Whether one rule takes its cases or several together, or it contradicts itself or the reasons' faults."""
    found = check_policy(in_windows(*conditions), conditions=CONDITIONS)
    assert any(reason in problem.reason for problem in found if problem.severity is Severity.WARNING)


@pytest.mark.parametrize(
    "conditions",
    [
        ('category == "a" && quantity > 3', 'category in ["a", "b"]'),
        ("quantity * unit_price_minor > 100000", "quantity > 2"),
        ('sku.startsWith("AB")', 'sku == "XYZ"', 'sku.contains("X")'),
        ('reason == "defective"', 'fault == "merchant"'),
    ],
)
def test_rules_that_do_decide_are_left_alone(conditions: tuple[str, ...]) -> None:
    """Where trying examples cannot prove that a rule is dead, nothing is claimed."""
    found = check_policy(in_windows(*conditions), conditions=CONDITIONS)
    assert not [problem for problem in found if "never decide" in problem.reason or "no case" in problem.reason]


def test_overlapping_rules_are_told_with_an_example() -> None:
    """Two rules that cross each other: the first decides, and the manager learns for which goods."""
    found = check_policy(in_windows('category == "a"', 'customer_group == "vip"'), conditions=CONDITIONS)
    (note,) = [problem for problem in found if problem.path == ("windows", 1)]
    assert note.severity is Severity.NOTE
    assert note.reason == (
        'rule_0 and rule_1 overlap: both fit when category is "a", customer_group is "vip"; rule_0 decides'
    )


def test_cases_that_no_rule_covers_are_told() -> None:
    """They go to a person, which may be meant."""
    lone = a_policy(windows=(window("electronics", 'category == "electronics"'),))
    found = [problem for problem in check_policy(lone, conditions=CONDITIONS) if problem.path == ("windows",)]
    assert found[0].reason == 'no rule fits when category is "something else": then a person decides'


def test_missing_tables_are_told() -> None:
    """Without windows or acceptance a person decides on everything."""
    assert [found.place for found in problems(Severity.WARNING, windows=(), acceptance=())] == ["windows", "acceptance"]


def test_a_large_table_is_checked_in_a_moment() -> None:
    """Two hundred rules over many facts are searched, not multiplied out."""
    rules = [
        window(f"rule_{number}", f'category == "c{number}" && country == "{number:02}" && quantity > {number}')
        for number in range(199)
    ]
    assert problems(windows=(*rules, *always(Window(days=30)))) == []


def test_a_refusal_must_be_explained() -> None:
    """A rule that refuses says why and what the customer can do."""
    with pytest.raises(ValueError, match="a refusal needs"):
        Acceptance(answer=Answer.REFUSE, says="No.")


def test_an_exchange_is_offered_and_granted_together() -> None:
    """A shop that offers exchanges for nothing, or grants what nobody can ask for, is warned."""
    offered = a_policy(methods=always(Methods(offer=(Method.EXCHANGE,))))
    granted = a_policy(exchanges=always(Exchange(exchange_for=ExchangeFor.ANY_PRODUCT)))
    places = [[problem.place for problem in _warned(policy)] for policy in (offered, granted)]
    assert places == [["exchanges"], ["methods"]]
    assert _warned(an_exchange_policy()) == []


def _warned(policy: Policy) -> list[Problem]:
    found = check_policy(policy, conditions=CONDITIONS)
    return [problem for problem in found if problem.path in (("exchanges",), ("methods",))]


def test_warehouses_that_nobody_has_an_address_of() -> None:
    """Goods are sent to `nroth`: the check asks whether north was meant. Without any addresses nothing can be said."""
    policy = a_policy(warehouses=always(Destination(warehouse="nroth")), return_address="main")
    found = check_policy(policy, conditions=CONDITIONS, warehouses=("main", "north"))
    told = [(each.place, each.suggestion) for each in found if "warehouse.addresses" in each.reason]
    assert told == [("warehouses[0].then.warehouse", "Did you mean north?")]
    assert [each for each in check_policy(policy, conditions=CONDITIONS) if "warehouse.addresses" in each.reason] == []
