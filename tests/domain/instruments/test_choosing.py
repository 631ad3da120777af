"""Which instruments a customer may choose, as a shop manager would want it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain.instruments import Direction, Instrument, Movement, Obstacle, instruments_for, provider_customer
from domain.money import Money
from domain.orders import Order, Payment, PaymentMethod
from domain.policies import InstrumentRules, Method
from tests.builders import an_order
from tests.goods import a_card, a_gift_card, store_credit

TODAY = date(2026, 3, 10)
BOTH = (Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT)


def paid(*payments: Payment) -> Order:
    """An order that those payments paid."""
    return an_order(payments=payments)


BY_CARD = paid(Payment(payment_id="p1", reference="pi_1", captured_minor=2400, instrument_id="card"))


def choice(instrument: Instrument, *, to: bool = True, amount: int = 1000, **known: Any) -> tuple[Any, int]:
    """The obstacle, or None, and how much it may carry."""
    direction = Direction.TO_CUSTOMER if to else Direction.FROM_CUSTOMER
    movement = Movement(direction=direction, amount=Money(minor=amount, currency="GBP"), on=TODAY)
    facts: dict[str, Any] = {"rules": InstrumentRules(), "offered": BOTH, "order": BY_CARD, "left_minor": {"p1": 2400}}
    (found,) = instruments_for([instrument], movement, **(facts | known))
    assert found.allowed is (found.obstacle is None)
    assert bool(found.why) is (not found.allowed or found.up_to_minor < amount)
    return found.obstacle, found.up_to_minor


def test_back_to_the_card_that_paid() -> None:
    """A refund goes back to the card that paid, also when the card has expired meanwhile."""
    assert choice(a_card()) == (None, 1000)
    assert choice(a_card(expires_on=date(2025, 1, 31))) == (None, 1000)


def test_card_is_known_by_the_payment() -> None:
    """A gift card that paid is known by its reference, also where the order names no instrument."""
    order = paid(Payment(payment_id="g", method=PaymentMethod.GIFT_CARD, reference="gc_1", captured_minor=500))

    assert choice(a_gift_card(), order=order, left_minor={"g": 500}) == (None, 500)


def test_no_more_than_it_paid() -> None:
    """A payment that was partly refunded takes back only what is left of it."""
    assert choice(a_card(), left_minor={"p1": 300}) == (None, 300)
    assert choice(a_card(), left_minor={"p1": 0}) == (Obstacle.EMPTY, 0)


def test_another_card() -> None:
    """A refund to a card that did not pay is a way of fraud: only a shop that says so does it."""
    assert choice(a_card("other")) == (Obstacle.DID_NOT_PAY, 0)
    assert choice(a_card("other"), rules=InstrumentRules(refund_to=(PaymentMethod.CARD,))) == (None, 1000)


def test_store_credit_by_policy() -> None:
    """Store credit can be chosen where the policy offers it for these goods, and only in the order's currency."""
    assert choice(store_credit()) == (None, 1000)
    assert choice(store_credit(), offered=(Method.ORIGINAL_PAYMENT,)) == (Obstacle.NOT_OFFERED, 0)
    assert choice(store_credit(currency="EUR")) == (Obstacle.OTHER_CURRENCY, 0)
    assert choice(store_credit(), rules=InstrumentRules(refund_to=())) == (Obstacle.DID_NOT_PAY, 0)


def test_only_store_credit_is_offered() -> None:
    """Where the policy offers store credit alone, not even the card that paid can be chosen."""
    assert choice(a_card(), offered=(Method.STORE_CREDIT,)) == (Obstacle.NOT_OFFERED, 0)


def test_expired_gift_card() -> None:
    """A gift card works on its last day and not after it, in either direction."""
    assert choice(a_gift_card(expires_on=TODAY)) == (None, 1000)
    assert choice(a_gift_card(expires_on=date(2026, 3, 9))) == (Obstacle.EXPIRED, 0)
    assert choice(a_gift_card(expires_on=date(2026, 3, 9)), to=False) == (Obstacle.EXPIRED, 0)


@pytest.mark.parametrize(
    ("balance", "expected"), [(5000, (None, 1000)), (400, (None, 400)), (0, (Obstacle.EMPTY, 0)), (None, (None, 1000))]
)
def test_pay_by_gift_card(balance: int | None, expected: tuple[Any, int]) -> None:
    """Who owes pays by gift card as far as it reaches; where the shop told no balance, its provider has the last word."""
    assert choice(a_gift_card(balance_minor=balance), to=False) == expected


def test_collect_from() -> None:
    """The shop says what a customer who owes may pay with."""
    only_cards = InstrumentRules(collect_from=(PaymentMethod.CARD,))

    assert choice(a_card("other"), to=False) == (None, 1000)
    assert choice(store_credit(), to=False, rules=only_cards) == (Obstacle.NOT_ALLOWED, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "card", "currency": "GBP"},
        {"method": "card", "balance_minor": 1},
        {"method": "gift_card"},
        {"method": "gift_card", "currency": "XXL"},
        {"method": "card", "provider": "aftercart"},
    ],
    ids=str,
)
def test_contradictions(changes: dict[str, Any]) -> None:
    """A card has no balance, a gift card has one in some currency, and we ourselves keep no cards."""
    with pytest.raises(ValidationError):
        Instrument.model_validate({"instrument_id": "i", "reference": "r"} | changes)


def test_the_provider_knows_customers_by_its_own_names() -> None:
    """A charge goes in the name under which the provider keeps the card, never under the shop's own id."""
    kept, other = a_card("kept", customer="cus_1"), a_card("other", customer="cus_2")
    lone = a_card("lone")

    assert provider_customer((lone, kept, other), None) == "cus_1"
    assert provider_customer((kept, other), other) == "cus_2"
    assert provider_customer((kept, lone), lone) == ""
    assert provider_customer((store_credit(customer="c-1"),), None) == ""
