"""A small shop in memory: real records and workflows, fakes for payments, carrier and warehouse."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from domain.addresses import Address
from domain.cases import Actor, CaseKind, CaseRef, EventAnswer, EventKind, InboxEvent
from domain.orders import Order
from domain.policies import Policy
from domain.replacement_shipments.case import ReplacementShipment, ShipmentPurpose
from domain.returns.case import ReturnLine, ReturnRequest
from domain.returns.views import ReturnView, view_return
from domain.rma import make_rma
from records.database import SqlRecords
from records.models import ReturnClaim
from tests.builders import (
    ASKED,
    CONDITIONS,
    DOCK,
    MERCHANT,
    STOREFRONT,
    SUPERVISOR,
    a_return_line,
    decided,
    inspected,
    received,
)
from tests.fakes.carriers import FakeCarrier
from tests.fakes.clock import FakeClock
from tests.fakes.collections import FakeCollections
from tests.fakes.fulfilment import FakeFulfilment
from tests.fakes.payments import FakePayments
from tests.fakes.warehouse import FakeWarehouse
from worker import ACTIVITY_THREADS, make_worker
from workflows.gateway import CaseGateway


@dataclass
class House:
    """Everything a workflow test needs to play storefront, carrier, dock and supervisor."""

    records: SqlRecords
    env: WorkflowEnvironment
    task_queue: str = field(default_factory=lambda: f"test-{uuid.uuid4()}")
    payments: FakePayments = field(default_factory=FakePayments)
    collections: FakeCollections = field(default_factory=FakeCollections)
    carrier: FakeCarrier = field(default_factory=FakeCarrier)
    warehouse: FakeWarehouse = field(default_factory=FakeWarehouse)
    warehouses: dict[str, Address] = field(default_factory=dict)
    fulfilment: FakeFulfilment = field(default_factory=FakeFulfilment)
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def client(self) -> Client:
        """The Temporal client."""
        return self.env.client

    @property
    def gateway(self) -> CaseGateway:
        """The gateway that the API uses."""
        return CaseGateway(self.client, self.task_queue)

    @asynccontextmanager
    async def open_for_business(self) -> AsyncIterator[None]:
        """A worker runs."""
        with ThreadPoolExecutor(ACTIVITY_THREADS) as threads:
            worker = make_worker(
                self.client,
                task_queue=self.task_queue,
                records=self.records,
                payments=self.payments,
                collections=self.collections,
                carrier=self.carrier,
                warehouse=self.warehouse,
                fulfilment=self.fulfilment,
                conditions=CONDITIONS,
                threads=threads,
                warehouses=self.warehouses,
            )
            async with worker:
                yield

    def sell(self, order: Order, policy: Policy | None = None) -> None:
        """The order is on record, under the policy."""
        if policy is not None:
            self.records.put_policy(MERCHANT, policy)
        self.records.put_order(MERCHANT, order)

    def claim(
        self,
        *lines: ReturnLine,
        order_id: str = "A-1001",
        asked: datetime = ASKED,
        exception: str = "",
        **wish: Any,
    ) -> CaseRef:
        """The request is on record and not started."""
        claim = ReturnClaim(
            merchant=MERCHANT,
            idempotency_key=str(uuid.uuid4()),
            body_hash="x",
            request=ReturnRequest(order_id=order_id, lines=lines or (a_return_line(),), **wish),
            actor=STOREFRONT,
            requested_at=asked,
            claimed_at=asked,
            exception=exception,
        )
        return self.records.claim_return(claim, new_rma=fresh_rma).ref

    async def ask_for(
        self,
        *lines: ReturnLine,
        order_id: str = "A-1001",
        asked: datetime = ASKED,
        exception: str = "",
        **wish: Any,
    ) -> CaseRef:
        """The request has its first answer."""
        ref = self.claim(*lines, order_id=order_id, asked=asked, exception=exception, **wish)
        await self.gateway.open(ref)
        return ref

    def keep(
        self, ref: CaseRef, kind: EventKind, payload: dict[str, Any] | None = None, *, actor: Actor = DOCK, **more: Any
    ) -> InboxEvent:
        """The event is in the inbox."""
        now = self.clock.now()
        event = InboxEvent(
            event_id=f"evt_{uuid.uuid4().hex}",
            merchant=ref.merchant,
            rma=ref.rma,
            kind=kind,
            actor=actor,
            occurred_at=now,
            received_at=now,
            payload=payload or {},
            **more,
        )
        self.records.keep_event(event, body_hash="x")
        return event

    async def tell(self, ref: CaseRef, kind: EventKind, payload: dict[str, Any] | None = None) -> InboxEvent:
        """A machine's news is kept and signalled, and the case has taken it in."""
        event = self.keep(ref, kind, payload)
        assert await self.gateway.deliver(ref, event)
        await self.gateway.ask(ref, event)
        return event

    async def ask(
        self, ref: CaseRef, kind: EventKind, payload: dict[str, Any] | None = None, *, actor: Actor = DOCK
    ) -> EventAnswer:
        """A person's news is kept, and what they are told."""
        event = self.keep(ref, kind, payload, actor=actor, awaits_answer=True)
        return await self.gateway.ask(ref, event)

    async def take_in(self, ref: CaseRef, *units: tuple[str, int]) -> None:
        """The parcel is scanned, received and found to be as new."""
        units = units or (("1", 1),)
        await self.tell(ref, EventKind.LABEL_SCANNED)
        await self.tell(ref, EventKind.ITEM_RECEIVED, received(*units))
        await self.take_in_inspection(ref, *units)

    async def take_in_inspection(self, ref: CaseRef, *units: tuple[str, int]) -> None:
        """The inspector finds these units as new."""
        await self.ask(ref, EventKind.INSPECTION_RECORDED, inspected(*units))

    async def decide(self, ref: CaseRef, decision: str = "approve", *, actor: Actor = SUPERVISOR) -> EventAnswer:
        """A supervisor decides."""
        return await self.ask(ref, EventKind.APPROVAL_DECIDED, decided(decision), actor=actor)

    def view(self, ref: CaseRef) -> ReturnView:
        """The return as the API shows it."""
        stored = self.records.reads.return_case(ref.merchant, ref.rma)
        return view_return(stored.case, stored.progress)

    def timeline(self, ref: CaseRef) -> list[str]:
        """The names of what happened, oldest first."""
        return [entry.event for entry in self.records.reads.timeline(ref.merchant, ref.rma)]

    def handle(self, ref: CaseRef) -> WorkflowHandle[Any, Any]:
        """The workflow of the case."""
        return self.client.get_workflow_handle(ref.workflow_id)

    async def end(self, ref: CaseRef) -> ReturnView:
        """The workflow has run to its end."""
        await self.ended(ref)
        return self.view(ref)

    async def ended(self, ref: CaseRef) -> str:
        """The state that the workflow ended with; what goes back to its customer has left in one parcel."""
        ending = asyncio.ensure_future(self.handle(ref).result())
        while not (await asyncio.wait({ending}, timeout=0.1))[0]:
            for due in self.records.queues.due_claims(datetime.now(UTC) + timedelta(days=1), limit=10):
                if due.ref.kind is CaseKind.REPLACEMENT_SHIPMENT:
                    await self.gateway.open(due.ref)
            await self.send_back(ref)
        return str(await ending)

    def going_back(self, ref: CaseRef) -> tuple[ReplacementShipment, ...]:
        """The shipments that take goods of the case back to its customer and that the warehouse was told of."""
        with self.records.transaction() as tx:
            found = tx.replacement_shipments_of(ref, tx.case(ref).order_id)
        return tuple(each for each in found if each.purpose is ShipmentPurpose.GIVE_BACK and each.handed_over_at)

    async def send_back(
        self, ref: CaseRef, *units: tuple[str, int], state: str = "delivered", parcel: str = "p1"
    ) -> None:
        """A parcel with these goods, or all that is left, of each of them is now in that state, and its case knows."""
        told = [{"sku": sku, "quantity": quantity} for sku, quantity in units]
        for shipment in self.going_back(ref):
            news = {"delivery_id": parcel, "state": state, "units": told}
            kind = CaseKind.REPLACEMENT_SHIPMENT
            event = self.keep(shipment.ref, EventKind.SHIPMENT_CHANGED, news, case_kind=kind)
            if await self.gateway.deliver(shipment.ref, event):
                await until(lambda event=event: self._is_settled(event))  # type: ignore[misc]

    def _is_settled(self, event: InboxEvent) -> bool:
        kept = self.records.reads.event(event.merchant, event.event_id)
        return kept is not None and kept.answer is not None

    async def pass_time(self, ref: CaseRef, span: timedelta) -> None:
        """So much time passes for this case."""
        await self.env.fast_forward(self.handle(ref), span)


def fresh_rma() -> str:
    """Unlike that of any other test: they share one Temporal server, which never takes a workflow id twice."""
    return make_rma([secrets.randbelow(31) for _ in range(7)])


async def until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    """The condition holds within so many seconds of real time; many, since a test that passes waits for none of them."""
    for _ in range(int(seconds * 20)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to that")
