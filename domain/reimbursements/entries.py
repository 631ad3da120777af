"""The working notes of a plan: each explained amount with what it uses up of which position, and their sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.money import allocate
from domain.reimbursements.amounts import (
    AmountLine,
    Credit,
    CreditedTax,
    ReimbursementPlan,
)
from domain.reimbursements.standing import Standing


@dataclass(frozen=True)
class Entry:
    """One amount line, and how it is booked: worth used up less fees kept and what pays for other goods, by position."""

    line: AmountLine
    worth: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)
    exchanged: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    excused: Mapping[str, int] = field(default_factory=dict)
    by_amount: bool = False
    withdraws: str | None = None


def total_of(entries: Iterable[Entry]) -> int:
    """What the entries come to, in minor units."""
    return sum(entry.line.amount_minor for entry in entries)


def credited_by_position(entries: Iterable[Entry]) -> Counter[str]:
    """What the entries pay back on each position, in minor units."""
    credited: Counter[str] = Counter()
    for entry in entries:
        credited.update(entry.worth)
        credited.subtract(entry.kept)
    return credited


def keep_back(line: AmountLine, entries: Sequence[Entry]) -> Entry:
    """A negative amount line, booked on what the entries pay back, in proportion to it.

    It must not be larger than what they pay back.
    """
    paid = {key: amount for key, amount in credited_by_position(entries).items() if amount > 0}
    parts = allocate(-line.amount_minor, list(paid.values()))
    return Entry(line=line, kept=dict(zip(paid, parts, strict=True)))


def close_plan(entries: Sequence[Entry], standings: Mapping[str, Standing], currency: str) -> ReimbursementPlan:
    """The plan that the entries make, with net and taxes of what each position is credited."""
    touching: dict[str, list[Entry]] = {}
    for entry in entries:
        for key in {*entry.worth, *entry.kept, *entry.exchanged}:
            touching.setdefault(key, []).append(entry)
    return ReimbursementPlan(
        currency=currency,
        lines=tuple(entry.line for entry in entries),
        total_minor=total_of(entries),
        credits=tuple(_credit(touching[key], standing) for key, standing in standings.items() if key in touching),
        withdrawn=tuple(dict.fromkeys(entry.withdraws for entry in entries if entry.withdraws)),
    )


def _credit(entries: Sequence[Entry], standing: Standing) -> Credit:
    """What the entries, which all touch the position, credit on it."""
    position, key = standing.position, standing.position.key
    worth = sum(entry.worth.get(key, 0) for entry in entries)
    kept = sum(entry.kept.get(key, 0) for entry in entries)
    exchanged = sum(entry.exchanged.get(key, 0) for entry in entries)
    start = standing.credited_minor
    net, taxes = position.split_between(start, start + worth - kept - exchanged)
    return Credit(
        position=key,
        quantity=sum(entry.units.get(key, 0) for entry in entries),
        excused=sum(entry.excused.get(key, 0) for entry in entries),
        worth_minor=worth,
        kept_minor=kept,
        exchanged_minor=exchanged,
        by_amount=any(entry.by_amount and key in entry.worth for entry in entries),
        net_minor=net,
        taxes=tuple(
            CreditedTax(rate=charged.rate, amount_minor=amount)
            for charged, amount in zip(position.taxes, taxes, strict=True)
        ),
    )
