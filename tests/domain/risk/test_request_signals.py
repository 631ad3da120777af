"""Each signal of a request: one case in which it is seen, and one near miss in which it is not."""

from __future__ import annotations

from typing import Any

import pytest

from domain.policies import AbuseRules, RiskOutcome, Signal
from domain.risk.models import ListKind, RequestStake, RiskHistory
from domain.risk.request_signals import read_account, read_request
from tests.domain.risk.builders import a_listing

GBP: dict[str, Any] = {"minor": {"GBP": 10_000}}
# Ten orders of 40.00 each with four units: 400.00 and 40 units.
BUYER = {"account": "c-1", "currency": "GBP", "orders": 10, "bought_minor": 40_000, "bought_units": 40}
ONE_UNIT: dict[str, Any] = {"value_minor": 1_000, "units": 1}

SEEN = [
    pytest.param(
        {"return_rate": {"at_least": GBP}},
        BUYER | {"returned_minor": 19_000, "returned_units": 19},
        ONE_UNIT,
        id="return_rate: with this unit 200.00 of 400.00 and 20 of 40 units come back",
    ),
    pytest.param({"velocity": {"returns": 5}}, {"returns": 4}, ONE_UNIT, id="velocity: the fifth return of a month"),
    pytest.param(
        {"no_receipt_claims": {"claims": 3}},
        {"no_receipt_claims": 2},
        {"no_receipt_claims": 1},
        id="no_receipt_claims: the third parcel that never came",
    ),
    pytest.param(
        {"keep_items_budget": {"budget": GBP}},
        {"kept_minor": 9_500},
        {"kept_minor": 600},
        id="keep_items_budget: 101.00 kept, 100.00 granted",
    ),
    pytest.param({"shared_address": {"accounts": 4}}, {"accounts_at_address": 4}, ONE_UNIT, id="shared_address: four"),
    pytest.param(
        {"shared_payment": {"accounts": 2}},
        {"accounts_with_payment": 2},
        ONE_UNIT,
        id="shared_payment: two with one card",
    ),
]
NEAR_MISSES = [
    pytest.param(
        {"return_rate": {"at_least": GBP}},
        BUYER | {"returned_minor": 18_000, "returned_units": 19},
        ONE_UNIT,
        id="return_rate: half of the units, but 47 % of the value",
    ),
    pytest.param(
        {"return_rate": {"at_least": GBP}},
        BUYER | {"bought_minor": 9_999, "bought_units": 4, "returned_minor": 8_000, "returned_units": 3},
        ONE_UNIT,
        id="return_rate: nearly everything, of a penny less than the basis",
    ),
    pytest.param(
        {"return_rate": {"at_least_orders": 3}},
        BUYER | {"orders": 2, "returned_minor": 39_000, "returned_units": 39},
        ONE_UNIT,
        id="return_rate: everything, but of two orders only",
    ),
    pytest.param(
        {"return_rate": {}},
        BUYER | {"returned_minor": 30_000, "returned_units": 30},
        {},
        id="return_rate: this time the goods were broken",
    ),
    pytest.param({"velocity": {"returns": 5}}, {"returns": 3}, ONE_UNIT, id="velocity: the fourth"),
    pytest.param(
        {"no_receipt_claims": {"claims": 3}},
        {"no_receipt_claims": 1},
        {"no_receipt_claims": 1},
        id="no_receipt_claims: the second",
    ),
    pytest.param(
        {"no_receipt_claims": {"claims": 3}},
        {"no_receipt_claims": 9},
        ONE_UNIT,
        id="no_receipt_claims: this one is about something else",
    ),
    pytest.param(
        {"keep_items_budget": {"budget": GBP}},
        {"kept_minor": 9_500},
        {"kept_minor": 500},
        id="keep_items_budget: exactly 100.00",
    ),
    pytest.param({"shared_address": {"accounts": 4}}, {"accounts_at_address": 3}, ONE_UNIT, id="shared_address: three"),
    pytest.param({"shared_payment": {"accounts": 2}}, {"accounts_with_payment": 1}, ONE_UNIT, id="shared_payment: one"),
]


def rules_of(switched: dict[str, Any]) -> AbuseRules:
    """The named signals are on, with these thresholds."""
    return AbuseRules.model_validate({name: {"on": True, **rule} for name, rule in switched.items()})


def read(switched: dict[str, Any], history: dict[str, Any], stake: dict[str, Any]) -> list[tuple[Signal, bool]]:
    """What was read of the request, and whether it was seen."""
    values: dict[str, Any] = {"currency": "GBP"} | history
    readings = read_request(
        RequestStake(account="c-1", currency="GBP", **stake), RiskHistory(**values), rules=rules_of(switched)
    )
    assert all(reading.detail for reading in readings)
    return [(reading.signal, reading.fired) for reading in readings]


@pytest.mark.parametrize(("switched", "history", "stake"), SEEN)
def test_seen(switched: dict[str, Any], history: dict[str, Any], stake: dict[str, Any]) -> None:
    """The threshold is reached: the signal is seen, with figures."""
    (name,) = switched
    assert read(switched, history, stake) == [(Signal(name), True)]


@pytest.mark.parametrize(("switched", "history", "stake"), NEAR_MISSES)
def test_near_miss(switched: dict[str, Any], history: dict[str, Any], stake: dict[str, Any]) -> None:
    """One step short of the threshold: the figures are kept, and nothing follows."""
    (name,) = switched
    assert read(switched, history, stake) == [(Signal(name), False)]


@pytest.mark.parametrize(("switched", "history", "stake"), SEEN)
def test_switched_off(switched: dict[str, Any], history: dict[str, Any], stake: dict[str, Any]) -> None:
    """A shop that has not switched a signal on never hears of it."""
    off = {name: rule | {"on": False} for name, rule in switched.items()}
    assert read(off, history, stake) == []


def test_every_signal_of_requests_has_its_case() -> None:
    """No signal was added without a case that shows it and a near miss."""
    for table in (SEEN, NEAR_MISSES):
        names = {name for case in table for name in case.values[0]}  # type: ignore[union-attr]
        all_on: dict[str, Any] = {str(signal): {} for signal in Signal}
        assert names == {str(signal) for signal, _ in read(all_on, {}, {})}


def test_evidence_names_figures() -> None:
    """Whoever decides reads shares, amounts and orders, never a score."""
    switched = {"return_rate": {"outcome": "slow_down", "at_least": GBP}}
    history = RiskHistory(**(BUYER | {"returned_minor": 19_000, "returned_units": 19}))  # type: ignore[arg-type]

    (reading,) = read_request(
        RequestStake(account="c-1", currency="GBP", **ONE_UNIT), history, rules=rules_of(switched)
    )

    assert reading.outcome is RiskOutcome.SLOW_DOWN
    assert reading.detail == (
        "50 % of the value and 50 % of the units bought in 365 days come back (200.00 GBP of 400.00 GBP, 10 orders); "
        "noticed from 50 % and 50 %."
    )
    assert reading.figures["returned_units"] == 20


def test_cleared() -> None:
    """A signal that was explained once does not count again; it still is on record."""
    cleared = a_listing(ListKind.CLEAR, signal=Signal.VELOCITY)
    history = RiskHistory(currency="GBP", returns=50, listings=(cleared,))

    (reading,) = read_request(
        RequestStake(currency="GBP", units=1), history, rules=rules_of({"velocity": {"returns": 5}})
    )

    assert (reading.fired, reading.counts, reading.cleared_by) == (True, False, cleared.listing_id)


def test_an_account_as_it_stands() -> None:
    """Support looks an account up that asks for nothing now: the same figures, without a request."""
    history = RiskHistory(currency="GBP", returns=5, no_receipt_claims=3)
    readings = read_account(
        history, rules=rules_of({"velocity": {"returns": 6}, "no_receipt_claims": {"claims": 3}, "return_rate": {}})
    )

    assert {str(reading.signal): reading.fired for reading in readings} == {
        "return_rate": False,
        "velocity": False,
        "no_receipt_claims": True,
    }
