"""What the database says of itself and of the work that waits in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cli.doctor.findings import Finding, Level
from config.settings import Settings
from dispatch.status import NIGHTLY, SILENT_AFTER, SILENT_AFTER_NIGHTLY, LoopStatus, describe_loops
from domain.errors import Unavailable
from domain.payouts import PayoutState
from records.database import SqlRecords, open_records
from records.models import Loop
from records.operations import count_given_up, count_parked, stuck_payouts
from records.promises import count_broken
from records.schema import schema_differences

# A provider answers within seconds, and is asked again within five minutes.
PAYOUT_UNANSWERED = timedelta(minutes=15)
PAYOUT_UNANSWERED_FOR_LONG = timedelta(days=1)
UNANSWERED = (str(PayoutState.SENT), str(PayoutState.UNKNOWN))
NAMED_AT_MOST = 5


def check_database(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the database can be used; and if so, what waits in it."""
    records = open_records(settings.database_url.get_secret_value())
    try:
        if not records.reads.is_migrated():
            yield _of_database(
                "tables", Level.RED, "Its tables are not those of this version.", "Run `aftercart migrate`."
            )
            return
        yield _of_database("reachable", Level.GREEN, f"It answers ({records.dialect}).")
        yield _tables(settings)
        for status in describe_loops(records, now):
            yield _loop(status, now)
        yield from _waiting(records, now)
    except Unavailable as error:
        remedy = "Start it, or set AFTERCART_DATABASE_URL to its address. No case is lost while it is away."
        yield _of_database("reachable", Level.RED, f"{error}.", remedy)
    finally:
        records.close()


def _tables(settings: Settings) -> Finding:
    differences = schema_differences(settings.database_url.get_secret_value())
    if not differences:
        return _of_database("tables", Level.GREEN, "Migrated, and in step with this version.")
    found = f"{len(differences)} differences from the tables of this version; the first: {differences[0]}"
    return _of_database("tables", Level.YELLOW, found, "`aftercart migrate --check` lists them all.")


def _loop(status: LoopStatus, now: datetime) -> Finding:
    silent_after = SILENT_AFTER_NIGHTLY if status.loop in NIGHTLY else SILENT_AFTER
    stands_still = status.last_run_at is None or now - status.last_run_at > silent_after
    if status.is_healthy:
        level, remedy = Level.GREEN, ""
        found = (
            "runs once a night, and has not yet"
            if stands_still
            else f"turns; {status.waiting} due, {status.handled} done"
        )
    else:
        found = f"{status.problem}; {status.waiting} due"
        level = Level.RED if stands_still or status.loop in NIGHTLY else Level.YELLOW
        remedy = "Start `python -m dispatch`; what waits is kept." if stands_still else "See the log of dispatch."
        if status.loop is Loop.RECONCILIATION and not stands_still:
            remedy = "Look at each with `aftercart cases show` and `aftercart cases events`."
        if status.loop is Loop.LEDGER and not stands_still:
            remedy = "`aftercart ledger reconcile` says of each what to do."
    return Finding(area="dispatch", check=str(status.loop), level=level, found=found, remedy=remedy)


def _waiting(records: SqlRecords, now: datetime) -> Iterator[Finding]:
    with records.reads.reading() as connection:
        parked, given_up = count_parked(connection), count_given_up(connection)
        broken = count_broken(connection)
        stuck = stuck_payouts(connection, UNANSWERED, before=now - PAYOUT_UNANSWERED, limit=NAMED_AT_MOST)
        wrong = stuck_payouts(connection, (str(PayoutState.MISMATCHED),), before=now, limit=NAMED_AT_MOST)
    yield _counted("parked events", parked, "No news waits for a person.", "`aftercart events parked` lists them.")
    yield _counted(
        "messages given up",
        given_up,
        "Every message was taken, or has a try left.",
        "Find out why the shop's system refused them for days; docs/api.md says what they are.",
    )
    yield _counted(
        "promises",
        broken,
        "No customer waits beyond a date that they were told.",
        "`GET /v1/promises?state=broken&outstanding=true` lists them; do what was promised, or tell the customer.",
    )
    if wrong:
        names = ", ".join(f"{each.key} since {each.since:%Y-%m-%d %H:%M} UTC" for each in wrong)
        yield _of_work("payouts", Level.RED, f"The provider knows another amount for: {names}", "Finance must look.")
    if stuck:
        names = ", ".join(f"{each.key} since {each.since:%Y-%m-%d %H:%M} UTC" for each in stuck)
        level = Level.RED if stuck[0].since < now - PAYOUT_UNANSWERED_FOR_LONG else Level.YELLOW
        remedy = "Nothing is paid twice: the provider is asked again. See its status page, and the worker's log."
        yield _of_work("payouts", level, f"No answer about: {names}", remedy)
    if not wrong and not stuck:
        yield _of_work("payouts", Level.GREEN, "The provider answered about every payout.")


def _counted(check: str, counts: dict[str, int], none: str, remedy: str) -> Finding:
    if not counts:
        return _of_work(check, Level.GREEN, none)
    return _of_work(
        check, Level.YELLOW, ", ".join(f"{shop}: {count}" for shop, count in sorted(counts.items())), remedy
    )


def _of_database(check: str, level: Level, found: str, remedy: str = "") -> Finding:
    return Finding(area="database", check=check, level=level, found=found, remedy=remedy)


def _of_work(check: str, level: Level, found: str, remedy: str = "") -> Finding:
    return Finding(area="work", check=check, level=level, found=found, remedy=remedy)
