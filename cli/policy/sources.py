"""Where a policy on the command line comes from: a file, or a version of a shop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.failures import CommandFailed
from cli.policy.check import usable_policy
from cli.storage import opened_records
from config.settings import load_settings

if TYPE_CHECKING:
    from domain.policies import Policy

HELP = "A policy file, or a version of the shop: 3, or current."


def find_policy(wanted: str, *, merchant: str) -> Policy:
    """The policy of a file, a version by its number, or `current`. Raises CommandFailed."""
    if Path(wanted).is_file():
        return usable_policy(Path(wanted))
    if wanted != "current" and not wanted.isdecimal():
        raise CommandFailed(f"{wanted} is no file; name a policy file, the number of a version, or current.")
    with opened_records(load_settings()) as records:
        return records.reads.policy(merchant, None if wanted == "current" else int(wanted)).policy
