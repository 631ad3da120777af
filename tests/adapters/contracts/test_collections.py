"""Whoever takes the money, a customer is charged exactly once, and never above what was held."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from domain.collection_port import CollectionOrder, CollectionStatus, ProviderCollection
from domain.errors import OutcomeUnknown, Rejected, Unavailable
from domain.money import Money
from tests.adapters.builders import a_collection_order
from tests.adapters.contracts.collection_benches import CollectionsBench, FakeBench, StripeBench


@pytest.fixture(params=["stripe", "fake"])
def bench(request: pytest.FixtureRequest) -> CollectionsBench:
    """Each provider in turn."""
    return FakeBench() if request.param == "fake" else StripeBench(request.getfixturevalue("sandbox"))


def pounds(minor: int) -> Money:
    """An amount in pounds."""
    return Money(minor=minor, currency="GBP")


def found(bench: CollectionsBench, order: CollectionOrder) -> ProviderCollection:
    """The payment, which must be there."""
    known = bench.port.find(order)
    assert known is not None
    return known


def a_hold(bench: CollectionsBench, minor: int = 5000) -> CollectionOrder:
    """An amount held on the customer's card."""
    order = a_collection_order(minor=minor, hold=True, instrument="pm_card_visa")
    made = bench.port.request(order)
    assert made.status is CollectionStatus.AUTHORIZED
    return order.model_copy(update={"reference": made.reference})


def test_customer_confirms(bench: CollectionsBench) -> None:
    """A payment that is asked for waits for the customer, and is paid when the customer has confirmed."""
    order = a_collection_order()

    asked = bench.port.request(order)
    assert (asked.status, asked.amount, asked.captured) == (CollectionStatus.REQUESTED, pounds(1815), pounds(0))
    assert asked.client_secret
    bench.confirm(order.key)

    paid = found(bench, order.model_copy(update={"reference": asked.reference}))
    assert (paid.status, paid.captured) == (CollectionStatus.CAPTURED, pounds(1815))
    assert paid.instrument == "pm_card_visa", "what a known customer paid with can be charged again"
    assert bench.captured() == [1815]


def test_same_request_again(bench: CollectionsBench) -> None:
    """A customer is asked once, however often the request is sent, also by several workers at the same moment."""
    order = a_collection_order(instrument="pm_card_visa")

    with ThreadPoolExecutor(4) as workers:
        references = {made.reference for made in workers.map(bench.port.request, [order] * 8)}

    assert len(references) == 1
    assert bench.captured() == [1815]


def test_key_with_another_amount(bench: CollectionsBench) -> None:
    """A payment that changes its amount between tries is stopped, since somebody made a mistake."""
    bench.port.request(a_collection_order(minor=1000))

    with pytest.raises(Rejected) as refusal:
        bench.port.request(a_collection_order(minor=2000))

    assert refusal.value.code == "idempotency_error"
    assert bench.asked() == 1


@pytest.mark.parametrize("taken", [5000, 1234])
def test_hold_is_charged(bench: CollectionsBench, taken: int) -> None:
    """A hold says until when it stands; it is charged in full or in part, once, and then it is over."""
    order = a_hold(bench)
    standing = found(bench, order)
    assert standing.lapses_at is not None
    assert standing.lapses_at > datetime.now(UTC) + timedelta(days=6)
    assert standing.captured == pounds(0)

    charged = bench.port.capture(order, pounds(taken))

    assert (charged.status, charged.captured) == (CollectionStatus.CAPTURED, pounds(taken))
    bench.forget_keys()
    with pytest.raises(Rejected):
        bench.port.capture(order, pounds(taken))
    with pytest.raises(Rejected):
        bench.port.cancel(order)
    assert bench.captured() == [taken]


def test_more_than_was_held(bench: CollectionsBench) -> None:
    """Nobody is charged above what was held."""
    order = a_hold(bench)

    with pytest.raises(Rejected) as refusal:
        bench.port.capture(order, pounds(5001))

    assert refusal.value.code == "amount_too_large"
    assert bench.captured() == []


def test_hold_is_let_go(bench: CollectionsBench) -> None:
    """A hold that was let go charges nobody."""
    order = a_hold(bench)

    assert bench.port.cancel(order).status is CollectionStatus.CANCELLED

    with pytest.raises(Rejected):
        bench.port.capture(order, pounds(5000))
    assert found(bench, order).status is CollectionStatus.CANCELLED


def test_hold_lapses(bench: CollectionsBench) -> None:
    """A hold that the provider let go after its time cannot be charged any more, and says so."""
    order = a_hold(bench)
    bench.lapse(order.key)

    with pytest.raises(Rejected):
        bench.port.capture(order, pounds(5000))

    assert found(bench, order).status is CollectionStatus.CANCELLED
    assert bench.captured() == []


def test_payment_is_withdrawn(bench: CollectionsBench) -> None:
    """What the customer has not confirmed can be withdrawn; what was paid cannot."""
    first = a_collection_order()
    first = first.model_copy(update={"reference": bench.port.request(first).reference})
    second = a_collection_order(collection=2)
    second = second.model_copy(update={"reference": bench.port.request(second).reference})
    bench.confirm(second.key)

    assert bench.port.cancel(first).status is CollectionStatus.CANCELLED

    with pytest.raises(Rejected):
        bench.port.cancel(second)
    assert found(bench, second).status is CollectionStatus.CAPTURED


def test_declined_card(bench: CollectionsBench) -> None:
    """A card that is charged without the customer and declined says so at once, and for ever."""
    order = a_collection_order(instrument=bench.declined_instrument())

    with pytest.raises(Rejected) as refusal:
        bench.port.request(order)

    assert refusal.value.code == "card_declined"
    assert found(bench, order).status is CollectionStatus.DECLINED
    assert bench.captured() == []


@pytest.mark.parametrize("keys_forgotten", [False, True])
def test_lost_answer(bench: CollectionsBench, keys_forgotten: bool) -> None:
    """When the answer is lost we do not know; asking by our key shows that the customer was charged."""
    order = a_collection_order(instrument="pm_card_visa")
    bench.lose_answer("request")
    with pytest.raises(OutcomeUnknown):
        bench.port.request(order)
    if keys_forgotten:
        bench.forget_keys()

    assert found(bench, order).captured == pounds(1815)
    assert bench.captured() == [1815]


def test_lost_request(bench: CollectionsBench) -> None:
    """When the request is lost we do not know either; asking by our key shows that nobody was charged."""
    order = a_collection_order(instrument="pm_card_visa")
    bench.lose_request("request")
    with pytest.raises(OutcomeUnknown):
        bench.port.request(order)

    assert bench.port.find(order) is None
    bench.port.request(order)
    assert bench.captured() == [1815]


def test_lost_answers_about_a_hold(bench: CollectionsBench) -> None:
    """Whether a hold was charged or let go is seen on the payment itself when the answer was lost."""
    order = a_hold(bench)
    bench.lose_answer("capture")
    with pytest.raises(OutcomeUnknown):
        bench.port.capture(order, pounds(2000))
    assert found(bench, order).captured == pounds(2000)

    other = a_collection_order(collection=2)
    other = other.model_copy(update={"reference": bench.port.request(other).reference})
    bench.lose_answer("cancel")
    with pytest.raises(OutcomeUnknown):
        bench.port.cancel(other)
    assert found(bench, other).status is CollectionStatus.CANCELLED


def test_other_payments_are_not_mistaken(bench: CollectionsBench) -> None:
    """Asking for the second payment never finds the first."""
    bench.port.request(a_collection_order())

    assert bench.port.find(a_collection_order(collection=2)) is None


def test_provider_is_down(bench: CollectionsBench) -> None:
    """A provider that cannot be reached has surely done nothing; we may simply try later."""
    collections, order = bench.unreachable(), a_collection_order().model_copy(update={"reference": "pi_1"})

    with pytest.raises(Unavailable):
        collections.request(order)
    with pytest.raises(Unavailable):
        collections.capture(order, pounds(1))
    with pytest.raises(Unavailable):
        collections.cancel(order)
    with pytest.raises(Unavailable):
        collections.find(order)
