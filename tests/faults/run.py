"""A whole run: a system of its own, a plan played on it with workers dying, and the figures that are left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import as_completed as completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict
from rich.console import Console

from adapters import wiring
from cli.demo_shop import DEMO_MERCHANT
from cli.first_start import prepare
from cli.parts import Part
from cli.progress import shown_progress
from cli.replay.callers import Callers
from cli.sandbox_webhooks import send_to_api
from cli.stack import Stack
from config.settings import Settings
from domain.errors import UnknownCase
from records.database import SqlRecords, open_records
from tests.crash.gate import Gate, serving
from tests.faults.audit import Audit, audit
from tests.faults.control import Control
from tests.faults.crew import WORKER, Crew, Killer, killing
from tests.faults.forgetting import forgetting
from tests.faults.plan import Plan
from tests.faults.player import Played, Players
from tests.faults.troubles import Trouble, trouble_of

# Most of them wait: for a timeout, for a late webhook, or for the work of a worker that died.
AT_THE_SAME_TIME = 32
WEBHOOKS_WITHIN_SECONDS = 60.0


class Figures(BaseModel):
    """What a run did and what is left of it; `differences` and `struck_nobody` are 0 and empty when all is well."""

    model_config = ConfigDict(frozen=True)

    seed: int
    plan: str
    returns: int
    payouts: dict[str, int]
    provider_refunds: int
    payment_issues: int
    fates: dict[str, int]
    troubles: dict[str, int]
    struck_nobody: int
    webhooks: dict[str, int]
    keys_forgotten: int = 0
    workers_killed: int
    boundaries: list[str]
    settled_minor: dict[str, int]
    provider_minor: dict[str, int]
    differences: list[str]
    seconds: float


@dataclass(frozen=True)
class Scene:
    """A running system with two workers, and everybody who acts on it."""

    players: Players
    killer: Killer
    crew: Crew
    stack: Stack


def run(plan: Plan, settings: Settings, console: Console) -> Figures:
    """The plan was played on a system of its own, in the data folder of the settings."""
    began = time.monotonic()
    with a_scene(settings, console) as scene:
        with forgetting(scene.players.control) as forgetful:
            played = _play(plan, scene, console)
        control, records = scene.players.control, scene.players.records
        late = _await_webhooks(control, records)
        standings = [(one, scene.players.standing(one)) for one in played if one.rma]
        refunds = control.state("refunds")
        found = audit(standings, refunds, records, wiring.payment_statements(settings))
        found.differences[:0] = [*(one.problem for one in played if one.problem), *late]
        if scene.killer.problem:
            found.differences.append(scene.killer.problem)
        figures = _figures(plan, scene, found, played, refunds=len(refunds), seconds=time.monotonic() - began)
        return figures.model_copy(update={"keys_forgotten": forgetful.keys})


@contextmanager
def a_scene(settings: Settings, console: Console) -> Iterator[Scene]:
    """Everything runs, two workers at the gate; all of it ends with this."""
    records = open_records(settings.database_url.get_secret_value())
    gate = Gate(settings.sandbox.address, lambda number: _order_of(records, number))
    with ExitStack() as everything:
        everything.callback(records.close)
        environment = everything.enter_context(pytest.MonkeyPatch.context())
        environment.setenv("FAULTS_GATE", everything.enter_context(serving(gate)))
        stack = everything.enter_context(Stack(settings, commands={Part.WORKER: WORKER}))
        crew = Crew(stack)
        everything.callback(crew.stop_second)
        crew.start_second()
        console.print("Everything runs, with two workers.")
        provider_key = settings.stripe.secret_key.get_secret_value()
        callers = Callers(
            settings.api.address, prepare(settings), provider=settings.stripe.api_base, provider_key=provider_key
        )
        control = everything.enter_context(Control(settings.sandbox.address))
        players = Players(everything.enter_context(callers), control, records, gate)
        yield Scene(players, everything.enter_context(killing(crew, gate)), crew, stack)


def _order_of(records: SqlRecords, number: str) -> str:
    try:
        return records.reads.return_case(DEMO_MERCHANT, number).case.order_id
    except UnknownCase:
        return records.reads.money.payment_issue(DEMO_MERCHANT, number).case.order_id


def _play(plan: Plan, scene: Scene, console: Console) -> list[Played]:
    players, settings = scene.players, scene.stack.settings
    with ThreadPoolExecutor(AT_THE_SAME_TIME) as pool:
        # What a shop sold before it came to us has been told to somebody else.
        players.control.silence_webhooks()
        sold = list(pool.map(players.sell, plan.returns))
        send_to_api(settings)
        with shown_progress(console, "Refunding", plan.refunds) as advance:
            jobs = {pool.submit(players.play, one): one for one in sold}
            for job in completed(jobs):
                advance(job.result().planned.refunds)
    return sold


def _await_webhooks(control: Control, records: SqlRecords) -> list[str]:
    """Every webhook was taken and applied; what was not is named."""
    give_up = time.monotonic() + WEBHOOKS_WITHIN_SECONDS
    while True:
        undelivered = [each["event_id"] for each in control.deliveries() if not each["done"]]
        ever = datetime.now(UTC) + timedelta(days=1)
        waiting = [kept.event.event_id for kept in records.queues.due_payment_events(ever, limit=1000)]
        untold = [due.event.event_id for due in records.queues.due_events(datetime.now(UTC), limit=1000)]
        left = [*undelivered, *waiting, *untold]
        if not left or time.monotonic() > give_up:
            return [f"event {event_id} was never applied" for event_id in left]
        time.sleep(1)


def _figures(
    plan: Plan, scene: Scene, found: Audit, played: Sequence[Played], *, refunds: int, seconds: float
) -> Figures:
    control = scene.players.control
    faults = [seen["fault"] for seen in control.requests() if seen["fault"]]
    struck = Counter((str(fault["about"]), trouble_of(fault)) for fault in faults)
    struck_nobody = (_planned_troubles(played) - struck).total()
    planned_kills = {str(one.kill) for one in plan.returns if one.kill}
    boundaries = sorted(str(point) for point in scene.killer.killed)
    differences = [*found.differences, *(f"nobody died {kill}" for kill in sorted(planned_kills - set(boundaries)))]
    if struck_nobody:
        differences.append(f"{struck_nobody} troubles struck nobody")
    return Figures(
        seed=plan.seed,
        plan=plan.digest,
        returns=len(plan.returns),
        payouts=_sorted(found.payouts),
        provider_refunds=refunds,
        payment_issues=found.issues,
        fates=_sorted(Counter(str(each.fate) for one in plan.returns for each in one.payments[1:])),
        troubles=_sorted(Counter(str(trouble) for _, trouble in struck.elements())),
        struck_nobody=struck_nobody,
        webhooks=_count_webhooks([told for told in control.deliveries() if told["vendor"] == "stripe"]),
        workers_killed=scene.crew.deaths,
        boundaries=boundaries,
        settled_minor=_sorted(found.settled_minor),
        provider_minor=_sorted(found.provider_minor),
        differences=differences,
        seconds=round(seconds, 1),
    )


def _planned_troubles(played: Sequence[Played]) -> Counter[tuple[str, Trouble]]:
    return Counter(
        (one.references[payment.payment_id], trouble)
        for one in played
        for payment in one.planned.payments
        for trouble in payment.troubles
    )


def _count_webhooks(deliveries: Sequence[dict[str, Any]]) -> dict[str, int]:
    """`overtaken`: its refund had a later event that was due earlier; `again` was not taken at the first try."""
    overtaken, earliest = 0, dict[str, float]()
    for each in reversed(deliveries):
        about = str(each["body"]["data"]["object"]["id"])
        overtaken += each["due_at"] > earliest.get(about, each["due_at"])
        earliest[about] = min(each["due_at"], earliest.get(about, each["due_at"]))
    events = len({each["event_id"] for each in deliveries})
    return {
        "events": events,
        "duplicates": len(deliveries) - events,
        "overtaken": overtaken,
        "again": sum(each["attempts"] > 1 for each in deliveries),
    }


def _sorted(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items()))
