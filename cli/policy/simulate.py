"""`aftercart policy simulate`: another policy over the requests of the past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cli.consoles import open_console, wide_console
from cli.demo_shop import DEMO_MERCHANT
from cli.failures import stated_plainly
from cli.policy.check import usable_policy
from cli.policy.simulation import print_simulation
from cli.progress import shown_progress
from cli.storage import opened_records
from config.settings import load_settings

if TYPE_CHECKING:
    from domain.policies import Policy
    from domain.simulation import SimulatedCase, Simulation
    from records.database import SqlRecords


def simulate(
    file: Annotated[Path, typer.Argument(help="The policy to try out.")],
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Requests from this day on (UTC).")],
    merchant: Annotated[str, typer.Option(help="The shop whose requests they are.")] = DEMO_MERCHANT,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Try a policy out on the requests of the past: who would be refused, who would get less, and what it costs.

    Each request is compared with the policy that it was decided under. The same requests and files give the same
    output, byte for byte. Nothing is changed.

    Example: aftercart policy simulate acme.yaml --since 2026-01-01 --merchant acme
    """
    with stated_plainly():
        wanted = usable_policy(file)
        with opened_records(load_settings()) as records:
            found = run_simulation(records, wanted, merchant=merchant, since=since, progress=open_console(stderr=True))
        if as_json:
            print(found.model_dump_json(indent=2))
        else:
            print_simulation(found, wide_console())


def run_simulation(
    records: SqlRecords, wanted: Policy, *, merchant: str, since: datetime, progress: Console
) -> Simulation:
    """The policy over every request of the shop since then; how far it is goes to `progress`."""
    from datetime import UTC

    from domain.simulation import sum_up

    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    total = records.policy_book.count_requests(merchant, since)
    with shown_progress(progress, "Deciding again", total) as advance:
        return sum_up(wanted.name, _simulated(records, wanted, merchant, since, advance))


def _simulated(
    records: SqlRecords, wanted: Policy, merchant: str, since: datetime, advance: object
) -> Iterator[SimulatedCase | None]:
    from adapters import wiring
    from domain.simulation import simulate_case

    conditions = wiring.conditions()
    policies: dict[int, Policy] = {}
    assert callable(advance), "told how far it is"
    for batch in records.policy_book.past_requests(merchant, since):
        for case, order in batch:
            version = case.policy_version
            if version not in policies:
                policies[version] = records.reads.policy(merchant, version).policy
            yield simulate_case(case, order, before=policies[version], after=wanted, conditions=conditions)
        advance(len(batch))
