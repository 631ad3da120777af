"""What arrived for a case and what Temporal did about it, as two tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from rich.markup import escape
from rich.table import Table

from adapters.temporal_histories import Passage
from cli.tables import moment, plain_table
from domain.cases import EventOutcome
from records.operations import EventTrace

COLOURS = {EventOutcome.REFUSED: "yellow", EventOutcome.PARKED: "red"}
# A worker's answer takes milliseconds; what took longer than this is worth a word.
SLOW = timedelta(seconds=1)


def inbox_page(events: Sequence[EventTrace]) -> Table:
    """Every event with its outcome."""
    table = plain_table("received (UTC)", "event", "from", "outcome", "", "id", title="Events")
    for event in events:
        outcome = event.outcome or (
            "told, not applied yet" if event.delivered_at else f"not told ({event.attempts} tries)"
        )
        table.add_row(
            f"{event.received_at:%Y-%m-%d %H:%M:%S}",
            event.kind,
            f"{escape(event.actor.name)} [dim]{event.actor.role}[/]",
            f"[{COLOURS.get(event.outcome, 'default') if event.outcome else 'yellow'}]{outcome}[/]",
            escape(event.detail),
            f"[dim]{event.event_id}[/]",
        )
    return table


def history_page(passages: Sequence[Passage], *, marked: range = range(0)) -> Table:
    """The run in short; the passages with an event in `marked` stand out."""
    table = plain_table("#", "at (UTC)", "what", "", "end", title="Run in Temporal")
    for passage in passages:
        table.add_row(
            str(passage.event_id),
            f"{passage.at:%Y-%m-%d %H:%M:%S}",
            passage.kind.replace("_", " "),
            escape(_about(passage)),
            escape("; ".join(_end(passage))),
            style="bold red" if passage.event_id in marked else "",
        )
    return table


def _about(passage: Passage) -> str:
    if passage.kind == "timer":
        due = f", due {moment(passage.due_at)}" if passage.due_at else ""
        return f"{passage.summary or passage.name}{due}"
    if passage.kind in ("signal", "update"):
        return " ".join((passage.name, *map(str, passage.told)))
    return f"{passage.summary} ({passage.name})" if passage.summary else passage.name


def _end(passage: Passage) -> Iterator[str]:
    if passage.ended not in ("", "completed"):
        yield passage.ended.replace("_", " ")
    elif not passage.ended and passage.kind in ("activity", "timer", "update"):
        yield "still to end"
    if passage.attempts > 1:
        yield f"{passage.attempts} tries"
    if passage.ended_at and passage.kind == "activity" and passage.ended_at - passage.at >= SLOW:
        yield f"{(passage.ended_at - passage.at).total_seconds():.1f} s"
    if passage.failure:
        yield passage.failure
    yield from _told_by(passage.result)


def _told_by(result: Any) -> Iterator[str]:
    """A step's result says where the case stands; an answer to an event says what became of it."""
    match result:
        case {"progress": {"state": state, "waiting_for": waiting_for}}:
            yield f"{state}, waiting for {waiting_for}"
            yield from _told_by(result.get("answer"))
        case {"outcome": outcome, "code": code}:
            yield outcome if code == outcome else f"{outcome} ({code})"
        case None:
            pass
        case _:
            yield str(result)
