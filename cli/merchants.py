"""`aftercart merchants`: the shops of this installation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from cli.consoles import wide_console
from cli.failures import CommandFailed, stated_plainly
from cli.storage import opened_records
from config.settings import load_settings

# It is part of workflow ids and log lines, and typed by people.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

merchants = typer.Typer(
    help="The shops of this installation.\n\nExample: aftercart merchants add acme --policy acme.yaml",
    no_args_is_help=True,
)


@merchants.callback()
def _group() -> None:
    """Keeps `add` a command of its own while it is the only one."""


@merchants.command()
def add(
    name: Annotated[str, typer.Argument(help="A short name: small letters, digits, - and _.")],
    policy: Annotated[Path, typer.Option(help="Its policy; config/policies/default.yaml is one to begin with.")],
) -> None:
    """Make a shop known, with the policy by which its returns are judged. Its first API key comes next.

    A shop that is known already keeps the policy that it has.

    Example: aftercart merchants add acme --policy acme.yaml
    """
    from config.policies import PolicyFileError, load_policy
    from domain.errors import UnknownPolicy

    console = wide_console()
    with stated_plainly():
        if not NAME.fullmatch(name):
            raise CommandFailed(f"{name!r} cannot be the name of a shop: small letters, digits, - and _, at most 64.")
        try:
            wanted = load_policy(policy)
        except (PolicyFileError, OSError) as error:
            raise CommandFailed(str(error)) from None
        with opened_records(load_settings()) as records:
            try:
                version = records.reads.policy(name)
            except UnknownPolicy:
                version = records.put_policy(name, wanted)
            else:
                if version.policy != wanted:
                    raise CommandFailed(
                        f"{name} is known already and works under policy version {version.version}, which is another one "
                        "than this file's. Nothing was changed."
                    )
    console.print(f"{name} works under policy version {version.version} ({version.policy.name}).")
    console.print(f"Its first key: aftercart keys add --merchant {name} --role admin --name NAME")
