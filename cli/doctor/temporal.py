"""What the Temporal server says: whether it keeps cases as we need it, and whether a worker works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from adapters.temporal_state import TemporalState, describe_temporal
from cli.doctor.findings import Finding, Level
from cli.temporal import NoTemporal, ask_temporal
from cli.temporal_server import SEARCH_ATTRIBUTES
from config.settings import Settings

KEPT_FOR = timedelta(days=90)
# A worker asks for work at least once a minute; the server lists a dead one for five minutes more.
POLLED_WITHIN = timedelta(seconds=90)
NAMED_AT_MOST = 5


def check_temporal(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the server can be used, and whether work gets done."""
    queue, address = settings.temporal.task_queue, settings.temporal.address
    try:
        state = ask_temporal(settings, lambda client: describe_temporal(client, queue, most_stuck=NAMED_AT_MOST))
    except NoTemporal as error:
        remedy = "Start it, or set AFTERCART_TEMPORAL__ADDRESS. What arrives meanwhile is kept, and pages answer."
        yield _finding("reachable", Level.RED, str(error), remedy)
        return
    yield _finding("reachable", Level.GREEN, f"It answers at {address}.")
    yield from check_state(state, queue, now)


def check_state(state: TemporalState, queue: str, now: datetime) -> Iterator[Finding]:
    """What is to be said of a server that answers."""
    yield _retention(state)
    missing = sorted(set(SEARCH_ATTRIBUTES) - state.search_attributes)
    if missing:
        remedy = f"temporal operator search-attribute create --name {missing[0]} --type Keyword, and so on."
        yield _finding("search attributes", Level.RED, f"Missing, so no case can go on: {', '.join(missing)}", remedy)
    else:
        yield _finding("search attributes", Level.GREEN, "All are known.")
    yield _worker(state, queue, now)
    if state.stuck:
        found = f"Their code fails: {', '.join(state.stuck)}" + (" ..." if len(state.stuck) == NAMED_AT_MOST else "")
        remedy = "Roll the workers back; the cases go on by themselves. `aftercart cases replay` says where they part."
        yield _finding("workflows", Level.RED, found, remedy)
    else:
        yield _finding("workflows", Level.GREEN, "None is stuck.")


def _retention(state: TemporalState) -> Finding:
    days = f"Closed cases are kept for {state.retention.days} days."
    if state.retention >= KEPT_FOR:
        return _finding("retention", Level.GREEN, days)
    remedy = "Within it, the id of a closed case stays taken: temporal operator namespace update --retention 90d"
    return _finding("retention", Level.YELLOW, days, remedy)


def _worker(state: TemporalState, queue: str, now: datetime) -> Finding:
    remedy = "Start `python worker.py`; cases wait and lose nothing."
    if None in state.polled_at:
        return _finding("worker", Level.RED, f"Nobody takes work from the task queue {queue}.", remedy)
    last = min(polled for polled in state.polled_at if polled is not None)
    ago = f"{max(int((now - last).total_seconds()), 0)} s ago"
    if now - last > POLLED_WITHIN:
        return _finding("worker", Level.RED, f"The last worker of {queue} asked for work {ago}.", remedy)
    return _finding("worker", Level.GREEN, f"One asked for work of {queue} {ago}.")


def _finding(check: str, level: Level, found: str, remedy: str = "") -> Finding:
    return Finding(area="temporal", check=check, level=level, found=found, remedy=remedy)
