"""`aftercart keys`: who may call the API."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from api.permissions import PERMISSIONS
from cli.consoles import open_console, wide_console
from cli.failures import CommandFailed, stated_plainly
from cli.storage import opened_records
from cli.tables import moment, plain_table
from config.settings import load_settings
from domain.cases import Actor, Role

# It stands in timelines and log lines, so it must not be an address of somebody.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ROLES = tuple(PERMISSIONS)

keys = typer.Typer(
    help="API keys: who may call the API, for which shop, as what.\n\n"
    "Example: aftercart keys add --merchant acme --role admin --name jane",
    no_args_is_help=True,
)

Merchant = Annotated[str, typer.Option(help="The shop.")]


def _role(text: str) -> Role:
    if text not in ROLES:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(ROLES)}")
    return Role(text)


@keys.command()
def add(
    merchant: Merchant,
    role: Annotated[Role, typer.Option(parser=_role, metavar="|".join(ROLES), help="What its holder may do.")],
    name: Annotated[str, typer.Option(help="Who or what holds it, as timelines will show: a login or a device.")],
    owner: Annotated[
        str, typer.Option(help="The person behind it, where the name is another: who asks never approves.")
    ] = "",
) -> None:
    """Make a key and show it, this once: only its hash is kept. The key alone goes to standard output.

    This is how a new installation gets its first key; nobody can make one over the API.

    Example: aftercart keys add --merchant acme --role supervisor --name jo-super --owner jo
    """
    from domain.errors import UnknownPolicy

    with stated_plainly():
        if not NAME.fullmatch(name):
            raise CommandFailed(f"{name!r} cannot be a name: letters, digits, dot, - and _, at most 64; no address.")
        if owner and not NAME.fullmatch(owner):
            raise CommandFailed(f"{owner!r} cannot be an owner: letters, digits, dot, - and _, at most 64; no address.")
        with opened_records(load_settings()) as records:
            try:
                records.reads.policy(merchant)
            except UnknownPolicy:
                raise CommandFailed(
                    f"No shop {merchant!r} is known here. `aftercart merchants add {merchant} --policy FILE` makes it known."
                ) from None
            key, holder = records.add_api_key(merchant, Actor(name=name, role=role, owner=owner))
    print(key)
    open_console(stderr=True).print(
        f"For {name}, {role} of {merchant}; id {holder.key_id}. Keep it now: it cannot be shown again.",
        highlight=False,
        soft_wrap=True,
    )


@keys.command("list")
def list_keys(merchant: Merchant) -> None:
    """Show every key of a shop, revoked ones too: whose it is, its first characters and its id; never the key.

    Example: aftercart keys list --merchant acme
    """
    with stated_plainly(), opened_records(load_settings()) as records:
        holders = records.reads.api_keys(merchant)
    if not holders:
        wide_console().print(f"{merchant} has no keys.")
        return
    table = plain_table("id", "begins with", "role", "name", "person", "made (UTC)", "revoked (UTC)")
    for holder in holders:
        table.add_row(
            holder.key_id,
            holder.prefix,
            holder.actor.role,
            holder.actor.name,
            holder.actor.person,
            moment(holder.created_at),
            moment(holder.revoked_at),
            style="dim" if holder.revoked_at else "",
        )
    wide_console().print(table)


@keys.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `aftercart keys list` shows.")],
    merchant: Merchant,
) -> None:
    """Make a key useless, for good. An API process may still take it for ten seconds.

    Example: aftercart keys revoke key_0123456789abcdef --merchant acme
    """
    with stated_plainly():
        with opened_records(load_settings()) as records:
            revoked = records.revoke_api_key(merchant, key_id)
        if not revoked:
            raise CommandFailed(f"{merchant} has no key {key_id} in force; `aftercart keys list` shows which it has.")
        wide_console().print(f"{key_id} opens nothing any more.")
