"""The doctor names what is wrong, how bad it is, and what to do."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from adapters.temporal_state import TemporalState
from cli.doctor.database import check_database
from cli.doctor.findings import Finding, Level, report
from cli.doctor.temporal import check_state
from cli.ports import free_ports
from cli.temporal_server import SEARCH_ATTRIBUTES
from config.settings import Settings
from domain.cases import SYSTEM
from domain.payouts import PayoutState
from domain.promises.models import PromiseState
from records.database import SqlRecords
from records.models import Loop
from tests.cli.commands import fresh_machine, run
from tests.records.builders import MERCHANT, a_case, a_payout, an_event, an_order
from tests.records.conftest import database_url, records, template_folder
from tests.records.promising import a_promise, told

__all__ = ["database_url", "fresh_machine", "records", "template_folder"]

NOW = datetime.now(UTC)
WELL = TemporalState(
    retention=timedelta(days=90),
    search_attributes=frozenset(SEARCH_ATTRIBUTES),
    polled_at=(NOW, NOW),
    stuck=(),
)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """An installation on that database."""
    return Settings(data_dir=tmp_path, database_url=SecretStr(database_url))


def looked_at(settings: Settings, *, now: datetime = NOW) -> dict[str, Finding]:
    """What the doctor finds in the database, by check."""
    return {finding.check: finding for finding in check_database(settings, now)}


def all_turn(records: SqlRecords, *, error: str = "", at: datetime = NOW) -> None:
    """Every loop of dispatch has just run."""
    for loop in Loop:
        records.queues.record_run(loop, started_at=at, now=at, runs=1, handled=0, error=error)


def of_temporal(state: TemporalState) -> dict[str, Level]:
    """The levels that the doctor gives to a server."""
    return {finding.check: finding.level for finding in check_state(state, "aftercart", NOW)}


def test_all_is_well(records: SqlRecords, settings: Settings) -> None:
    """Where everything turns and nothing waits, all is green and there is nothing to do."""
    all_turn(records)

    found = looked_at(settings)

    assert {finding.level for finding in found.values()} == {Level.GREEN}
    assert {finding.remedy for finding in found.values()} == {""}
    assert {str(loop) for loop in Loop} <= set(found)


def test_database_that_needs_a_migration(records: SqlRecords, settings: Settings) -> None:
    """Tables of another version are red, and nothing else is guessed about them."""
    with records.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    (tables,) = looked_at(settings).values()
    assert (tables.level, "aftercart migrate" in tables.remedy) == (Level.RED, True)


def test_dispatch_that_does_not_run(records: SqlRecords, settings: Settings) -> None:
    """Without dispatch what arrives waits: that is red, and the way out is named."""
    all_turn(records, at=NOW - timedelta(minutes=5))

    found = looked_at(settings)
    for loop in (Loop.INBOX, Loop.CLAIMS, Loop.OUTBOX):
        assert (found[loop].level, "python -m dispatch" in found[loop].remedy) == (Level.RED, True)
    assert found[Loop.RECONCILIATION].level is Level.GREEN


def test_loop_that_fails(records: SqlRecords, settings: Settings) -> None:
    """A loop that turns and fails deserves a look; cases that differ from their workflows need one now."""
    all_turn(records, error="2 open cases have no workflow")

    found = looked_at(settings)
    assert found[Loop.INBOX].level is Level.YELLOW
    assert (found[Loop.RECONCILIATION].level, "2 open cases" in found[Loop.RECONCILIATION].found) == (Level.RED, True)


def test_parked_events(records: SqlRecords, settings: Settings) -> None:
    """News that waits for a person is counted for each shop."""
    records.keep_event(an_event(), body_hash="x")
    records.park_event("evt_1", code="unknown_return", detail="No return of this number is known.")

    parked = looked_at(settings)["parked events"]
    assert (parked.level, parked.found) == (Level.YELLOW, f"{MERCHANT}: 1")


@pytest.mark.parametrize(
    ("state", "waited", "level"),
    [
        (PayoutState.UNKNOWN, timedelta(minutes=1), Level.GREEN),
        (PayoutState.UNKNOWN, timedelta(hours=1), Level.YELLOW),
        (PayoutState.UNKNOWN, timedelta(days=2), Level.RED),
        (PayoutState.SENT, timedelta(hours=1), Level.YELLOW),
        (PayoutState.MISMATCHED, timedelta(minutes=1), Level.RED),
        (PayoutState.SETTLED, timedelta(days=2), Level.GREEN),
    ],
)
def test_payouts(records: SqlRecords, settings: Settings, state: PayoutState, waited: timedelta, level: Level) -> None:
    """A payout without an answer is named after a quarter of an hour, and is red after a day."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    with records.transaction() as transaction:
        transaction.plan_payouts(ref, (a_payout(ref, 500),), SYSTEM)
    with records.writing() as connection:
        connection.execute(text("UPDATE payouts SET state = :state"), {"state": state})

    found = looked_at(settings, now=datetime.now(UTC) + waited)["payouts"]
    assert found.level is level
    assert (ref.rma in found.found) is (level is not Level.GREEN)


def test_temporal_is_well() -> None:
    """A server that keeps cases, knows our attributes and is polled is green."""
    assert set(of_temporal(WELL).values()) == {Level.GREEN}


@pytest.mark.parametrize(
    ("change", "check", "level"),
    [
        ({"retention": timedelta(days=1)}, "retention", Level.YELLOW),
        ({"search_attributes": frozenset(SEARCH_ATTRIBUTES[1:])}, "search attributes", Level.RED),
        ({"polled_at": (None, NOW)}, "worker", Level.RED),
        ({"polled_at": (NOW, NOW - timedelta(minutes=4))}, "worker", Level.RED),
        ({"stuck": ("return:demo:2222-2222",)}, "workflows", Level.RED),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_temporal_is_not_well(change: dict[str, object], check: str, level: Level) -> None:
    """Each trouble of the server is found by itself, with a way out."""
    state = replace(WELL, **change)  # type: ignore[arg-type]

    assert {name: found for name, found in of_temporal(state).items() if found is not Level.GREEN} == {check: level}
    assert all(finding.remedy for finding in check_state(state, "aftercart", NOW) if finding.level is not Level.GREEN)


def test_worst_decides() -> None:
    """One red finding makes the report red, whatever its place."""
    findings = [Finding(area="work", check=level, level=level, found="") for level in (Level.YELLOW, Level.RED)]

    assert report(NOW, findings).level is Level.RED
    assert report(NOW, findings[:1]).level is Level.YELLOW
    assert report(NOW, []).level is Level.GREEN


def test_nothing_runs(fresh_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine where nothing runs the doctor says so for each part, and monitoring hears of it."""
    monkeypatch.setenv("AFTERCART_TEMPORAL__ADDRESS", f"127.0.0.1:{free_ports(1)[0]}")

    looked = run("doctor", "--json")

    assert looked.code == 2
    found = json.loads(looked.out)["findings"]
    assert [(each["area"], each["level"]) for each in found] == [("database", "red"), ("temporal", "red")]
    assert "Traceback" not in looked.text


def test_broken_promises(records: SqlRecords, settings: Settings) -> None:
    """Customers who wait beyond the date that they were told are counted for each shop."""
    told(records, a_promise(state=PromiseState.BROKEN, broken_at=NOW))

    broken = looked_at(settings)["promises"]
    assert (broken.level, broken.found) == (Level.YELLOW, f"{MERCHANT}: 1")
