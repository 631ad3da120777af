"""Whoever moves the money, a payout is refunded exactly once and never above what was paid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from domain.errors import OutcomeUnknown, Rejected, Unavailable
from domain.money import Money
from tests.adapters.builders import a_refund_order
from tests.adapters.contracts.payment_benches import FakeBench, PaymentsBench, StripeBench


@pytest.fixture(params=["stripe", "fake"])
def bench(request: pytest.FixtureRequest) -> PaymentsBench:
    """Each provider in turn."""
    return FakeBench() if request.param == "fake" else StripeBench(request.getfixturevalue("sandbox"))


def test_refund(bench: PaymentsBench) -> None:
    """A refund goes out with its exact amount and can be named afterwards."""
    order = a_refund_order(bench.capture(5000))

    refund = bench.port.refund(order)

    assert (refund.status, refund.amount) == ("settled", Money(minor=1815, currency="GBP"))
    assert refund.reference
    assert bench.refunds(order.payment_reference) == [(1815, "settled")]


def test_same_payout_again(bench: PaymentsBench) -> None:
    """A payout that is sent twice is paid once."""
    order = a_refund_order(bench.capture(5000))

    first, second = bench.port.refund(order), bench.port.refund(order)

    assert first == second
    assert len(bench.refunds(order.payment_reference)) == 1


def test_same_payout_from_two_workers(bench: PaymentsBench) -> None:
    """Two workers that send one payout at the same moment pay it once."""
    order = a_refund_order(bench.capture(5000))

    with ThreadPoolExecutor(4) as workers:
        references = {refund.reference for refund in workers.map(bench.port.refund, [order] * 8)}

    assert len(references) == 1
    assert len(bench.refunds(order.payment_reference)) == 1


def test_two_payouts(bench: PaymentsBench) -> None:
    """Two payouts of one payment are two refunds."""
    reference = bench.capture(5000)

    bench.port.refund(a_refund_order(reference, minor=1000, payout=1))
    bench.port.refund(a_refund_order(reference, minor=2000, payout=2))

    assert bench.refunds(reference) == [(1000, "settled"), (2000, "settled")]


def test_key_with_another_amount(bench: PaymentsBench) -> None:
    """A payout that changes its amount between tries is stopped, since somebody made a mistake."""
    reference = bench.capture(5000)
    bench.port.refund(a_refund_order(reference, minor=1000))

    with pytest.raises(Rejected) as refusal:
        bench.port.refund(a_refund_order(reference, minor=2000))

    assert refusal.value.code == "idempotency_error"
    assert bench.refunds(reference) == [(1000, "settled")]


def test_more_than_was_paid(bench: PaymentsBench) -> None:
    """Nobody gets back more than was paid, not even in two steps."""
    reference = bench.capture(5000)
    bench.port.refund(a_refund_order(reference, minor=4000, payout=1))

    with pytest.raises(Rejected) as refusal:
        bench.port.refund(a_refund_order(reference, minor=1001, payout=2))

    assert refusal.value.code == "amount_too_large"
    assert bench.refunds(reference) == [(4000, "settled")]


def test_nothing_left(bench: PaymentsBench) -> None:
    """A payment that was refunded in full says so."""
    reference = bench.capture(5000)
    bench.port.refund(a_refund_order(reference, minor=5000, payout=1))

    with pytest.raises(Rejected) as refusal:
        bench.port.refund(a_refund_order(reference, minor=1, payout=2))

    assert refusal.value.code == "charge_already_refunded"


def test_lost_answer(bench: PaymentsBench) -> None:
    """When the answer is lost we do not know; asking by our key shows that the refund was made."""
    order = a_refund_order(bench.capture(5000))
    bench.lose_answer()

    with pytest.raises(OutcomeUnknown):
        bench.port.refund(order)

    found = bench.port.find_refund(order)
    assert found is not None
    assert (found.amount.minor, found.status) == (1815, "settled")
    assert bench.port.refund(order).reference == found.reference
    assert len(bench.refunds(order.payment_reference)) == 1


def test_lost_request(bench: PaymentsBench) -> None:
    """When the request is lost we do not know either; asking by our key shows that nothing was made."""
    order = a_refund_order(bench.capture(5000))
    bench.lose_request()

    with pytest.raises(OutcomeUnknown):
        bench.port.refund(order)

    assert bench.port.find_refund(order) is None
    bench.port.refund(order)
    assert bench.refunds(order.payment_reference) == [(1815, "settled")]


def test_forgotten_key(bench: PaymentsBench) -> None:
    """A refund whose key the provider has forgotten is still found, so it is not made again."""
    order = a_refund_order(bench.capture(5000))
    made = bench.port.refund(order)
    bench.forget_keys()

    assert bench.port.find_refund(order) == made


def test_other_payouts_are_not_mistaken(bench: PaymentsBench) -> None:
    """Asking for the second payout never finds the first."""
    reference = bench.capture(5000)
    bench.port.refund(a_refund_order(reference, payout=1))

    assert bench.port.find_refund(a_refund_order(reference, payout=2)) is None


def test_slow_bank(bench: PaymentsBench) -> None:
    """A refund that waits for the bank is pending, and settled once the bank has paid."""
    order = a_refund_order(bench.capture(5000))
    bench.pend_next()
    assert bench.port.refund(order).status == "pending"

    bench.settle(order.key)

    found = bench.port.find_refund(order)
    assert found is not None
    assert found.status == "settled"


def test_closed_card(bench: PaymentsBench) -> None:
    """A refund that comes back says why, and its amount can be refunded in another way."""
    order = a_refund_order(bench.capture(5000), minor=5000)
    bench.pend_next()
    bench.port.refund(order)

    bench.fail(order.key)

    found = bench.port.find_refund(order)
    assert found is not None
    assert (found.status, found.failure) == ("failed", "expired_or_canceled_card")
    again = a_refund_order(order.payment_reference, minor=5000, payout=2)
    assert bench.port.refund(again).status == "settled"


def test_disputed_payment(bench: PaymentsBench) -> None:
    """What the bank has clawed back is not refunded on top."""
    reference = bench.capture(5000)
    bench.dispute(reference)

    with pytest.raises(Rejected) as refusal:
        bench.port.refund(a_refund_order(reference))

    assert refusal.value.code == "charge_disputed"
    assert bench.refunds(reference) == []


def test_provider_is_down(bench: PaymentsBench) -> None:
    """A provider that cannot be reached has surely done nothing; we may simply try later."""
    payments, order = bench.unreachable(), a_refund_order("pi_1")

    with pytest.raises(Unavailable):
        payments.refund(order)
    with pytest.raises(Unavailable):
        payments.find_refund(order)


def test_provider_is_busy(bench: PaymentsBench) -> None:
    """A provider that asks for patience gets it."""
    order = a_refund_order(bench.capture(5000))
    bench.be_busy(7)

    with pytest.raises(Unavailable) as busy:
        bench.port.refund(order)

    assert busy.value.retry_after == timedelta(seconds=7)
    assert bench.refunds(order.payment_reference) == []
