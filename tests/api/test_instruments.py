"""Payment instruments over HTTP: by reference, never a card number, and which the customer may choose."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import Role
from domain.instruments import Instrument
from domain.orders import Payment
from tests.api.house import OTHER_MERCHANT, House, problem_of
from tests.builders import an_order
from tests.goods import a_card, a_gift_card, store_credit

SAM = "/v1/customers/c-1/instruments"
CHOICES = "/v1/customers/c-1/instrument_choices"
NUMBER = "4242 4242 4242 4242"


def told(house: House, *instruments: Instrument, **headers: str) -> Any:
    """The answer to the shop that tells instruments."""
    body = {"instruments": [each.model_dump(mode="json") for each in instruments]}
    return house.to(Role.STOREFRONT).put(SAM, json=body, headers=headers)


def choices(house: House, **query: Any) -> dict[str, tuple[Any, int]]:
    """The obstacle and the amount of each instrument."""
    asked: dict[str, Any] = {"direction": "to_customer", "amount_minor": 1000, "currency": "GBP"} | query
    answer = house.to(Role.AGENT).get(CHOICES, params=asked)
    assert answer.status_code == 200, answer.text
    found = answer.json()["choices"]
    return {each["instrument"]["instrument_id"]: (each["obstacle"], each["up_to_minor"]) for each in found}


def test_tell_and_read(house: House) -> None:
    """The shop tells a card and a gift card; an agent sees them, with the balance as it was told."""
    first, again = told(house, a_card(), a_gift_card()), told(house, a_card(), a_gift_card())
    view = house.to(Role.AGENT).get(SAM)

    assert (first.status_code, first.json()) == (201, {"customer_id": "c-1", "version": 1, "outcome": "created"})
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert [each["reference"] for each in view.json()["instruments"]] == ["pm_1", "gc_1"]
    assert view.json()["instruments"][1]["balance_minor"] == 2000
    assert house.to(Role.AGENT).get(SAM, headers={"If-None-Match": view.headers["ETag"]}).status_code == 304


def test_replaced(house: House) -> None:
    """What is not told any more is gone, and who changes what somebody else changed meanwhile is stopped."""
    told(house, a_card())
    told(house, a_gift_card())

    assert [each["instrument_id"] for each in house.to(Role.AGENT).get(SAM).json()["instruments"]] == ["gift"]
    stale = told(house, **{"If-Match": '"1"'})
    assert (problem_of(stale), stale.headers["ETag"]) == ("precondition-failed", '"2"')
    assert told(house, **{"If-Match": '"2"'}).json()["version"] == 3


def test_nothing_told(house: House) -> None:
    """A customer of whom nothing was told has none; another shop's are not shown."""
    told(house, a_card())

    assert house.to(Role.AGENT).get("/v1/customers/c-9/instruments").json()["instruments"] == []
    assert house.to(Role.ADMIN, merchant=OTHER_MERCHANT).get(SAM).json()["version"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"instruments": [{"instrument_id": "c", "method": "card", "reference": NUMBER}]},
        {"instruments": [{"instrument_id": "c", "method": "card", "reference": "pm_1", "label": f"Visa {NUMBER}"}]},
        {"instruments": [{"instrument_id": "4242424242424242", "method": "card", "reference": "pm_1"}]},
        {"instruments": [{"instrument_id": "c", "method": "card", "reference": "pm_1", "number": 4242424242424242}]},
        {"instruments": [{"4242424242424242": "card"}], "colour": "red"},
    ],
    ids=["reference", "label", "id", "field", "name of a field"],
)
def test_card_number(house: House, capfd: pytest.CaptureFixture[str], body: dict[str, Any]) -> None:
    """A card number is refused wherever it stands, and is nowhere afterwards: not in the answer, the log, or on record."""
    answer = house.to(Role.STOREFRONT).put(SAM, json=body)

    assert (answer.status_code, problem_of(answer)) == (422, "card-number-refused")
    assert "provider's reference" in answer.json()["detail"]
    assert "4242" not in answer.text + "".join(capfd.readouterr())
    assert house.to(Role.AGENT).get(SAM).json()["version"] == 0


@pytest.mark.parametrize(
    ("instrument", "field"),
    [
        ({"instrument_id": "a", "method": "cheque", "reference": "x"}, "instruments.0.method"),
        ({"instrument_id": "a", "method": "card", "reference": ""}, "instruments.0.reference"),
        ({"instrument_id": "a", "method": "card", "reference": "x", "cvc": "123"}, "instruments.0.cvc"),
        ({"instrument_id": "a", "method": "gift_card", "reference": "x"}, "instruments.0"),
    ],
)
def test_malformed(house: House, instrument: dict[str, Any], field: str) -> None:
    """Every other mistake is named with its place; a card's check code has no place here at all."""
    answer = house.to(Role.STOREFRONT).put(SAM, json={"instruments": [instrument]})

    assert problem_of(answer) == "invalid-request"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_choices_for_a_return(house: House) -> None:
    """A refund may go back to the card that paid, up to what it paid; another card or credit is not offered here."""
    payment = Payment(payment_id="p", reference="pi_1", captured_minor=900, instrument_id="card")
    rma = house.has_return(order=house.has_order(an_order(payments=(payment,))))
    told(house, a_card(), a_card("other", reference="pm_2"), store_credit())

    assert choices(house, rma=rma.lower()) == {
        "card": (None, 900),
        "other": ("did_not_pay", 0),
        "credit": ("not_offered", 0),
    }


def test_choices_to_pay(house: House) -> None:
    """Who owes pays with anything that the policy names, a gift card as far as it reaches."""
    told(house, a_card(), a_gift_card(), store_credit(currency="EUR"))

    found = choices(house, direction="from_customer", amount_minor=2500)

    assert found == {"card": (None, 2500), "gift": (None, 2000), "credit": ("other_currency", 0)}


def test_return_of_somebody_else(house: House) -> None:
    """One customer's money does not go to another's instruments."""
    rma = house.has_return()
    query: dict[str, Any] = {"direction": "to_customer", "amount_minor": 1, "currency": "GBP", "rma": rma}
    answer = house.to(Role.AGENT).get("/v1/customers/c-9/instrument_choices", params=query)

    assert (problem_of(answer), answer.json()["errors"][0]["field"]) == ("invalid-request", "query.rma")


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ({"rma": "nonsense"}, "malformed-rma"),
        ({"rma": "3456-789F"}, "return-not-found"),
        ({"amount_minor": 0}, "invalid-request"),
        ({"currency": "XXL"}, "invalid-request"),
        ({"direction": "sideways"}, "invalid-request"),
    ],
)
def test_bad_question(house: House, query: dict[str, Any], slug: str) -> None:
    """A question that makes no sense says which part makes none."""
    asked: dict[str, Any] = {"direction": "to_customer", "amount_minor": 1, "currency": "GBP"} | query

    assert problem_of(house.to(Role.AGENT).get(CHOICES, params=asked)) == slug
