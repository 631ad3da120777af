"""`aftercart credit`: what customers can spend at a shop, and the credit notes that it has written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.consoles import wide_console
from cli.failures import CommandFailed, stated_plainly
from cli.storage import opened_records
from cli.tables import moment, plain_table
from config.settings import load_settings

credit = typer.Typer(
    help="Store credit, gift cards and credit notes.\n\nExample: aftercart credit account store_credit:c-204 --merchant acme",
    no_args_is_help=True,
)
Merchant = Annotated[str, typer.Option(help="The shop.")]


@credit.command()
def account(
    name: Annotated[str, typer.Argument(help="store_credit:CUSTOMER or gift_card:NUMBER.")], merchant: Merchant
) -> None:
    """What an account holds, and every movement of it.

    Example: aftercart credit account store_credit:c-204 --merchant acme
    """
    from adapters import wiring
    from domain.credits import CreditAccount
    from domain.money import Money

    console = wide_console()
    with stated_plainly():
        try:
            named = CreditAccount.named(name)
        except ValueError:
            raise CommandFailed(f"{name!r} is no account: write store_credit:CUSTOMER or gift_card:NUMBER.") from None
        with opened_records(load_settings()) as records:
            balances = records.reads.money.credit_balances(merchant, named, now=wiring.clock().now())
            movements = records.reads.money.credit_movements(merchant, named)
    for balance in balances:
        console.print(f"{Money(minor=balance.available_minor, currency=balance.currency)} can be spent.")
    if not balances:
        console.print("Nothing was ever put on it.")
    table = plain_table("at", "movement", "amount", "expires", "case", "order")
    for each in movements:
        amount = str(Money(minor=each.amount_minor, currency=each.currency))
        table.add_row(moment(each.at), each.kind, amount, moment(each.expires_at), each.rma or "", each.order_id)
    console.print(table)


@credit.command()
def notes(
    merchant: Merchant,
    order: Annotated[str | None, typer.Option(help="Only those of this order.")] = None,
    after: Annotated[int, typer.Option(min=0, help="Only those behind this one, counted from 1.")] = 0,
) -> None:
    """The credit notes of a shop in the order of their numbers, fifty at a time.

    Example: aftercart credit notes --merchant acme --order 1042
    """
    from domain.money import Money

    with stated_plainly(), opened_records(load_settings()) as records:
        found = records.reads.money.credit_notes(merchant, order_id=order, after=after)
    table = plain_table("number", "issued", "kind", "order", "case", "net", "tax", "total")
    for note in found:
        amounts = (note.net_minor, note.tax_minor, note.total_minor)
        said = (str(Money(minor=minor, currency=note.currency)) for minor in amounts)
        table.add_row(note.number, moment(note.issued_at), note.kind, note.order_id, note.rma, *said)
    wide_console().print(table)


@credit.command()
def note(
    number: Annotated[str, typer.Argument(help="Such as CN-000042.")],
    merchant: Merchant,
    pdf: Annotated[Path | None, typer.Option(help="Write it there as PDF instead.")] = None,
) -> None:
    """One credit note as JSON, or as PDF.

    Example: aftercart credit note CN-000042 --merchant acme --pdf note.pdf
    """
    from adapters import wiring
    from domain.errors import UnknownCreditNote

    with stated_plainly(), opened_records(load_settings()) as records:
        try:
            found = records.reads.money.credit_note(merchant, number)
        except UnknownCreditNote:
            raise CommandFailed(f"{merchant} has no credit note {number}; aftercart credit notes lists them.") from None
        if pdf is None:
            print(found.model_dump_json(indent=2))
            return
        pdf.write_bytes(wiring.note_pages().draw(found, records.reads.money.customer_of(found)))
    wide_console().print(f"Written to {pdf}.")
