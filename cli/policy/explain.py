"""`aftercart policy explain`: why a request was decided so, or how one would be decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from cli.consoles import wide_console
from cli.demo_shop import DEMO_MERCHANT
from cli.failures import CommandFailed, stated_plainly
from cli.policy.sources import HELP, find_policy
from cli.storage import opened_records
from config.settings import load_settings

if TYPE_CHECKING:
    from domain.policies import LineDecision, TableDecision
    from domain.returns.case import Eligibility

SHOWN_ON_REQUEST = "inputs"


def explain(
    rma: Annotated[str, typer.Argument(help="The RMA number of a stored return.")] = "",
    file: Annotated[
        Path | None,
        typer.Option(
            help="YAML or JSON with `order`, `lines` and `asked_at`, as the API takes them, instead of a return."
        ),
    ] = None,
    policy: Annotated[str, typer.Option(help=f"{HELP} Used with --file.")] = "current",
    merchant: Annotated[str, typer.Option(help="The shop.")] = DEMO_MERCHANT,
    inputs: Annotated[bool, typer.Option("--inputs", help="Show every fact that conditions were asked about.")] = False,
) -> None:
    """Say which rules decided a request, which did not and what they lacked, and what would change it.

    Example: aftercart policy explain --file request.yaml --policy acme.yaml
    """
    console = wide_console()
    with stated_plainly():
        if bool(rma) == (file is not None):
            raise CommandFailed("Name the RMA number of a return, or --file with a request.")
        found = _decide(file, policy, merchant) if file is not None else _stored(rma, merchant)
        for line in tell_decision(found, inputs=inputs):
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def tell_decision(found: Eligibility, *, inputs: bool) -> Iterator[str]:
    """The decision in lines of text: the verdict, then each line of the request with its tables."""
    yield f"The request is {found.verdict.replace('_', ' ')}."
    for finding in found.findings:
        yield f"  {finding.policy_rule or finding.rule}: {finding.detail} {finding.way_out}"
    if found.decision is None:
        return
    version = f"version {found.decision.policy_version}" if found.decision.policy_version else "not on record"
    yield f"Decided by policy {found.decision.policy} ({version}), asked at {found.decision.asked_at:%Y-%m-%d %H:%M} UTC."
    for line in found.decision.lines:
        yield from _tell_line(line, inputs=inputs)


def _tell_line(line: LineDecision, *, inputs: bool) -> Iterator[str]:
    yield ""
    until = f", returnable until {line.returnable_until:%Y-%m-%d %H:%M} UTC" if line.returnable_until else ""
    yield f"Line {line.line_id}: {line.verdict.replace('_', ' ')}{until}"
    if inputs:
        yield from (f"  {name}: {value}" for name, value in sorted(line.inputs.items()))
    for table in line.tables:
        yield from _tell_table(table)
    yield from (f"  law: {overruled}" for overruled in line.overruled)
    yield from (f"  otherwise: {change}" for change in line.would_change_it)


def _tell_table(table: TableDecision) -> Iterator[str]:
    why = f" since {table.when}" if table.when else ""
    yield (
        f"  {table.table}: {table.rule}{why} gives {_say(table.then)}"
        if table.rule
        else f"  {table.table}: no rule fits"
    )
    if table.problem:
        yield f"    {table.problem}"
    for miss in table.passed_over:
        yield f"    not {miss.rule}: {' and '.join(miss.unmet)}"
    nearest = table.nearest_miss
    if nearest is not None and len(table.passed_over) > 1:
        yield f"    nearest miss: {nearest.rule}"


def _say(then: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in then.items()) or "nothing special"


def _stored(rma: str, merchant: str) -> Eligibility:
    from domain.rma import MalformedRma, parse_rma

    with opened_records(load_settings()) as records:
        try:
            found = records.reads.return_case(merchant, parse_rma(rma)).case.eligibility
        except MalformedRma as malformed:
            raise CommandFailed(f"{malformed}.") from None
    if found is None:
        raise CommandFailed(f"The return {rma} is not decided yet.")
    return found


def _decide(file: Path, wanted: str, merchant: str) -> Eligibility:
    """The decision on a made-up request: nothing is stored."""
    from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

    from adapters import wiring
    from domain.orders import Order
    from domain.returns.case import ReturnLine
    from domain.returns.eligibility import decide_eligibility

    class Asked(BaseModel):
        """A request with its order."""

        model_config = ConfigDict(extra="forbid")

        order: Order
        lines: tuple[ReturnLine, ...]
        asked_at: AwareDatetime

    try:
        asked = Asked.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise CommandFailed(f"{file}: {error}") from None
    policy = find_policy(wanted, merchant=merchant)
    return decide_eligibility(
        asked.order, asked.lines, policy=policy, conditions=wiring.conditions(), taken={}, now=asked.asked_at
    )
