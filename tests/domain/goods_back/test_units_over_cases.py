"""Dock, inspectors, agents and boxes after the end, in any order: over all returns of an order no unit is gained or lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cases import CaseRef, EventKind, InboxEvent
from domain.goods_back.counts import as_units, count_units, counted_findings, received_units
from domain.goods_back.giving_back import plan_giving_back, units_to_give_back
from domain.goods_back.receiving import ReceivedBody
from domain.goods_back.receptions import Reception, derive_receptions
from domain.replacement_shipments.counts import count_goods
from domain.returns.ahead import units_kept
from domain.returns.case import ReturnCase
from domain.returns.dispositions import dispose_return
from domain.returns.events import apply_event
from domain.returns.late_arrivals import find_late_units
from domain.returns.linking import make_linked
from domain.returns.progress import derive_progress
from domain.returns.splitting import Split, SplitBody, as_asked, plan_split, split_off
from tests.builders import (
    ASKED,
    CONDITIONS,
    MERCHANT,
    SUPERVISOR,
    a_return_line,
    an_authorized_return,
    an_event,
)
from tests.domain.goods_back.test_units_add_up import ORDER, POLICY, SOLD, news

some = st.fixed_dictionaries({"line_id": st.sampled_from(["1", "2"]), "quantity": st.integers(1, 2)})
splits: st.SearchStrategy[Any] = st.tuples(
    st.just(EventKind.SPLIT_REQUESTED),
    st.fixed_dictionaries({"lines": st.lists(some, min_size=1, max_size=1)}) | st.just({}),
    st.just(True),
)
arrivals: st.SearchStrategy[Any] = st.tuples(
    st.just(EventKind.ITEM_RECEIVED), st.fixed_dictionaries({"units": st.lists(some, min_size=1)}), st.just(False)
)
ends: st.SearchStrategy[Any] = st.just((EventKind.CANCEL_REQUESTED, {}, True))
told = st.tuples(st.integers(0, 2), st.one_of(news, arrivals, splits, splits, ends))


@dataclass
class Desk:
    """Every return of one order, in the order in which they began, and how often each event was told."""

    cases: list[ReturnCase] = field(
        default_factory=lambda: [an_authorized_return(lines=tuple(a_return_line(*line) for line in SOLD.items()))]
    )

    def tell(self, which: int, event: InboxEvent) -> None:
        """The return hears of it: it splits, it ends with what it has, or goods came; late ones may open another."""
        which %= len(self.cases)
        case = self.cases[which]
        if event.kind is EventKind.CANCEL_REQUESTED:
            self.cases[which] = self._end(case)
        elif event.kind is EventKind.SPLIT_REQUESTED:
            self._split(which, event)
        elif case.closed_at is not None:
            self._come_late(case, event)
        else:
            self.cases[which] = apply_event(case, event, policy=POLICY, at=ASKED, order=ORDER).case

    @property
    def taken(self) -> Counter[str]:
        """Units that open returns hold, and that ended ones have used up."""
        held = (units_kept(case) if case.closed_at else case.expected for case in self.cases)
        return Counter(count_units(unit for units in held for unit in units))

    def _end(self, case: ReturnCase) -> ReturnCase:
        if case.closed_at is not None:
            return case
        disposed = dispose_return(case, ORDER, policy=POLICY, conditions=CONDITIONS)
        return case.with_facts(closed_at=ASKED).with_goods(dispositions=disposed, put_away_at=ASKED)

    def _split(self, which: int, event: InboxEvent) -> None:
        case = self.cases[which]
        if case.closed_at is not None:
            return
        split = plan_split(case, SplitBody.model_validate(event.payload), derive_progress(case, POLICY).waiting_for)
        if isinstance(split, Split):
            ref = self._ref()
            self.cases.append(make_linked(ref, case, split.units, arrived=split.arrived, actor=SUPERVISOR, at=ASKED))
            self.cases[which] = split_off(case, split, ref.rma, event, at=ASKED).case
            assert count_units(as_asked(self.cases[which]).lines) >= count_units(case.lines)

    def _come_late(self, case: ReturnCase, event: InboxEvent) -> None:
        if event.kind is not EventKind.ITEM_RECEIVED:
            return
        body = ReceivedBody.model_validate(event.payload)
        if units := find_late_units(case, ORDER, body, taken=self.taken, policy=POLICY):
            linked = make_linked(self._ref(), case, units, arrived={}, actor=SUPERVISOR, at=ASKED)
            self.cases.append(apply_event(linked, event, policy=POLICY, at=ASKED, order=ORDER).case)

    def _ref(self) -> CaseRef:
        return CaseRef(merchant=MERCHANT, rma=f"2222-{len(self.cases):04}")


@settings(max_examples=150, deadline=None)
@given(script=st.lists(told, max_size=10), repeats=st.lists(st.integers(0, 9), max_size=4))
def test_units_add_up_over_all_returns(
    script: list[tuple[int, tuple[EventKind, dict[str, Any], bool]]], repeats: list[int]
) -> None:
    """Whatever is split off, comes late, comes twice or goes back: every unit is in one open return at the most, no more
    come than were sold, and what goes back to the customer came before."""
    desk = Desk()
    steps = [*enumerate(script), *((number, script[number]) for number in repeats if number < len(script))]
    for number, (which, (kind, payload, awaits)) in steps:
        desk.tell(which, an_event(kind, payload, event_id=f"evt_{number}", awaits_answer=awaits, actor=SUPERVISOR))
        assert not desk.taken - Counter(SOLD)
        for case in desk.cases:
            _check(case)
    if not any(case.closed_at for case in desk.cases):
        assert desk.taken == Counter(SOLD)


def _check(case: ReturnCase) -> None:
    """The units of one return are each in one place, and it gives back no more than it has."""
    fared = derive_receptions(case.goods, case.expected)
    here = {
        line: sum(n for what, n in each.items() if what is not Reception.UNEXPECTED) for line, each in fared.items()
    }
    assert here == dict(count_units(case.expected))
    found = received_units(case.goods)
    assert not found - count_units(case.expected)
    there = count_units(unit for unit in counted_findings(case.goods) if unit.is_there)
    assert not there - found
    back = units_to_give_back(case.goods)
    assert not back - there
    planned = count_goods(
        goods for each in plan_giving_back(case.goods, ORDER, usual="main").values() for goods in each
    )
    assert sum(planned.values()) == sum(back.values())
    assert as_units(back) == tuple(unit for unit in as_units(back) if unit.quantity <= found[unit.line_id])
