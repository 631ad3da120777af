"""Screens: every list shows what it should, all of it, once, and nothing of another shop."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from domain.cases import CaseRef, WaitingFor
from domain.errors import UnknownOrder
from domain.goods_back.facts import Label
from records.database import SqlRecords
from records.search import BadCursor, ReturnFilter
from tests.records.builders import (
    MERCHANT,
    NOON,
    a_case,
    a_claim,
    an_order,
    entry,
    move,
    progress,
    rma_numbers,
)


def _found(records: SqlRecords, **wanted: object) -> set[str]:
    page = records.reads.returns(MERCHANT, ReturnFilter.model_validate(wanted))
    return {each.case.ref.rma for each in page.returns}


@pytest.fixture
def three(records: SqlRecords) -> list[CaseRef]:
    """Three returns of two customers, a day apart."""
    records.put_order(MERCHANT, an_order("a", email="Ann@Shop.test", customer="c1", parcel="OUT-1"))
    records.put_order(MERCHANT, an_order("b", email="bob@shop.test", customer="c2", parcel="OUT-2"))
    return [a_case(records, order_id, at=NOON + timedelta(days=day)) for day, order_id in enumerate(("a", "a", "b"))]


def test_lists_filter(records: SqlRecords, three: list[CaseRef]) -> None:
    """An agent narrows the list by state, by what is waited for, by order, customer and date."""
    first, second, third = (ref.rma for ref in three)
    move(records, three[0], progress("authorized", WaitingFor.PARCEL))
    assert _found(records) == {first, second, third}
    assert _found(records, state="authorized") == {first}
    assert _found(records, waiting_for=WaitingFor.DECISION) == {second, third}
    assert _found(records, state="authorized", waiting_for=WaitingFor.DECISION) == set()
    assert _found(records, order_id="a") == {first, second}
    assert _found(records, customer_id="c2") == {third}
    assert _found(records, requested_from=NOON + timedelta(days=1)) == {second, third}
    assert _found(records, requested_before=NOON + timedelta(days=1)) == {first}
    assert _found(records, customer_id="c1", state="requested") == {second}


def test_search_finds_by_what_people_have_at_hand(records: SqlRecords, three: list[CaseRef]) -> None:
    """An RMA as it was read aloud, an order, an e-mail, or the number of a parcel in either direction."""
    first, second, third = (ref.rma for ref in three)
    label = Label(
        carrier="UPS", service="Ground", tracking_number="BACK-3", url="", shipment_reference="s", booked_at=NOON
    )
    with records.transaction() as tx:
        tx.save_case(tx.return_case(three[2]).with_delivery(1, label=label), progress(), [entry()])
    assert _found(records, search=f" {third.lower().replace('-', ' ')} ") == {third}
    assert _found(records, search="a") == {first, second}
    assert _found(records, search="ANN@shop.test") == {first, second}
    assert _found(records, search="OUT-2") == {third}
    assert _found(records, search="BACK-3") == {third}
    assert _found(records, search="OUT-1", requested_from=NOON + timedelta(days=1)) == {second}
    assert _found(records, search="nothing") == _found(records, search="") == _found(records, search="\x00") == set()


def test_pages_show_every_return_once(records: SqlRecords) -> None:
    """Paging through the list misses none and repeats none, also when many came at the same moment."""
    records.put_order(MERCHANT, an_order())
    rmas = rma_numbers()
    made = [
        records.claim_return(a_claim(at=NOON + timedelta(seconds=number // 4)), new_rma=rmas).ref.rma
        for number in range(13)
    ]
    seen: list[str] = []
    cursor, pages = None, 0
    while pages == 0 or cursor is not None:
        page = records.reads.returns(MERCHANT, ReturnFilter(state="requested"), limit=5, cursor=cursor)
        seen += [each.case.ref.rma for each in page.returns]
        cursor, pages = page.next_cursor, pages + 1
    assert (sorted(seen), pages) == (sorted(made), 3)
    moments = [records.reads.return_case(MERCHANT, rma).case.requested_at for rma in seen]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "bm9uc2Vuc2U", "MjAyNi0wMS0wMXwx", "é"])
def test_a_made_up_cursor_is_refused(records: SqlRecords, cursor: str) -> None:
    """A cursor that we did not give out is a mistake of the caller, not of the server."""
    with pytest.raises(BadCursor):
        records.reads.returns(MERCHANT, cursor=cursor)


def test_an_order_comes_with_its_cases(records: SqlRecords, three: list[CaseRef]) -> None:
    """Who looks at an order sees all its returns, newest first; and sees none of another shop."""
    found = records.reads.order_with_cases(MERCHANT, "a")
    assert found.stored.order.order_id == "a"
    assert [each.case.ref for each in found.cases] == [three[1], three[0]]
    records.put_order("other", an_order("a"))
    assert records.reads.order_with_cases("other", "a").cases == ()
    assert records.reads.returns("other").returns == ()
    with pytest.raises(UnknownOrder):
        records.reads.order_with_cases(MERCHANT, "zzz")


def test_a_quote_sees_what_other_returns_hold(records: SqlRecords, three: list[CaseRef]) -> None:
    """A quote never promises units that another return has."""
    with records.transaction() as tx:
        tx.reserve_units(three[0], tx.order(MERCHANT, "a"), tx.return_case(three[0]).lines)  # type: ignore[arg-type]
    basis = records.reads.quote_basis(MERCHANT, "a", at=NOON)
    assert (basis.order.order_id, basis.policy.version, basis.taken) == ("a", 1, {"A": 1})


def test_dates_at_the_edge_of_the_calendar_are_dates(records: SqlRecords) -> None:
    """Whoever asks for everything since the year 1 gets everything, whatever the zone of the caller."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    first_day = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    last_day = datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=12)))
    assert _found(records, requested_from=first_day, requested_before=last_day) == {ref.rma}
