"""`aftercart events`: news that no open case takes, waiting for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.consoles import wide_console
from cli.failures import CommandFailed, stated_plainly
from cli.storage import opened_records
from cli.tables import plain_table
from config.settings import load_settings

SHOWN = 100

events = typer.Typer(
    help="News that fits no open case. It is kept until a person has looked at it.\n\nExample: aftercart events parked",
    no_args_is_help=True,
)


@events.command()
def parked(
    merchant: Annotated[str | None, typer.Option(help="Only those of this shop.")] = None,
) -> None:
    """List the events that are parked, oldest first: what they are about, and why nobody took them.

    Example: aftercart events parked --merchant acme
    """
    from rich.markup import escape

    from records.operations import parked_events

    console = wide_console()
    with stated_plainly(), opened_records(load_settings()) as records, records.reads.reading() as connection:
        waiting = parked_events(connection, merchant=merchant, limit=SHOWN + 1)
    if not waiting:
        console.print("Nothing is parked.")
        return
    table = plain_table("received (UTC)", "shop", "RMA", "event", "from", "why", "id")
    for event in waiting[:SHOWN]:
        table.add_row(
            f"{event.received_at:%Y-%m-%d %H:%M:%S}",
            event.ref.merchant,
            escape(event.ref.rma),
            event.kind,
            escape(event.actor.name),
            escape(event.detail),
            event.event_id,
        )
    console.print(table)
    if len(waiting) > SHOWN:
        console.print(f"The oldest {SHOWN} are shown; there are more.")
    console.print(
        "Once the reason is gone: aftercart events release ID. Where nothing is to be done: aftercart events dismiss ID"
    )


@events.command()
def release(
    event_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `aftercart events parked` shows.")],
) -> None:
    """Deliver a parked event again, as if it had just arrived: its case is open by now, or its workflow runs again.

    Harmless where nothing has changed: it is parked once more.

    Example: aftercart events release evt_01M85BKHGVXT3FJ42FVSHGFJYS
    """
    with stated_plainly():
        with opened_records(load_settings()) as records:
            released = records.release_event(event_id)
        if not released:
            raise CommandFailed(f"No parked event has the id {event_id}; `aftercart events parked` lists them.")
        wide_console().print(f"{event_id} will be delivered within seconds, if dispatch runs.")


@events.command()
def dismiss(
    event_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `aftercart events parked` shows.")],
    note: Annotated[str, typer.Option(help="What became of it; its case shows it.")],
    by: Annotated[str, typer.Option("--by", help="Who says so, as it will be shown: a login, no address.")],
) -> None:
    """Settle a parked event of which nothing follows: a decision that came too late, a box that was sent on.

    Example: aftercart events dismiss evt_01M85BKHGVXT3FJ42FVSHGFJYS --note "came a minute too late" --by sue
    """
    from domain.cases import Actor, Role

    with stated_plainly():
        if not note.strip():
            raise CommandFailed("Say as --note what became of it.")
        with opened_records(load_settings()) as records:
            dismissed = records.dismiss_event(event_id, note=note.strip(), by=Actor(name=by, role=Role.ADMIN))
        if not dismissed:
            raise CommandFailed(f"No parked event has the id {event_id}; `aftercart events parked` lists them.")
        wide_console().print(f"{event_id} waits no longer.")
