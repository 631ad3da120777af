"""`aftercart ledger reconcile`: says what the ledger and the provider do not agree on, and ends with a code for monitoring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters import wiring
from config.settings import load_settings
from domain.errors import Unavailable
from domain.money import Money
from domain.statements import StatedRefund, Statement
from records.database import open_records
from records.schema import migrate
from tests.builders import MERCHANT, a_policy, an_order
from tests.cli.commands import fresh_machine, run

__all__ = ["fresh_machine"]
BY_HAND = StatedRefund(
    reference="re_hand",
    key="",
    payment_references=("pi_A-1001",),
    amount=Money(minor=500, currency="GBP"),
    status="settled",
)


class Lists:
    """A provider that lists these refunds, or does not answer."""

    def __init__(self, *refunds: StatedRefund, down: bool = False) -> None:
        self.refunds = refunds
        self.down = down

    def statement(self, *, since: datetime | None = None) -> Statement:
        if self.down:
            raise Unavailable("Stripe does not answer")
        return Statement(refunds=self.refunds, disputes=())


@pytest.fixture(autouse=True)
def shop(fresh_machine: Path) -> Iterator[None]:
    """A shop with one paid order."""
    fresh_machine.mkdir(parents=True, exist_ok=True)
    address: SecretStr = load_settings().database_url
    migrate(address.get_secret_value())
    records = open_records(address.get_secret_value())
    records.put_policy(MERCHANT, a_policy())
    assert records.put_order(MERCHANT, an_order()).stored
    yield
    records.close()


def provider_lists(monkeypatch: pytest.MonkeyPatch, lists: Lists) -> None:
    """The provider of this installation answers so."""
    monkeypatch.setattr(wiring, "payment_statements", lambda _settings: lists)


def test_both_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing differs: one sentence, and exit code 0."""
    provider_lists(monkeypatch, Lists())

    ran = run("ledger", "reconcile")

    assert (ran.code, "Ledger and provider agree." in ran.text) == (0, True)


def test_a_refund_made_by_hand_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody refunded in the dashboard: shop, order, payment, amount and what to do, and exit code 1; as JSON too."""
    provider_lists(monkeypatch, Lists(BY_HAND))

    ran, as_json = run("ledger", "reconcile"), run("ledger", "reconcile", "--json")

    assert ran.code == as_json.code == 1
    for word in ("demo", "A-1001", "card", "re_hand", "5.00 GBP", "paid_outside"):
        assert word in ran.text
    (found,) = json.loads(as_json.out)
    assert (found["kind"], found["provider_minor"], found["ledger_minor"]) == ("not_in_ledger", 500, None)


def test_a_provider_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can say whether anything differs: that is an error, not an agreement."""
    provider_lists(monkeypatch, Lists(down=True))

    ran = run("ledger", "reconcile")

    assert ran.code == 1
    assert "Stripe does not answer" in ran.text
    assert "agree" not in ran.text
