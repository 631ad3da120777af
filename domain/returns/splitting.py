"""Part of a return that goes its own way: what is not settled yet becomes a return of its own."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.cases import EventKind, InboxEvent, WaitingFor
from domain.changes import applied
from domain.goods_back.counts import as_units, count_units, outstanding_units, say_units, uninspected_found
from domain.goods_back.parts import UnitCount
from domain.returns.case import Finding, ReturnCase, SplitOff
from domain.returns.changes import Change

# While a return waits for these, nothing of it is settled.
SPLITTABLE = (WaitingFor.PARCEL, WaitingFor.REMAINING_PARCELS, WaitingFor.INSPECTION)


class SplitBody(BaseModel):
    """What is split off, as the API validated it before it was kept; nothing named: all that is not inspected."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    lines: tuple[UnitCount, ...] = ()
    note: str = ""


class Split(BaseModel):
    """Units that are split off; so many of them by line have arrived."""

    model_config = ConfigDict(frozen=True)

    units: tuple[UnitCount, ...]
    arrived: dict[str, int]
    note: str


def plan_split(case: ReturnCase, body: SplitBody, waiting_for: WaitingFor) -> Split | Finding:
    """The units that go their own way, or why they cannot.

    What an inspector has spoken about stays, and so does what the dock misses; something always stays.
    """
    if case.exchange is not None:
        return _fault("exchange_not_splittable", "An exchange is promised as a whole.", "Call it off first.")
    if waiting_for not in SPLITTABLE or case.plan is not None or case.payouts:
        way_out = "Wait for its outcome; units that go back can be asked for again."
        return _fault("nothing_to_split", f"The return waits for {waiting_for}: nothing of it is undecided.", way_out)
    here, waits = uninspected_found(case.goods), outstanding_units(case.goods, case.expected)
    free = here + waits
    wanted = count_units(body.lines) or free
    if too_many := wanted - free:
        name, many = next(iter(too_many.items()))
        detail = f"Line {name} has {say_units(free[name])} that nobody has inspected, {many} fewer than that."
        return _fault("more_than_undecided", detail, "Split off fewer, or leave the lines out for all of them.")
    if not wanted or wanted == count_units(case.expected):
        words = "is undecided" if not wanted else "would stay"
        return _fault("nothing_to_split", f"Nothing of the return {words}.", "Split off some of its units.")
    return Split(units=as_units(wanted), arrived=dict(wanted & here), note=body.note)


def split_off(case: ReturnCase, split: Split, rma: str, event: InboxEvent, *, at: datetime) -> Change:
    """The return goes on without those units."""
    gone = count_units(split.units)
    lines = (line.model_copy(update={"quantity": line.quantity - gone[line.line_id]}) for line in case.lines)
    fact = SplitOff(rma=rma, units=split.units, before=case.lines, at=at, actor=event.actor, note=split.note)
    moved = as_units(count_units(case.goods.moved) + Counter(split.arrived))
    changed = case.with_facts(
        lines=tuple(line for line in lines if line.quantity), split_off=(*case.split_off, fact)
    ).with_goods(moved=moved)
    count = sum(gone.values())
    summary = f"{event.actor.name} split off {say_units(count)}: return {rma} goes on with them. {split.note}".strip()
    return applied(changed, event, at=at, summary=summary, linked=rma, units=dict(gone))


def split_key(event: InboxEvent) -> str:
    """One word makes one return, however often it is told. No caller can choose this key, since it contains blanks."""
    return f"{EventKind.SPLIT_REQUESTED} {event.event_id}"


def as_asked(case: ReturnCase) -> ReturnCase:
    """The return with everything that it was asked for, before any of it was split off."""
    return case.with_facts(lines=case.split_off[0].before) if case.split_off else case


def _fault(rule: str, detail: str, way_out: str) -> Finding:
    return Finding(rule=rule, detail=detail, way_out=way_out)
