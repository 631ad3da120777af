"""`aftercart cases`: what a person looks at when one case is asked about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.consoles import wide_console
from cli.failures import FAILED, CommandFailed, stated_plainly
from cli.storage import opened_records
from cli.temporal import ask_temporal
from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from temporalio.client import Client, WorkflowHistory

cases = typer.Typer(
    help="One case: where it stands, what happened to it, and whether it would happen again the same way.\n\n"
    "Example: aftercart cases show 7K3F-Q9X4",
    no_args_is_help=True,
)

Rma = Annotated[str, typer.Argument(help="Its number, in any spelling: 7k3fq9x4 as well as 7K3F-Q9X4.")]
Merchant = Annotated[str | None, typer.Option(help="The shop, where several have a case of that number.")]


@cases.command()
def show(rma: Rma, merchant: Merchant = None) -> None:
    """Show a case on one page: state, what it waits for and until when, lines, money, timeline.

    Everything is read from the database, so it works while Temporal and the worker are down. Customers are not named.

    Example: aftercart cases show 7K3F-Q9X4
    """
    from adapters.clock import SystemClock
    from cli.cases import page
    from cli.cases.claim_page import claim_body
    from cli.cases.finding import find_case
    from domain.claims.case import Claim
    from domain.claims.views import view_claim
    from domain.returns.case import ReturnCase
    from domain.returns.views import view_return

    console = wide_console()
    with stated_plainly(), opened_records(load_settings()) as records:
        standing = find_case(records, rma, merchant)
        shop, number = standing.ref.merchant, standing.ref.rma
        console.print(page.head(standing, SystemClock().now()))
        basis = records.reads.explanation_basis(shop, number)
        order = records.reads.order(shop, standing.order_id).order
        ledger = records.reads.case_ledger(shop, number)
        if isinstance(basis.case, ReturnCase):
            parts = page.body(view_return(basis.case, basis.progress), order, ledger)
        elif isinstance(basis.case, Claim):
            parts = claim_body(basis.case, view_claim(basis.case, basis.progress), order, ledger)
        else:
            parts = page.money(basis.case, ledger)
        for part in parts:
            console.print(part)
        if told := records.reads.promises.of_case(shop, number):
            console.print(page.promises([each.promise for each in told]))
        console.print(page.timeline(records.reads.timeline(shop, number)))


@cases.command()
def explain(
    rma: Rma,
    merchant: Merchant = None,
    as_json: Annotated[bool, typer.Option("--json", help="As the API answers it.")] = False,
) -> None:
    """Say why a case was decided as it was, and how each of its amounts came to be.

    Example: aftercart cases explain 7K3F-Q9X4
    """
    from adapters import wiring
    from cli.cases.finding import find_case
    from cli.explanation import print_explanation
    from domain.explanations import explain_case

    with stated_plainly(), opened_records(load_settings()) as records:
        ref = find_case(records, rma, merchant).ref
        basis = records.reads.explanation_basis(ref.merchant, ref.rma)
        found = explain_case(basis, conditions=wiring.conditions())
    if as_json:
        print(found.model_dump_json(indent=2))
    else:
        print_explanation(found, wide_console())


@cases.command()
def events(rma: Rma, merchant: Merchant = None) -> None:
    """Show what arrived for a case, what became of it, and in short the run that Temporal has of it, decrypted.

    Temporal forgets a run 90 days after its end; the events of the case stay.

    Example: aftercart cases events 7K3F-Q9X4
    """
    from adapters.encryption import data_converter
    from adapters.temporal_histories import NoHistory, Passage, fetch_history, tell_in_short
    from cli.cases.finding import find_case
    from cli.cases.history_page import history_page, inbox_page
    from records.operations import case_events

    console = wide_console()
    with stated_plainly():
        settings = load_settings()
        with opened_records(settings) as records:
            ref = find_case(records, rma, merchant).ref
            with records.reads.reading() as connection:
                arrived = case_events(connection, ref)
        console.print(inbox_page(arrived))

        async def run_in_short(client: Client) -> list[Passage]:
            return await tell_in_short(await fetch_history(client, ref), data_converter(settings))

        try:
            console.print(history_page(ask_temporal(settings, run_in_short)))
        except NoHistory as error:
            console.print(f"{error} (any more).", style="yellow")


@cases.command()
def replay(
    rma: Annotated[str | None, typer.Argument(help="The number of the case whose run is replayed.")] = None,
    merchant: Merchant = None,
    file: Annotated[
        Path | None, typer.Option(help="Replay this history instead: JSON of `temporal workflow show -o json`.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Keep the history of the case in this file, encrypted as it is.")
    ] = None,
) -> None:
    """Replay a run with today's code: does it still make the same decisions at the same places?

    Nothing is changed and no vendor is called; a replay reads results from the history. Exit code 1 when it differs,
    with the events between which it does: then this version must not meet that run without `workflow.patched`.

    Example: aftercart cases replay 7K3F-Q9X4
    """
    # Brings the worker and all its vendors, which every other command would wait for.
    from cli.cases.history_page import history_page
    from cli.cases.replaying import read_history, replayed_story

    console = wide_console()
    with stated_plainly():
        if (rma is None) == (file is None):
            raise CommandFailed("Name a case, or a file by --file.")
        settings = load_settings()
        history = read_history(file) if file else _history_of(settings, rma or "", merchant)
        if save is not None:
            save.write_text(history.to_json())
        replayed, passages = replayed_story(settings, history)
        if not replayed.difference:
            console.print(f"{history.workflow_id}: {len(history.events)} events replay alike.", style="green")
            return
        console.print(history_page(passages, marked=replayed.where))
        console.print(f"{history.workflow_id} does not replay: {replayed.difference}", style="red", markup=False)
        where = replayed.where
        console.print(
            f"Today's code parts with the history between events {where.start} and {where.stop - 1}.", style="red"
        )
        raise typer.Exit(FAILED)


def _history_of(settings: Settings, rma: str, merchant: str | None) -> WorkflowHistory:
    """What Temporal has of the case. Raises CommandFailed."""
    from adapters.temporal_histories import NoHistory, fetch_history
    from cli.cases.finding import find_case

    with opened_records(settings) as records:
        ref = find_case(records, rma, merchant).ref
    try:
        return ask_temporal(settings, lambda client: fetch_history(client, ref))
    except NoHistory as error:
        raise CommandFailed(f"{error} (any more), so there is nothing to replay.") from None
