"""Units: no unit of an order is in two open cases, and what came back stays taken."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.cases import CaseRef
from records.database import SqlRecords
from tests.records.builders import MERCHANT, a_case, an_order, units


def _reserve(records: SqlRecords, ref: CaseRef, quantity: int, line_id: str = "A") -> bool:
    with records.transaction() as tx:
        order = tx.order(MERCHANT, records.reads.return_case(MERCHANT, ref.rma).case.order_id)
        return tx.reserve_units(ref, order, units(quantity, line_id))


def _taken(records: SqlRecords, apart_from: CaseRef | None = None, order_id: str = "1001") -> dict[str, int]:
    with records.transaction() as tx:
        return tx.units_in_cases(MERCHANT, order_id, apart_from=apart_from)


def test_a_unit_is_in_one_open_case(records: SqlRecords) -> None:
    """Three mugs were sold: two in one return leave one for another."""
    records.put_order(MERCHANT, an_order(quantity=3))
    first, second = a_case(records), a_case(records)
    assert _reserve(records, first, 2)
    assert not _reserve(records, second, 2)
    assert _taken(records) == {"A": 2}
    assert _taken(records, apart_from=first) == {}
    assert _reserve(records, second, 1)
    assert _taken(records) == {"A": 3}


def test_all_lines_are_reserved_or_none(records: SqlRecords) -> None:
    """A return that cannot have all its units takes none."""
    records.put_order(MERCHANT, an_order(quantity=3))
    first, second = a_case(records), a_case(records)
    assert _reserve(records, first, 1, "B")
    with records.transaction() as tx:
        assert not tx.reserve_units(second, tx.order(MERCHANT, "1001"), (*units(3), *units(1, "B")))
    assert _taken(records) == {"B": 1}
    assert not _reserve(records, second, 1, "no-such-line")


def test_a_step_that_runs_again_reserves_once(records: SqlRecords) -> None:
    """Asking for the same units again is not asking for more; a line that is named twice counts twice."""
    records.put_order(MERCHANT, an_order(quantity=3))
    ref = a_case(records)
    assert _reserve(records, ref, 2)
    assert _reserve(records, ref, 2)
    assert _taken(records) == {"A": 2}
    with records.transaction() as tx:
        assert not tx.reserve_units(ref, tx.order(MERCHANT, "1001"), (*units(2), *units(2)))


def test_what_did_not_come_back_is_free_again(records: SqlRecords) -> None:
    """After a return of two of which one came back, one can still be returned and the other never again."""
    records.put_order(MERCHANT, an_order(quantity=2))
    first, second = a_case(records), a_case(records)
    _reserve(records, first, 2)
    for _repeated in range(2):
        with records.transaction() as tx:
            tx.release_units(first, units(1))
    assert _taken(records) == {"A": 1}
    assert not _reserve(records, second, 2)
    assert _reserve(records, second, 1)


def test_units_that_a_case_never_held_cannot_be_kept(records: SqlRecords) -> None:
    """A mix-up of lines is a defect to be found, not a silent entry."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    _reserve(records, ref, 1)
    with pytest.raises(ValueError, match="never held"), records.transaction() as tx:
        tx.release_units(ref, units(1, "B"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["reserve", "release"]), st.integers(1, 4)), max_size=12
    )
)
def test_cases_never_hold_more_than_was_sold(records: SqlRecords, moves: list[tuple[int, str, int]]) -> None:
    """Whatever is reserved and released in whatever order, all cases together hold at most what was sold."""
    order_id = f"order-{records.reads.totals(MERCHANT)[0].cases if records.reads.totals(MERCHANT) else 0}"
    records.put_order(MERCHANT, an_order(order_id, quantity=4))
    refs = [a_case(records, order_id) for _ in range(3)]
    held, kept = [0, 0, 0], [0, 0, 0]
    for index, move, quantity in moves:
        if move == "reserve":
            others = sum(held) + sum(kept) - held[index]
            done = _reserve(records, refs[index], quantity)
            assert done == (others + quantity <= 4)
            held[index] = quantity if done else held[index]
        elif held[index] or kept[index]:
            back = min(quantity, held[index] + kept[index])
            with records.transaction() as tx:
                tx.release_units(refs[index], units(back))
            held[index], kept[index] = 0, back
        assert _taken(records, order_id=order_id).get("A", 0) == sum(held) + sum(kept) <= 4
    assert records.reads.contradictions() == []
