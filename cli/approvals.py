"""`aftercart approvals`: what waits for somebody's decision."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.consoles import wide_console
from cli.failures import CommandFailed, stated_plainly
from cli.storage import opened_records
from cli.tables import distance, plain_table
from config.settings import load_settings
from domain.cases import Role

SHOWN = 100

approvals = typer.Typer(
    help="What waits for somebody's decision, and who stands in for whom.\n\n"
    "Example: aftercart approvals list --merchant acme",
    no_args_is_help=True,
)

Merchant = Annotated[str, typer.Option(help="The shop.")]


@approvals.command("list")
def list_approvals(
    merchant: Merchant,
    role: Annotated[Role | None, typer.Option(help="Only what this role is asked for now.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only what this person has taken on.")] = None,
) -> None:
    """Show the queue: what is past its deadline first, with amount, role, owner and the reason.

    Everything is read from the database, so it works while Temporal and the worker are down.

    Example: aftercart approvals list --merchant acme --role supervisor
    """
    from rich.markup import escape

    from adapters.clock import SystemClock
    from domain.money import Money
    from records.approvals import ApprovalFilter

    console, now = wide_console(), SystemClock().now()
    wanted = ApprovalFilter(role=role, owner=owner.casefold() if owner else None)
    with stated_plainly(), opened_records(load_settings()) as records:
        page = records.reads.approvals.queue(merchant, wanted, limit=SHOWN)
    if not page.approvals:
        console.print("Nothing waits for a decision.")
        return
    table = plain_table("approval", "action", "amount", "priority", "asked", "due", "owner", "why")
    for each in page.approvals:
        item = each.item
        table.add_row(
            each.approval_id,
            item.action,
            str(Money(minor=item.amount_minor, currency=item.currency)),
            item.priority,
            f"{item.role} x{item.still_needed}" if item.still_needed > 1 else str(item.role),
            distance(item.deadline, now) if item.deadline else "overdue",
            escape(each.owner),
            escape(" ".join(reason.detail for reason in item.reasons) or item.note),
        )
    console.print(table)
    if page.next_cursor:
        console.print(f"The first {SHOWN} are shown; there are more.")


@approvals.command("delegations")
def list_delegations(merchant: Merchant) -> None:
    """Show who stands in for whom, those that are over too.

    Example: aftercart approvals delegations --merchant acme
    """
    from rich.markup import escape

    from adapters.clock import SystemClock

    console, now = wide_console(), SystemClock().now()
    with stated_plainly(), opened_records(load_settings()) as records:
        found = records.reads.approvals.delegations(merchant, at=now, limit=SHOWN)
    if not found:
        raise CommandFailed(f"Nobody of {merchant} has lent authority to anybody.")
    table = plain_table("id", "of", "to", "from (UTC)", "until (UTC)", "in force", "why")
    for each in found:
        table.add_row(
            each.delegation_id,
            escape(each.delegator.name),
            escape(each.delegate),
            f"{each.starts_at:%Y-%m-%d %H:%M}",
            f"{each.ended_at or each.ends_at:%Y-%m-%d %H:%M}",
            "yes" if each.is_in_force(now) else "no",
            escape(each.reason),
        )
    console.print(table)
