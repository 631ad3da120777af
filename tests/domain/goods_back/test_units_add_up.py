"""Whatever the dock, the carrier and the inspectors say, and however often: no unit is gained or lost."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cases import EventKind, InboxEvent
from domain.goods_back.counts import accepted_units, count_units, counted_findings, received_units
from domain.goods_back.inspections import Condition, Grade
from domain.goods_back.receptions import Reception, derive_receptions
from domain.returns.case import ReturnCase
from domain.returns.dispositions import dispose_return
from domain.returns.events import apply_event
from tests.builders import (
    ASKED,
    CONDITIONS,
    a_policy,
    a_return_line,
    an_authorized_return,
    an_event,
    an_order,
    an_order_line,
)

POLICY = a_policy()
SOLD = {"1": 3, "2": 2}
ORDER = an_order(
    lines=(
        an_order_line("1", quantity=3, sku="MUG", gtin="9506000134352"),
        an_order_line("2", quantity=2, sku="PHONE", serial_numbers=("S1", "S2")),
    )
)

lines, counts = st.sampled_from(["1", "2"]), st.integers(1, 4)
counted = st.fixed_dictionaries({"line_id": lines, "quantity": counts})
seen = st.one_of(
    st.fixed_dictionaries({"line_id": st.sampled_from(["1", "2", "9"]), "quantity": counts, "damaged": st.booleans()}),
    st.fixed_dictionaries({"line_id": lines, "wrong_item": st.booleans()}),
    st.fixed_dictionaries({"sku": st.sampled_from(["MUG", "PHONE", "TEAPOT"]), "quantity": counts}),
    st.fixed_dictionaries({"serial_number": st.sampled_from(["S1", "S2", "S9"])}),
)
sessions: st.SearchStrategy[Any] = st.one_of(
    st.just({}),
    st.just({"empty": True}),
    st.fixed_dictionaries({"units": st.lists(seen, max_size=4), "missing": st.lists(counted, max_size=2)}),
)
looked_at = st.fixed_dictionaries(
    {
        "line_id": lines,
        "quantity": counts,
        "condition": st.sampled_from([str(condition) for condition in Condition]),
        "grade": st.sampled_from([str(grade) for grade in Grade]),
        "accepted": st.booleans(),
    }
)
inspections = st.fixed_dictionaries({"units": st.lists(looked_at, min_size=1, max_size=3)})
news: st.SearchStrategy[Any] = st.one_of(
    st.tuples(st.just(EventKind.LABEL_SCANNED), st.just({}), st.just(False)),
    st.tuples(st.just(EventKind.ITEM_RECEIVED), sessions, st.just(False)),
    st.tuples(st.just(EventKind.INSPECTION_RECORDED), inspections, st.booleans()),
)


@settings(max_examples=300, deadline=None)
@given(told=st.lists(news, max_size=9), repeats=st.lists(st.integers(0, 8), max_size=4), ended=st.booleans())
def test_units_always_add_up(
    told: list[tuple[EventKind, dict[str, Any], bool]], repeats: list[int], ended: bool
) -> None:
    """Any news in any order, some of it twice: each promised unit is in one place, and none is paid for twice."""
    events = [_event(number, *one) for number, one in enumerate(told)]
    events += [events[number] for number in repeats if number < len(events)]
    case = an_authorized_return(lines=tuple(a_return_line(line, count) for line, count in SOLD.items()))
    for event in events:
        case = apply_event(case, event, policy=POLICY, at=ASKED, order=ORDER).case
        _check(case)
    if ended:
        _check(case.with_goods(receiving_ended_at=ASKED))


def _event(number: int, kind: EventKind, payload: dict[str, Any], awaits_answer: bool) -> InboxEvent:
    return an_event(kind, payload, event_id=f"evt_{number}", awaits_answer=awaits_answer)


def _check(case: ReturnCase) -> None:
    fared = derive_receptions(case.goods, case.expected)
    promised = {
        line: sum(n for what, n in found.items() if what is not Reception.UNEXPECTED) for line, found in fared.items()
    }
    assert promised == SOLD
    assert all(number > 0 for found in fared.values() for number in found.values())
    assert not received_units(case.goods) - Counter(SOLD)
    assert not accepted_units(case.goods) - Counter(SOLD)
    there = count_units(unit for unit in counted_findings(case.goods) if unit.is_there)
    assert not there - received_units(case.goods)
    disposed = count_units(dispose_return(case, ORDER, policy=POLICY, conditions=CONDITIONS))
    assert disposed == there
