"""`aftercart abuse`: what is on record about a customer, and the lists of a shop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.consoles import wide_console
from cli.failures import CommandFailed, stated_plainly
from cli.storage import opened_records
from cli.tables import moment, plain_table
from config.settings import load_settings
from domain.cases import Actor, Role
from domain.policies import AbuseRules, Signal
from domain.risk.models import ListKind

if TYPE_CHECKING:
    from records.database import SqlRecords

abuse = typer.Typer(
    help="What is on record about a customer, and who is on which list.\n\n"
    "Example: aftercart abuse signals c-77 --merchant acme",
    no_args_is_help=True,
)

Merchant = Annotated[str, typer.Option(help="The shop.")]
Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The shop's own id of the customer.")]
By = Annotated[str, typer.Option("--by", help="Who does it, as it will be shown: a login, no address.")]


@abuse.command()
def signals(customer: Customer, merchant: Merchant) -> None:
    """Show what a customer bought and sent back, what is noticed, and the lists they are on.

    Example: aftercart abuse signals c-77 --merchant acme
    """
    from adapters.clock import SystemClock
    from domain.money import Money
    from domain.risk.request_signals import read_account

    console = wide_console()
    with stated_plainly(), opened_records(load_settings()) as records:
        rules = _rules_of(records, merchant)
        found = records.reads.risk.account(merchant, customer, at=SystemClock().now())
    if not found.histories and not found.listings:
        console.print(f"Nothing is on record about {customer}.", markup=False)
        return
    for history in found.histories:
        bought = Money(minor=history.bought_minor, currency=history.currency)
        returned = Money(minor=history.returned_minor, currency=history.currency)
        words = f"{history.orders} orders, {bought} and {history.bought_units} units bought"
        console.print(f"{words}; {returned} and {history.returned_units} units come back.", markup=False)
        for reading in read_account(history, rules=rules):
            mark = "cleared" if reading.cleared_by else "noticed" if reading.fired else "fine"
            console.print(f"  {mark:8}{reading.signal}: {reading.detail}", markup=False)
    for listing in found.listings:
        until = moment(listing.until) if listing.until else "further notice"
        what = f"{listing.kind} {listing.signal or ''}".strip()
        console.print(f"  {what} until {until}, by {listing.made_by.name}: {listing.reason}", markup=False)


@abuse.command("list")
def list_entries(
    merchant: Merchant,
    kind: Annotated[ListKind | None, typer.Option(help="Only this list.")] = None,
) -> None:
    """Show the entries of a shop's lists, ended ones too.

    Example: aftercart abuse list --merchant acme --kind block
    """
    from rich.markup import escape

    with stated_plainly(), opened_records(load_settings()) as records:
        found = records.reads.risk.listings(merchant, kind=kind)
    if not found:
        wide_console().print("The lists are empty.")
        return
    table = plain_table("id", "list", "customer", "signal", "by", "made (UTC)", "until (UTC)", "ended (UTC)", "why")
    for each in found:
        table.add_row(
            each.listing_id,
            each.kind,
            escape(each.account),
            each.signal or "",
            each.made_by.name,
            moment(each.made_at),
            moment(each.until),
            moment(each.ended_at),
            escape(each.reason),
            style="dim" if each.ended_at else "",
        )
    wide_console().print(table)


@abuse.command()
def add(
    kind: Annotated[ListKind, typer.Argument(help="block, allow, or clear one signal.")],
    customer: Customer,
    merchant: Merchant,
    reason: Annotated[str, typer.Option(help="Why; shown to the shop's own people.")],
    by: By,
    signal: Annotated[Signal | None, typer.Option(help="With clear: the signal that has a good reason.")] = None,
    until: Annotated[datetime | None, typer.Option(help="The day on which it ends, in UTC; else it does not.")] = None,
) -> None:
    """Put a customer on a list; it counts from the next request on. The id alone goes to standard output.

    Example: aftercart abuse add clear c-77 --merchant acme --signal velocity --reason "moves house" --by sue
    """
    from pydantic import ValidationError

    from adapters.clock import SystemClock
    from domain.risk.models import Listing

    clock = SystemClock()
    with stated_plainly():
        try:
            made = Listing(
                listing_id=clock.new_id("lst"),
                account=customer,
                kind=kind,
                signal=signal,
                reason=reason,
                made_by=Actor(name=by, role=Role.ADMIN),
                made_at=clock.now(),
                until=until.replace(tzinfo=UTC) if until else None,
            )
        except ValidationError as wrong:
            raise CommandFailed(str(wrong.errors()[0]["msg"]).removeprefix("Value error, ")) from None
        with opened_records(load_settings()) as records:
            _rules_of(records, merchant)
            records.add_listing(merchant, made)
    print(made.listing_id)


@abuse.command()
def end(
    listing_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `aftercart abuse list` shows.")],
    merchant: Merchant,
    by: By,
) -> None:
    """Take somebody off a list; the entry stays on record.

    Example: aftercart abuse end lst_01JB2Z6T8N --merchant acme --by sue
    """
    from adapters.clock import SystemClock

    with stated_plainly():
        with opened_records(load_settings()) as records:
            actor = Actor(name=by, role=Role.ADMIN)
            ended = records.end_listing(merchant, listing_id, by=actor, at=SystemClock().now())
        if ended is None:
            raise CommandFailed(f"{merchant} has no entry {listing_id}; `aftercart abuse list` shows which it has.")
        wide_console().print(f"{listing_id} counts no more.")


def _rules_of(records: SqlRecords, merchant: str) -> AbuseRules:
    """The shop's rules; CommandFailed for a shop that is not known."""
    from domain.errors import UnknownPolicy

    try:
        return records.reads.policy(merchant).policy.abuse
    except UnknownPolicy:
        raise CommandFailed(f"No shop {merchant!r} is known here.") from None
