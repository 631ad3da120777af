"""`aftercart policy list`, `stage` and `activate`: the versions of a shop's rules."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.consoles import wide_console
from cli.demo_shop import DEMO_MERCHANT
from cli.failures import CommandFailed, stated_plainly
from cli.policy.check import usable_policy
from cli.storage import opened_records
from cli.tables import plain_table
from config.settings import load_settings

Shop = Annotated[str, typer.Option("--merchant", help="The shop.")]
By = Annotated[str, typer.Option("--by", help="Who does it; left out: your login on this machine.")]
From = Annotated[
    datetime | None,
    typer.Option(
        "--from", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="From when on it holds (UTC); left out: at once."
    ),
]


def list_versions(merchant: Shop = DEMO_MERCHANT) -> None:
    """List the versions of a shop's policy, newest first: staged, scheduled, in force, past.

    Example: aftercart policy list --merchant acme
    """
    from domain.policies.versions import in_force, state_of

    with stated_plainly(), opened_records(load_settings()) as records:
        now = _now()
        found = records.policy_book.versions(merchant)
        current = in_force(found, now)
        table = plain_table("version", "name", "state", "from", "staged by", "activated by", "note")
        for each in found:
            starts = "always" if each.effective_from.year == 1970 else f"{each.effective_from:%Y-%m-%d %H:%M} UTC"
            state = state_of(each, current, now).replace("_", " ")
            people = (each.staged_by, each.activated_by)
            table.add_row(str(each.version), each.policy.name, state, starts, *people, each.note)
        if not found:
            raise CommandFailed(f"{merchant} has no policy: aftercart merchants add {merchant} --policy FILE")
        wide_console().print(table)


def stage(
    file: Annotated[Path, typer.Argument(help="The policy file.")],
    merchant: Shop = DEMO_MERCHANT,
    starts: From = None,
    note: Annotated[str, typer.Option(help="Why, for those who read the list.")] = "",
    by: By = "",
) -> None:
    """Check a policy and keep it as the shop's newest version; nothing is judged by it until it is activated.

    Example: aftercart policy stage acme.yaml --merchant acme --from 2026-12-01
    """
    with stated_plainly():
        policy = usable_policy(file)
        with opened_records(load_settings()) as records:
            # A shop must be known, else a typing mistake in its name would make one.
            records.reads.policy(merchant)
            record, is_new = records.policy_book.stage(
                merchant,
                policy,
                staged_by=_person(by),
                effective_from=_utc(starts) or _now(),
                note=note,
            )
        if not is_new:
            wide_console().print(f"Version {record.version} of {merchant} is this very document; nothing was staged.")
            return
        wide_console().print(f"Version {record.version} of {merchant} is staged.")
        wide_console().print(f"What it changes: aftercart policy diff current {record.version} --merchant {merchant}")
        wide_console().print(f"In force with:   aftercart policy activate {record.version} --merchant {merchant}")


def activate(
    version: Annotated[int, typer.Argument(min=1, help="The number of the version.")],
    merchant: Shop = DEMO_MERCHANT,
    starts: From = None,
    by: By = "",
) -> None:
    """Put a staged version in force. Every case keeps the version under which it was opened.

    Example: aftercart policy activate 3 --merchant acme
    """
    from domain.policies.versions import Activation

    settings = load_settings()
    with stated_plainly(), opened_records(settings) as records:
        wish = Activation(
            person=_person(by),
            now=_now(),
            effective_from=_utc(starts),
            four_eyes=settings.policies.four_eyes,
        )
        record, refusal = records.policy_book.activate(merchant, version, wish)
        if refusal is not None:
            raise CommandFailed(refusal.detail)
        wide_console().print(
            f"Version {version} of {merchant} holds from {record.effective_from:%Y-%m-%d %H:%M} UTC on."
        )


def _now() -> datetime:
    from adapters import wiring

    return wiring.clock().now()


def _person(by: str) -> str:
    return (by or getpass.getuser()).casefold()


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
