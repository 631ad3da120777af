"""Whoever sends the goods, what is promised is put aside once, and what is sent is sent once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.addresses import Address
from domain.errors import OutcomeUnknown, PortError, Rejected, Unavailable
from domain.replacement_shipments.case import DeliveryState
from tests.adapters.builders import a_reservation, a_shipment_order
from tests.adapters.contracts.fulfilment_benches import FakeFulfilmentBench, FulfilmentBench, RestFulfilmentBench

TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture(params=["rest", "fake"])
def bench(request: pytest.FixtureRequest) -> FulfilmentBench:
    """Each warehouse in turn, with three blue mugs."""
    made = FakeFulfilmentBench() if request.param == "fake" else RestFulfilmentBench(request.getfixturevalue("sandbox"))
    made.has("MUG-BLUE", 3)
    return made


def test_reservation(bench: FulfilmentBench) -> None:
    """What is promised to one customer cannot be promised to another, however often it is said."""
    for _ in range(2):
        bench.port.reserve(a_reservation(until=TOMORROW))

    assert bench.free("MUG-BLUE") == 1


def test_nothing_left(bench: FulfilmentBench) -> None:
    """A promise that the shelf cannot keep is refused whole, and the refusal names what is missing."""
    bench.has("MUG-RED", 5)

    with pytest.raises(Rejected) as refusal:
        bench.port.reserve(a_reservation(("MUG-RED", 1), ("MUG-BLUE", 4)))

    assert refusal.value.code == "out_of_stock"
    assert "MUG-BLUE" in str(refusal.value)
    assert (bench.free("MUG-RED"), bench.free("MUG-BLUE")) == (5, 3)


def test_one_sku_twice(bench: FulfilmentBench) -> None:
    """Two lines of the same goods are counted together: 2 and 2 of 3 is too many."""
    with pytest.raises(Rejected) as refusal:
        bench.port.reserve(a_reservation(("MUG-BLUE", 2), ("MUG-BLUE", 2)))

    assert refusal.value.code == "out_of_stock"


def test_release(bench: FulfilmentBench) -> None:
    """A promise taken back frees the goods once, however often it is taken back."""
    bench.port.reserve(a_reservation())
    for _ in range(2):
        bench.port.release("default", "stock-1")

    assert bench.free("MUG-BLUE") == 3


def test_release_of_what_never_came(bench: FulfilmentBench) -> None:
    """A reservation that was lost on the way cannot come into force after it was taken back."""
    bench.port.release("default", "stock-1")

    with pytest.raises(Rejected) as refusal:
        bench.port.reserve(a_reservation())

    assert refusal.value.code == "reservation_released"
    assert bench.free("MUG-BLUE") == 3


def test_key_with_other_units(bench: FulfilmentBench) -> None:
    """A reservation or shipment that changes between tries is stopped, since somebody made a mistake."""
    bench.port.reserve(a_reservation())
    with pytest.raises(Rejected) as reserved:
        bench.port.reserve(a_reservation(("MUG-BLUE", 1)))
    bench.port.ship(a_shipment_order())
    with pytest.raises(Rejected) as shipped:
        bench.port.ship(a_shipment_order(("MUG-BLUE", 1)))

    assert (reserved.value.code, shipped.value.code) == ("idempotency_key_reused", "idempotency_key_reused")


def test_shipment(bench: FulfilmentBench) -> None:
    """Goods put aside are sent once, and cannot be taken back any more."""
    bench.port.reserve(a_reservation())
    for _ in range(2):
        bench.port.ship(a_shipment_order())

    assert (bench.shipments(), bench.free("MUG-BLUE")) == (1, 1)
    with pytest.raises(Rejected) as refusal:
        bench.port.release("default", "stock-1")
    assert refusal.value.code == "already_shipping"


def test_shipment_without_reservation(bench: FulfilmentBench) -> None:
    """Where nothing is put aside any more, goods come from the shelf, or the order to ship is refused."""
    bench.port.ship(a_shipment_order())
    with pytest.raises(Rejected) as refusal:
        bench.port.ship(a_shipment_order(key="goods-2"))

    assert refusal.value.code == "out_of_stock"
    assert (bench.shipments(), bench.free("MUG-BLUE")) == (1, 1)


def test_no_address(bench: FulfilmentBench) -> None:
    """Nothing is sent to nowhere."""
    bench.port.reserve(a_reservation())

    with pytest.raises(Rejected) as refusal:
        bench.port.ship(a_shipment_order(address=Address(name="Ada Byron")))

    assert (refusal.value.code, bench.shipments()) == ("unusable_address", 0)


def test_parcels(bench: FulfilmentBench) -> None:
    """The warehouse can be asked at any time what it sent and what became of it."""
    assert bench.port.find_deliveries("default", "goods-1") is None
    bench.port.ship(a_shipment_order())
    assert bench.port.find_deliveries("default", "goods-1") == ()
    first = bench.hand_over("goods-1", ("MUG-BLUE", 1))
    bench.hand_over("goods-1", ("MUG-BLUE", 1))
    bench.move("goods-1", first, DeliveryState.DELIVERED)

    found = bench.port.find_deliveries("default", "goods-1")

    assert found is not None
    assert [(each.state, [unit.quantity for unit in each.units]) for each in found] == [
        (DeliveryState.DELIVERED, [1]),
        (DeliveryState.SHIPPED, [1]),
    ]
    assert all(each.tracking_number and each.carrier for each in found)


def test_held_back(bench: FulfilmentBench) -> None:
    """Of two mugs one has left: the other is free again, once, and never leaves, however often that is said."""
    bench.port.ship(a_shipment_order())
    bench.hand_over("goods-1", ("MUG-BLUE", 1))

    for _ in range(2):
        (left,) = bench.port.stop("default", "goods-1")
        assert [unit.quantity for unit in left.units] == [1]

    assert bench.free("MUG-BLUE") == 2
    with pytest.raises(Rejected) as refusal:
        bench.port.ship(a_shipment_order())
    assert refusal.value.code == "shipment_stopped"


def test_held_back_too_late(bench: FulfilmentBench) -> None:
    """What waits for the carrier goes out."""
    bench.port.ship(a_shipment_order())
    bench.pack("goods-1")

    with pytest.raises(Rejected) as refusal:
        bench.port.stop("default", "goods-1")

    assert (refusal.value.code, bench.free("MUG-BLUE")) == ("already_packed", 1)


def test_held_back_before_it_was_told(bench: FulfilmentBench) -> None:
    """An order to ship that was lost on the way cannot come into force after it was called off."""
    assert bench.port.stop("default", "goods-1") == ()

    with pytest.raises(Rejected) as refusal:
        bench.port.ship(a_shipment_order())
    assert (refusal.value.code, bench.free("MUG-BLUE")) == ("shipment_stopped", 3)


@pytest.mark.parametrize("carried_out", [True, False], ids=["answer lost", "request lost"])
@pytest.mark.parametrize("call", ["reserve", "ship", "release"])
def test_lost(bench: FulfilmentBench, call: str, carried_out: bool) -> None:
    """Whatever is lost on the way, saying it again ends with everything done once."""
    calls = {
        "reserve": lambda: bench.port.reserve(a_reservation()),
        "ship": lambda: bench.port.ship(a_shipment_order()),
        "release": lambda: bench.port.release("default", "stock-1"),
    }
    if call != "reserve":
        bench.port.reserve(a_reservation())
    if carried_out:
        bench.lose_answer()
    else:
        bench.lose_request()
    with pytest.raises(OutcomeUnknown):
        calls[call]()

    calls[call]()

    assert (bench.free("MUG-BLUE"), bench.shipments()) == (3 if call == "release" else 1, 1 if call == "ship" else 0)


def test_question_lost(bench: FulfilmentBench) -> None:
    """A question without an answer is asked again: nothing can have happened."""
    bench.be_busy(7)

    with pytest.raises(Unavailable) as busy:
        bench.port.find_deliveries("default", "goods-1")

    assert busy.value.retry_after == timedelta(seconds=7)


def test_warehouse_is_down(bench: FulfilmentBench) -> None:
    """A warehouse that cannot be reached has done nothing."""
    with pytest.raises(Unavailable):
        bench.unreachable().reserve(a_reservation())


def test_warehouse_is_busy(bench: FulfilmentBench) -> None:
    """A warehouse that asks for patience gets it."""
    bench.be_busy(7)

    with pytest.raises(PortError) as busy:
        bench.port.reserve(a_reservation())

    assert isinstance(busy.value, Unavailable)
    assert busy.value.retry_after == timedelta(seconds=7)
    assert bench.free("MUG-BLUE") == 3
