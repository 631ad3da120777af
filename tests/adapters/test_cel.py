"""CEL as the language of conditions: answers, failures, and that it cannot be made slow."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from adapters.conditions.cel import CelConditions
from domain.policies import ConditionFailed
from domain.policies.conditions import find_text_problem

FACTS: dict[str, Any] = {
    "category": "electronics",
    "days_since_delivery": 6,
    "final_sale": False,
    "payment_methods": ["card", "gift_card"],
}
CEL = CelConditions()


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ('category == "electronics"', True),
        ('category in ["apparel", "shoes"]', False),
        ("days_since_delivery <= 6 && !final_sale", True),
        ('"gift_card" in payment_methods', True),
        ('category.startsWith("elec") || days_since_delivery > 30', True),
        ("size(payment_methods) > 2", False),
        ("final_sale && unheard_of", False),
    ],
)
def test_conditions_are_answered(condition: str, answer: bool) -> None:
    """Twice the same, although the second time nothing is worked out."""
    assert [CEL.holds(condition, FACTS) for _ in range(2)] == [answer, answer]


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("unheard_of", "unheard_of"),
        ('days_since_delivery < "a"', "operand types"),
        ("days_since_delivery + 1", "it is 7, not true or false"),
        ("days_since_delivery / 0 == 1", "division by zero"),
        ('category = "a"', "a single = does not compare; write =="),
        ("category ==", "it ends before it is complete"),
        ("category b", "character 10: b is not expected here"),
        ('category.matches("(")', "not a valid regex"),
    ],
)
def test_failures_say_why(condition: str, reason: str) -> None:
    """Every time in the same words."""
    for _ in range(2):
        with pytest.raises(ConditionFailed, match=reason.replace("(", r"\(")):
            CEL.holds(condition, FACTS)


def test_names_and_functions() -> None:
    """What a condition uses is known without evaluating it."""
    condition = 'category.startsWith("a") && size(payment_methods) > 1'
    assert CEL.names(condition) == ("category", "payment_methods")
    assert CEL.functions(condition) == ("size", "startsWith")


def test_threads_share_an_evaluator() -> None:
    """Activities run in many threads; each gets the answer for its own facts."""

    def ask(number: int) -> bool:
        return CEL.holds("days_since_delivery > 500", {"days_since_delivery": number})

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(1000))) == [number > 500 for number in range(1000)]


LOOPS = "payment_methods.map(a, payment_methods.map(b, payment_methods.exists(c, c == a + b))).size() > 0"


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (LOOPS, "loops over lists"),
        ("[1, 2].all (x, x > 0)", "loops over lists"),
        (" && ".join(["final_sale"] * 50), "characters"),
        ("(" * 20 + "final_sale" + ")" * 20, "nested"),
        (f"days_since_delivery in [{', '.join('1' * 101)}]", "list has 101 entries"),
        ("final_sale // always false", "no comments"),
    ],
)
def test_what_could_be_slow_is_refused_before_it_is_read(condition: str, reason: str) -> None:
    """Length, depth, lists and loops are bounded by the text alone."""
    assert reason in find_text_problem(condition)


def test_texts_in_quotes_are_not_taken_for_code() -> None:
    """A category may be called whatever the shop likes."""
    assert find_text_problem('category in [".map(", "a, b, (c", "//"]') == ""


def test_the_worst_that_is_allowed_stays_quick() -> None:
    """The longest conditions over the longest texts take well under a millisecond each."""
    worst = " || ".join(['category.matches("(a+)+$")'] * 16)
    assert find_text_problem(worst) == ""
    facts = {"category": "a" * 64 + "b"}
    CEL.holds(worst, facts)
    began = time.perf_counter()
    fresh = CelConditions()
    for number in range(20):
        fresh.holds(worst, {"category": f"{'a' * 60}{number}b"})
    assert (time.perf_counter() - began) / 20 < 0.05
