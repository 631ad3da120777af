"""The process of dispatch: a list of loops, started together, each isolated from the failures of the others."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable
from datetime import timedelta

import httpx2
import structlog

from activities.payment_events import PaymentEventSteps
from activities.promises import PromiseSteps
from adapters import wiring
from adapters.clock import SystemClock
from adapters.temporal import connect
from config.readiness import say_ready
from config.settings import Settings
from dispatch.claim_sweep import ClaimSweep
from dispatch.inbox_pump import InboxPump
from dispatch.ledger_check import LedgerCheck
from dispatch.loops import LoopRunner
from dispatch.outbox_sender import OutboxSender
from dispatch.payment_events import PaymentEventPump
from dispatch.promise_watch import PromiseWatch
from dispatch.reconciliation import SETTLED_FOR, Reconciliation
from dispatch.stories import CaseStories
from domain.ports import Clock
from records.database import SqlRecords, open_records
from records.models import Loop
from workflows.gateway import CaseGateway

log = structlog.get_logger()

# How soon a loop looks again when nothing was due; each look is one cheap read.
PAUSE = timedelta(seconds=1)
A_DAY = timedelta(days=1)


def make_loops(
    settings: Settings, records: SqlRecords, stories: CaseStories, client: httpx2.AsyncClient, clock: Clock
) -> list[LoopRunner]:
    """Every loop of dispatch."""
    events = PaymentEventSteps(records, wiring.payments(settings), wiring.collections(settings))
    turns = {
        Loop.INBOX: InboxPump(records, stories, clock).turn,
        Loop.CLAIMS: ClaimSweep(records, stories, clock).turn,
        Loop.PAYMENT_EVENTS: PaymentEventPump(records, events, clock).turn,
        Loop.PROMISES: PromiseWatch(records, PromiseSteps(records), clock).turn,
        Loop.OUTBOX: OutboxSender(records, settings.webhooks, client, clock).turn,
    }
    loops = [LoopRunner(loop, turn, PAUSE, records.queues, clock) for loop, turn in turns.items()]
    reconcile = Reconciliation(records, stories, clock).turn
    nightly = LoopRunner(Loop.RECONCILIATION, reconcile, A_DAY, records.queues, clock, first_after=SETTLED_FOR)
    check = LedgerCheck(records, wiring.payment_statements(settings), clock).turn
    ledger = LoopRunner(Loop.LEDGER, check, A_DAY, records.queues, clock, first_after=SETTLED_FOR)
    return [*loops, nightly, ledger]


async def serve(settings: Settings) -> None:
    """The loops run until SIGTERM or SIGINT; the turns that are on are finished first."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    records = open_records(settings.database_url.get_secret_value())
    try:
        await _serve_until(stopped, settings, records)
    finally:
        records.close()
        # A Temporal client that is still there when the interpreter ends may crash it (sdk-python#300).
        gc.collect()
        log.info("dispatch.stopped")


async def _serve_until(stopped: asyncio.Event, settings: Settings, records: SqlRecords) -> None:
    # Lazy: dispatch starts while Temporal is down, and goes on with what needs no Temporal.
    stories = CaseGateway(await connect(settings, lazy=True), settings.temporal.task_queue)
    async with httpx2.AsyncClient() as client:
        loops = make_loops(settings, records, stories, client, SystemClock())
        await run_loops(loops, stopped, on_running=lambda: say_ready(settings, "dispatch"))


async def run_loops(loops: list[LoopRunner], stopped: asyncio.Event, *, on_running: Callable[[], None]) -> None:
    """All loops run; `on_running` is called once they do."""
    async with asyncio.TaskGroup() as together:
        for loop in loops:
            together.create_task(loop.run(stopped), name=str(loop.loop))
        on_running()
        log.info("dispatch.running", loops=[str(loop.loop) for loop in loops])
