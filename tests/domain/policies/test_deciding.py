"""First match wins; what did not match says what it lacked; silence and failures leave it to a person."""

from __future__ import annotations

from typing import Any

import pytest

from domain.policies import Rule, Window, always, decide_table, find_unmet
from domain.policies.conditions import split_condition
from tests.builders import CONDITIONS

FACTS: dict[str, Any] = {"category": "apparel", "customer_group": "", "days_since_delivery": 21, "final_sale": False}


def rule(name: str, when: str = "", days: int = 30) -> Rule[Window]:
    """A rule about a window."""
    return Rule[Window](rule=name, when=when, then=Window(days=days))


RULES = (
    rule("electronics", 'category == "electronics" && days_since_delivery <= 14', 14),
    rule("vip", 'customer_group == "vip"', 90),
    rule("apparel", 'category == "apparel"', 60),
    rule("standard"),
)


def test_the_first_rule_that_fits_decides() -> None:
    """Apparel is decided by its own rule, though the standard would fit as well."""
    then, record = decide_table("windows", RULES, FACTS, conditions=CONDITIONS)
    assert then == Window(days=60)
    assert (record.rule, record.when, record.then) == ("apparel", 'category == "apparel"', {"days": 60})


def test_rules_above_it_say_what_they_lacked() -> None:
    """Each part that does not hold is kept with what is the case; the nearest miss lacked least."""
    _, record = decide_table("windows", RULES, FACTS, conditions=CONDITIONS)
    assert [(miss.rule, miss.unmet) for miss in record.passed_over] == [
        (
            "electronics",
            (
                'category == "electronics" (category is "apparel")',
                "days_since_delivery <= 14 (days_since_delivery is 21)",
            ),
        ),
        ("vip", ('customer_group == "vip" (customer_group is empty)',)),
    ]
    assert record.nearest_miss is not None
    assert record.nearest_miss.rule == "vip"


def test_where_no_rule_fits_nothing_is_decided() -> None:
    """Whoever asks must leave it to a person."""
    then, record = decide_table("windows", RULES[:2], FACTS, conditions=CONDITIONS)
    assert (then, record.rule, len(record.passed_over)) == (None, None, 2)


def test_a_condition_that_fails_stops_the_search() -> None:
    """The rule might have been the one that decides, so no later rule may."""
    broken = (RULES[0], rule("broken", "days_since_delivery + 1 && final_sale == false"), RULES[3])
    then, record = decide_table("windows", broken, FACTS, conditions=CONDITIONS)
    assert (then, record.rule) == (None, None)
    assert record.problem == "the rule broken cannot be evaluated: it is 22, not true or false"


def test_a_part_that_fails_does_not_matter_beside_one_that_is_false() -> None:
    """As CEL itself has it."""
    assert find_unmet("unheard_of && final_sale", FACTS, conditions=CONDITIONS) == ("final_sale (final_sale is false)",)


def test_a_rule_without_a_condition_always_fits() -> None:
    """That is how a table ends."""
    then, _ = decide_table("windows", always(Window(days=3)), {}, conditions=CONDITIONS)
    assert then == Window(days=3)


@pytest.mark.parametrize(
    ("condition", "parts"),
    [
        ("a && b && c", ("a", "b", "c")),
        ("a && (b || c)", ("a", "(b || c)")),
        ("a || b && c", ("a || b && c",)),
        ("(a && b)", ("(a && b)",)),
        ('a == "x && y" && b', ('a == "x && y"', "b")),
        ("a ? b && c : d", ("a ? b && c : d",)),
        ("a in [1, 2] && !b", ("a in [1, 2]", "!b")),
    ],
)
def test_conditions_are_cut_only_where_all_parts_must_hold(condition: str, parts: tuple[str, ...]) -> None:
    """A choice, or a text that happens to hold the sign, is left whole."""
    assert split_condition(condition) == parts
