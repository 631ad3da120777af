"""Everything that Stripe lists of an account, over a sandbox that pages as Stripe does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.payments import stripe_statements
from adapters.payments.stripe import StripePayments
from adapters.payments.stripe_collections import StripeCollections
from adapters.payments.stripe_statements import StripeStatements
from domain.collection_port import CollectionStatus
from domain.disputes import DisputeState
from domain.errors import Unavailable
from domain.money import Money
from tests.adapters.builders import a_collection_order, a_refund_order
from tests.sandbox.server import SandboxServer, closed_port


def test_every_page_is_read(sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five refunds in pages of two: all are listed, each with our key, its payment and its exact amount."""
    monkeypatch.setattr(stripe_statements, "LARGEST_PAGE", 2)
    address = f"{sandbox.address}/stripe"
    payments = StripePayments(api_base=address, secret_key="sk_test_contract")
    reference = sandbox.pay(9000, "GBP")
    for number in range(1, 6):
        payments.refund(a_refund_order(reference, minor=100 * number, payout=number))

    listed = StripeStatements(api_base=address, secret_key="sk_test_contract").statement().refunds

    ours = [refund for refund in listed if reference in refund.payment_references]
    assert sorted(refund.amount.minor for refund in ours) == [100, 200, 300, 400, 500]
    assert len({refund.key for refund in ours}) == 5
    assert {refund.status for refund in ours} == {"settled"}


def test_disputes_are_listed(sandbox: SandboxServer) -> None:
    """A dispute comes with its payment, its amount and its state in our words."""
    reference = sandbox.pay(5000, "GBP")
    sandbox.control("POST", "/stripe/disputes", {"payment_intent": reference})

    address = f"{sandbox.address}/stripe"
    listed = StripeStatements(api_base=address, secret_key="sk_test_contract").statement().disputes

    (dispute,) = [each for each in listed if reference in each.payment_references]
    assert (dispute.amount, dispute.state) == (Money(minor=5000, currency="GBP"), DisputeState.OPEN)


def test_payments_that_we_asked_for_are_listed(sandbox: SandboxServer) -> None:
    """A hold of ours that was charged in part comes with our key and what was taken; a shop's own checkout does not."""
    address = f"{sandbox.address}/stripe"
    collections = StripeCollections(api_base=address, secret_key="sk_test_contract")
    order = a_collection_order(minor=2000, hold=True, instrument="pm_card_visa")
    reference = collections.request(order).reference
    collections.capture(order.model_copy(update={"reference": reference}), Money(minor=1500, currency="GBP"))
    foreign = sandbox.pay(700, "GBP")

    statements = StripeStatements(api_base=address, secret_key="sk_test_contract")
    listed = {each.reference: each for each in statements.statement().collections}
    later = statements.statement(since=datetime.now(UTC) + timedelta(days=1))

    found = listed[reference]
    assert (found.key, found.status) == (order.key, CollectionStatus.CAPTURED)
    assert found.captured == Money(minor=1500, currency="GBP")
    assert foreign not in listed
    assert (later.refunds, later.disputes, later.collections) == ((), (), ())


def test_nobody_answers() -> None:
    """A provider that is down is said to be unavailable; nothing is taken for an empty list."""
    statements = StripeStatements(api_base=f"http://127.0.0.1:{closed_port()}", secret_key="sk_test_contract")
    with pytest.raises(Unavailable):
        statements.statement()
