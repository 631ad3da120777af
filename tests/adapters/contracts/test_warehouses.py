"""Whoever holds the goods, what came back is counted once and in the right place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import OutcomeUnknown, Rejected, Unavailable
from domain.policies import Disposition
from tests.adapters.builders import an_instruction
from tests.adapters.contracts.warehouse_benches import FakeBench, RestBench, WarehouseBench


@pytest.fixture(params=["rest", "fake"])
def bench(request: pytest.FixtureRequest) -> WarehouseBench:
    """Each warehouse in turn."""
    return FakeBench() if request.param == "fake" else RestBench(request.getfixturevalue("sandbox"))


def test_dispositions(bench: WarehouseBench) -> None:
    """Good units can be sold again, doubtful ones wait, and what goes back to the customer is counted nowhere."""
    bench.port.dispose(
        an_instruction(
            ("l1", 2, Disposition.RESTOCK), ("l1", 1, Disposition.QUARANTINE), ("l2", 1, Disposition.BACK_TO_CUSTOMER)
        )
    )

    assert bench.counts("SKU-L1") == (2, 1)
    assert bench.counts("SKU-L2") == (0, 0)


def test_same_instruction_again(bench: WarehouseBench) -> None:
    """An instruction that arrives twice is carried out once."""
    bench.port.dispose(an_instruction())
    bench.port.dispose(an_instruction())

    assert bench.counts("SKU-L1") == (2, 0)


def test_two_instructions(bench: WarehouseBench) -> None:
    """The units of two returns add up."""
    bench.port.dispose(an_instruction(key="one"))
    bench.port.dispose(an_instruction(key="other"))

    assert bench.counts("SKU-L1") == (4, 0)


def test_key_with_other_units(bench: WarehouseBench) -> None:
    """An instruction that changes between tries is stopped, since somebody made a mistake."""
    bench.port.dispose(an_instruction())

    with pytest.raises(Rejected) as refusal:
        bench.port.dispose(an_instruction(("l1", 3, Disposition.RESTOCK)))

    assert refusal.value.code == "idempotency_key_reused"
    assert bench.counts("SKU-L1") == (2, 0)


def test_line_without_sku(bench: WarehouseBench) -> None:
    """Units that nobody can name are not put on a shelf."""
    with pytest.raises(Rejected) as refusal:
        bench.port.dispose(an_instruction().model_copy(update={"skus": {}}))

    assert refusal.value.code == "unknown_sku"


@pytest.mark.parametrize("carried_out", [True, False], ids=["answer lost", "request lost"])
def test_lost(bench: WarehouseBench, carried_out: bool) -> None:
    """Whatever is lost on the way, saying it again ends with every unit counted once."""
    if carried_out:
        bench.lose_answer()
    else:
        bench.lose_request()
    with pytest.raises(OutcomeUnknown):
        bench.port.dispose(an_instruction())

    bench.port.dispose(an_instruction())

    assert bench.counts("SKU-L1") == (2, 0)


def test_warehouse_is_down(bench: WarehouseBench) -> None:
    """A warehouse that cannot be reached has done nothing."""
    with pytest.raises(Unavailable):
        bench.unreachable().dispose(an_instruction())


def test_warehouse_is_busy(bench: WarehouseBench) -> None:
    """A warehouse that asks for patience gets it."""
    bench.be_busy(7)

    with pytest.raises(Unavailable) as busy:
        bench.port.dispose(an_instruction())

    assert busy.value.retry_after == timedelta(seconds=7)
    assert bench.counts("SKU-L1") == (0, 0)
