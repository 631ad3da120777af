"""`aftercart up`: the whole system on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from cli.consoles import open_console
from cli.failures import stated_plainly
from cli.parts import Part
from config.settings import load_settings

if TYPE_CHECKING:
    from cli.stack import Stack


def up() -> None:
    """Run the whole system on this machine until Ctrl-C.

    Starts Temporal, the sandbox, the worker, the dispatcher and the API, and restarts whichever dies.
    Nothing has to be set and no account is needed; `aftercart settings` shows what can be.

    Example: AFTERCART_API__PORT=9000 aftercart up
    """
    # Brings SQLAlchemy and Alembic, which every other command would wait for.
    from cli.first_start import keys_file, prepare
    from cli.supervision import keep_running, running_stack

    console = open_console()
    with stated_plainly():
        settings = load_settings()
        try:
            with running_stack(settings, console) as stack:
                prepare(settings)
                console.print(addresses(stack))
                console.print(f"API keys for every role are in {keys_file(settings)}.")
                console.print("Ctrl-C stops everything.")
                keep_running(stack, console)
        except KeyboardInterrupt:
            return


def addresses(stack: Stack) -> Table:
    """Where a person finds what runs."""
    settings = stack.settings
    table = Table.grid(padding=(0, 2))
    table.add_row("API", settings.api.address)
    table.add_row("API docs", f"{settings.api.address}/docs")
    table.add_row("Temporal UI", settings.temporal.ui_address)
    table.add_row("Sandbox", settings.sandbox.address)
    table.add_row("Logs", str(stack.log_file(Part.API).parent))
    return table
