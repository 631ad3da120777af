"""`aftercart doctor`: one page for an operator, one exit code for monitoring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cli.consoles import wide_console
from cli.failures import stated_plainly
from cli.tables import plain_table
from config.settings import load_settings

if TYPE_CHECKING:
    from cli.doctor.findings import Report


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON, for programs.")] = False,
) -> None:
    """Look at everything that cases need, and say what is well, what is not, and what to do.

    Database, Temporal, worker, each loop of dispatch, and what waits for a person. It only reads. Exit code 0 when all
    is green, 1 when something deserves a look, 2 when something keeps cases from moving.

    Example: aftercart doctor
    """
    # Brings SQLAlchemy and the Temporal client, which every other command would wait for.
    from adapters.clock import SystemClock
    from cli.doctor.database import check_database
    from cli.doctor.findings import EXIT_CODES, report
    from cli.doctor.temporal import check_temporal

    with stated_plainly():
        settings, now = load_settings(), SystemClock().now()
        found = report(now, [*check_database(settings, now), *check_temporal(settings, now)])
    if as_json:
        print(found.model_dump_json(indent=2))
    else:
        _show(found, wide_console())
    raise typer.Exit(EXIT_CODES[found.level])


def _show(found: Report, console: Console) -> None:
    from rich.markup import escape

    table = plain_table("", "part", "check", "found")
    for finding in found.findings:
        remedy = f"\n[bold]{escape(finding.remedy)}[/]" if finding.remedy else ""
        level = f"[{finding.level}]{finding.level}[/]"
        table.add_row(level, finding.area, finding.check, escape(finding.found) + remedy)
    console.print(table)
