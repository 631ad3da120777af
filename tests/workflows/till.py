"""A story that takes money, a worker that runs it, and what its customer and its provider do."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.collections import CollectionSteps
from activities.failures import PortFailures
from activities.heartbeats import Heartbeats
from activities.payment_events import PaymentEventSteps
from domain.cases import CaseRef
from domain.collection_answers import order_of
from domain.collections import Collection, CollectionKind, CollectionState
from domain.ledger_port import PaymentEventKept
from domain.payment_events import PaymentEvent, PaymentEventKind
from tests.builders import MERCHANT, an_order
from tests.workflows.collecting import CollectingSteps, CollectingWorkflow, Plan
from tests.workflows.house import House, until
from worker import ACTIVITY_THREADS, PASSED_THROUGH

DAY = timedelta(days=1)
HOLD = CollectionKind.HOLD
_ids = itertools.count(1)


class Till:
    """A story under way, and what its customer and provider do."""

    def __init__(self, house: House, ref: CaseRef) -> None:
        self.house = house
        self.ref = ref
        self.events = PaymentEventSteps(house.records, house.payments, house.collections)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """Its workflow."""
        return self.house.client.get_workflow_handle(self.ref.workflow_id)

    def collections(self) -> list[Collection]:
        """Its collections as the ledger knows them."""
        found = self.house.records.reads.money.collections(MERCHANT, "A-1001")
        return [each.collection for each in found if each.rma == self.ref.rma]

    def states(self) -> list[str]:
        """Their states, by number."""
        return [str(each.state) for each in self.collections()]

    async def until_states(self, *states: CollectionState) -> None:
        """It has come to these states, and the case shows them."""
        await until(lambda: self.states() == [str(state) for state in states])
        await until(lambda: self._shown() == self.collections())

    async def confirm(self, number: int = 1) -> PaymentEventKept:
        """The customer confirms in the browser, and the provider tells."""
        collection = self.collections()[number - 1]
        made = self.house.collections.confirm(collection.key)
        kind = (
            PaymentEventKind.COLLECTION_AUTHORIZED if collection.kind is HOLD else PaymentEventKind.COLLECTION_CAPTURED
        )
        return await self.tell(kind, collection, amount=made.amount)

    async def tell(self, kind: PaymentEventKind, collection: Collection, **more: Any) -> PaymentEventKept:
        """The event is kept, applied, and the case has heard of it."""
        order = order_of(self.ref, collection)
        values: dict[str, Any] = {"amount": order.amount, "reference": collection.provider_reference, "key": order.key}
        event = PaymentEvent(
            provider="stripe",
            event_id=f"evt_till_{next(_ids)}",
            merchant=MERCHANT,
            kind=kind,
            name=str(kind),
            occurred_at=datetime.now(UTC),
            **(values | more),
        )
        self.house.records.keep_payment_event(event)
        self.events.apply(event.provider, event.event_id, at=datetime.now(UTC))
        for due in self.house.records.queues.due_events(datetime.now(UTC) + DAY, limit=10):
            assert await self.house.gateway.deliver(due.event.ref, due.event)
            await self.house.gateway.ask(due.event.ref, due.event)
        kept = self.house.records.reads.money.payment_events(MERCHANT)
        return next(each for each in kept if each.event.event_id == event.event_id)

    async def pass_time(self, span: timedelta) -> None:
        """So much time passes, for the story and for its provider."""
        self.house.collections.now += span
        await self.house.env.fast_forward(self.handle, span)

    async def end(self) -> list[str]:
        """The states at its end."""
        await self.handle.result()
        return self.states()

    def _shown(self) -> list[Collection]:
        return list(self.house.records.reads.return_case(MERCHANT, self.ref.rma).case.collections)


@asynccontextmanager
async def a_till(house: House, **plan: Any) -> AsyncIterator[Till]:
    """A worker runs, and a story has begun."""
    house.sell(an_order())
    till = Till(house, house.claim())
    async with a_worker(house):
        await begin(till, **plan)
        yield till


@asynccontextmanager
async def a_worker(house: House) -> AsyncIterator[None]:
    """A worker for the small story."""
    own, money = CollectingSteps(house.records), CollectionSteps(house.records, house.collections)
    with ThreadPoolExecutor(ACTIVITY_THREADS) as threads:
        async with Worker(
            house.client,
            task_queue=house.task_queue,
            workflows=[CollectingWorkflow],
            activities=[
                *(own.ask, own.settle, own.withdraw, own.apply_event),
                *(money.request, money.capture, money.release, money.expire, money.renew),
            ],
            activity_executor=threads,
            workflow_runner=SandboxedWorkflowRunner(restrictions=PASSED_THROUGH),
            interceptors=[PortFailures(), Heartbeats()],
        ):
            yield


async def begin(till: Till, **plan: Any) -> None:
    """The story of that plan has begun."""
    await till.house.client.start_workflow(
        CollectingWorkflow.run,
        Plan(ref=till.ref, at=datetime.now(UTC), **plan),
        id=till.ref.workflow_id,
        task_queue=till.house.task_queue,
    )
