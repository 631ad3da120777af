"""What customers read about claims, warranties, goods that they may keep, and how goods travel back."""

from __future__ import annotations

import pytest

from domain.calendar import Span
from domain.policies import (
    AmountByCurrency,
    Answer,
    ClaimRuling,
    Destination,
    KeepBudget,
    Keeping,
    Policy,
    Remedy,
    ReturnMethod,
    ReturnMethods,
    ReturnOffer,
    Rule,
    WarrantyTerms,
    always,
)
from domain.policies.words import tell_policy
from tests.builders import a_policy

REFUSED = ClaimRuling(answer=Answer.REFUSE, says="Sold as seen.", way_out="Ask the maker.")
THIRD = ClaimRuling(answer=Answer.ACCEPT, remedy=Remedy.REFUND_PART, part_percent=33)
WAYS = ReturnMethods(
    offer=(
        ReturnOffer(method=ReturnMethod.CARRIER_LABEL, price=AmountByCurrency(minor={"GBP": 395})),
        ReturnOffer(method=ReturnMethod.STORE, price=AmountByCurrency()),
        ReturnOffer(method=ReturnMethod.OWN_SHIPMENT),
    )
)
BUDGET = KeepBudget(within=Span.of("90 days"), times=1, up_to=AmountByCurrency(minor={"GBP": 2000}))


def told(policy: Policy) -> dict[str, str]:
    """What is said, by the place in the policy that says it."""
    return {said.rule: said.text for section in tell_policy(policy) for said in section.sentences}


@pytest.mark.parametrize(
    ("ruling", "words"),
    [
        (REFUSED, "we do not take this on. Sold as seen. Ask the maker."),
        (THIRD, "you get 33 % of the price back; the goods stay with you."),
        (ClaimRuling(answer=Answer.REVIEW), "one of us looks at it."),
        (
            ClaimRuling(answer=Answer.ACCEPT, remedy=Remedy.REPLACE, goods_back=True),
            "you get the same goods again, once the goods are back.",
        ),
    ],
)
def test_claims_in_words(ruling: ClaimRuling, words: str) -> None:
    """A no says why and what to do, a yes what the customer gets and whether the goods come back."""
    rule = Rule(rule="registered", when="in_warranty", then=ruling)
    assert told(a_policy(claims=(rule,)))["claims.registered"] == f"When in warranty holds: {words}"


def test_warranties_in_words() -> None:
    """How long, from when, and that they must be registered."""
    words = told(a_policy(warranties=always(WarrantyTerms(days=730))))
    assert words["warranties.standard"] == "Everything else: 730 days from delivery, once you have registered them."


def test_what_may_be_kept_has_its_bounds_told() -> None:
    """So often and so much within a time; without a table of goods to keep nothing is said of it."""
    kept = told(a_policy(keep_items=always(Keeping(keep=True)), keep_budget=BUDGET))
    assert kept["keep_budget"].startswith("Within 90 days up to once and goods worth 20.00 GBP;")
    assert "keep_budget" not in told(a_policy(keep_budget=BUDGET))


def test_ways_back_in_words() -> None:
    """Each way with its price where it has one, and where the goods go."""
    words = told(a_policy(return_methods=always(WAYS), warehouses=always(Destination(warehouse="north"))))
    assert words["return_methods.standard"] == (
        "Everything else: with a label that we send you (3.95 GBP) or brought to a store (free) or "
        "by a carrier of your choice, as you choose."
    )
    assert words["warehouses.standard"] == "Everything else: to our warehouse north."
