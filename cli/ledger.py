"""`aftercart ledger`: whether the money on record is right."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.consoles import open_console
from cli.failures import FAILED, CommandFailed, stated_plainly
from cli.progress import shown_progress
from config.settings import load_settings

if TYPE_CHECKING:
    from cli.verification import VerificationReport
    from domain.statements import LedgerDifference

ledger = typer.Typer(help="The money on record.\n\nExample: aftercart ledger verify", no_args_is_help=True)
SHOWN = 50


@ledger.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Compute every verdict, reimbursement and payout of the database again, and hold the records against each other.

    Exit code 1 when anything differs.

    Example: aftercart ledger verify
    """
    # The report alone goes to standard output as JSON; progress is for people.
    console = open_console(stderr=as_json)
    with stated_plainly():
        report = _verified(console)
    if as_json:
        print(json.dumps(report.model_dump(mode="json"), indent=2))
    else:
        _show(report, console)
    if not report.sound:
        raise typer.Exit(FAILED)


def _verified(console: Console) -> VerificationReport:
    # SQLAlchemy takes a third of a second to import, which every other command would pay for.
    from adapters import wiring
    from cli.verification import verify_records
    from domain.errors import Unavailable
    from records.database import open_records

    try:
        records = open_records(load_settings().database_url.get_secret_value())
        try:
            with shown_progress(console, "Computing again", records.reads.count_cases()) as advance:
                return verify_records(records, advance, conditions=wiring.conditions())
        finally:
            records.close()
    except Unavailable as error:
        raise CommandFailed(f"{error}.") from None


def _show(report: VerificationReport, console: Console) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_row("cases", f"{report.cases:,}")
    for what, count in report.computed.items():
        table.add_row(f"{what} computed again", f"{count:,}")
    table.add_row("without stored inputs", f"{len(report.without_basis):,}")
    table.add_row("that differ", f"{len(report.differences):,}")
    table.add_row("contradictions between records", f"{len(report.contradictions):,}")
    console.print(table)
    for line in [*report.differences, *report.contradictions][:SHOWN]:
        console.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
    hidden = len(report.differences) + len(report.contradictions) - SHOWN
    if hidden > 0:
        console.print(f"... and {hidden} more: --json shows them all.")
    console.print("All of it comes out as stored." if report.sound else "What is stored and what comes out differ.")


@ledger.command()
def reconcile(
    as_json: Annotated[bool, typer.Option("--json", help="The differences as JSON.")] = False,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Only what was made from then on (UTC): quicker."),
    ] = None,
) -> None:
    """Hold the ledger against the refunds, disputes and our payments that the payment provider lists, both ways.

    Each difference names case, payout, both amounts and what to do. It only reads. Exit code 1 when anything differs.

    Example: aftercart ledger reconcile --since 2026-11-01
    """
    console = open_console(stderr=as_json)
    with stated_plainly():
        found = _reconciled(since.replace(tzinfo=UTC) if since else None)
    if as_json:
        print(json.dumps([each.model_dump(mode="json") for each in found], indent=2))
    else:
        _show_differences(found, console)
    if found:
        raise typer.Exit(FAILED)


def _reconciled(since: datetime | None) -> tuple[LedgerDifference, ...]:
    from adapters import wiring
    from adapters.clock import SystemClock
    from dispatch.ledger_check import LedgerCheck
    from domain.errors import PortError
    from records.database import open_records

    settings = load_settings()
    try:
        records = open_records(settings.database_url.get_secret_value())
        try:
            return LedgerCheck(records, wiring.payment_statements(settings), SystemClock()).differences(since=since)
        finally:
            records.close()
    except PortError as error:
        raise CommandFailed(f"{error}.") from None


def _show_differences(found: tuple[LedgerDifference, ...], console: Console) -> None:
    for each in found[:SHOWN]:
        place = f"{each.merchant} order {each.order_id} payment {each.payment_id}"
        line = f"{each.kind}: {place}: {each.detail} {each.remedy}"
        console.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
    if len(found) > SHOWN:
        console.print(f"... and {len(found) - SHOWN} more: --json shows them all.")
    console.print("Ledger and provider agree." if not found else f"{len(found)} differences.")
