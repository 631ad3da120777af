"""A case that promises goods, as small as it can be: a return whose story does nothing but see to its replacements."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from temporalio import activity, workflow
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

with workflow.unsafe.imports_passed_through():
    from activities.failures import PortFailures
    from activities.goods_out import cancel_shipment, let_ship, plan_shipment, report_shipments
    from activities.heartbeats import Heartbeats
    from activities.steps import DeadlineStep, EventStep, Step
    from domain.cases import (
        CaseKind,
        CaseRef,
        EventAnswer,
        EventKind,
        EventOutcome,
        Letter,
        Progress,
        StepResult,
        WaitingFor,
    )
    from domain.ports import Records, Transaction
    from domain.replacement_shipments.opening import ShipmentPlan
    from domain.replacement_shipments.reports import ShipmentReport
    from domain.replacement_shipments.views import ReplacementShipmentView, view_shipment
    from domain.returns.case import ReturnCase
    from tests.builders import ASKED
    from tests.workflows.house import House
    from worker import PASSED_THROUGH, replacement_activities
    from workflows.case_file import CaseFile, finish
    from workflows.goods_out import GoodsOut
    from workflows.replacement_shipments import ReplacementShipmentWorkflow


@dataclass
class PromisingSteps:
    """Promises `plans` in the first step; an approval lets all of them ship, a cancellation takes them back."""

    records: Records
    plans: tuple[ShipmentPlan, ...] = ()
    forget_to_start: bool = False

    @activity.defn(name="promising.open")
    def open(self, step: Step) -> StepResult:
        """The promised goods are on record."""
        with self.records.transaction() as tx:
            case = tx.return_case(step.ref)
            for plan in self.plans:
                plan_shipment(tx, case, plan, at=step.at)
            return self._keep(tx, case, step)

    @activity.defn(name="promising.apply_event")
    def apply_event(self, step: EventStep) -> StepResult:
        """The shipments are told what a person said, and what they tell is on record."""
        with self.records.transaction() as tx:
            case = tx.return_case(step.ref)
            event = tx.event(step.event_id)
            assert event is not None
            if tx.event_outcome(step.event_id):
                return self._result(tx, case, step)
            tx.settle_event(step.event_id, EventOutcome.APPLIED, "applied", "")
            numbers = [each.number for each in _reports(tx, case) if each.open]
            letters: tuple[Letter, ...] = ()
            if event.kind is EventKind.APPROVAL_DECIDED:
                letters = tuple(let_ship(tx, case, number, at=step.at) for number in numbers)
            if event.kind is EventKind.CANCEL_REQUESTED:
                letters = tuple(cancel_shipment(tx, case, number, at=step.at, note="Sorry.") for number in numbers)
            return self._keep(tx, case, step).model_copy(update={"letters": letters})

    def pass_deadline(self, step: DeadlineStep) -> StepResult:
        """Only the shipments are waited for."""
        raise AssertionError(f"nothing waits for {step.waiting_for}")

    def _keep(self, tx: Transaction, case: ReturnCase, step: Step) -> StepResult:
        result = self._result(tx, case, step)
        version = tx.save_case(case, result.progress, ())
        return result.model_copy(update={"version": version})

    def _result(self, tx: Transaction, case: ReturnCase, step: Step) -> StepResult:
        reports = _reports(tx, case)
        waits = any(report.open for report in reports)
        progress = Progress(
            state="promising" if waits else "done",
            waiting_for=WaitingFor.REPLACEMENT if waits else WaitingFor.NOTHING,
            since=step.at,
            next_step="",
            shipments=() if self.forget_to_start else tuple(report.number for report in reports),
            open=waits,
        )
        return StepResult(progress=progress, version=tx.case_version(case.ref), order_id=case.order_id)


def _reports(tx: Transaction, case: ReturnCase) -> tuple[ShipmentReport, ...]:
    policy = tx.policy(case.ref.merchant, case.policy_version).policy
    return report_shipments(tx, case, policy)


@workflow.defn(name="PromisingWorkflow")
class PromisingWorkflow:
    """Starts what it promised and waits until nothing of it is open."""

    @workflow.init
    def __init__(self, ref: CaseRef) -> None:
        self._file = CaseFile(ref, PromisingSteps)
        self._goods_out = GoodsOut(self._file)

    @workflow.run
    async def run(self, ref: CaseRef) -> str:
        """The final state."""
        news = asyncio.create_task(self._file.apply_news())
        goods = asyncio.create_task(self._goods_out.follow())
        await self._file.take(PromisingSteps.open, "Promise the goods")
        await workflow.wait_condition(lambda: not self._file.progress.open)
        await self._file.all_news_applied()
        await finish(goods)
        await finish(news)
        return self._file.progress.state

    @workflow.signal
    def approval_decided(self, event_id: Any) -> None:
        """The goods may ship."""
        self._file.take_news(event_id, "approval_decided")

    @workflow.signal
    def cancel_requested(self, event_id: Any) -> None:
        """The goods must not ship."""
        self._file.take_news(event_id, "cancel_requested")

    @workflow.signal
    def replacement_changed(self, event_id: Any) -> None:
        """News of a shipment."""
        self._file.take_news(event_id, "replacement_changed")


@dataclass
class Promise:
    """A case that promised goods, with all that a test needs to play customer, warehouse and carrier."""

    house: House
    case: CaseRef
    steps: PromisingSteps

    def shipments(self) -> list[ReplacementShipmentView]:
        """Every shipment of the order, the newest first."""
        stored = self.house.records.reads.shipments.of_order(self.case.merchant, "A-1001")
        return [view_shipment(each.case, each.progress) for each in stored]

    def the_shipment(self) -> ReplacementShipmentView:
        """The one shipment there is."""
        (shipment,) = self.shipments()
        return shipment

    @property
    def ref(self) -> CaseRef:
        """The address of the one shipment."""
        return CaseRef(merchant=self.case.merchant, rma=self.the_shipment().number, kind=CaseKind.REPLACEMENT_SHIPMENT)

    @property
    def goods_key(self) -> str:
        """Under which the warehouse knows the one shipment."""
        return f"{self.ref.workflow_id}:goods"

    async def say(self, kind: EventKind) -> None:
        """A person says so to the case."""
        event = self.house.keep(self.case, kind)
        assert await self.house.gateway.deliver(self.case, event)

    async def tell(self, parcel: str, state: str, *units: tuple[str, int]) -> None:
        """The warehouse tells of a parcel, and the shipment has taken it in."""
        told = [{"sku": sku, "quantity": quantity} for sku, quantity in units]
        payload = {"delivery_id": parcel, "state": state, "units": told, "carrier": "Post", "tracking_number": "OUT-9"}
        kind = CaseKind.REPLACEMENT_SHIPMENT
        event = self.house.keep(self.ref, EventKind.SHIPMENT_CHANGED, payload, case_kind=kind)
        assert await self.house.gateway.deliver(self.ref, event)
        await self.house.gateway.ask(self.ref, event)

    async def write(self, kind: EventKind, *, awaits_answer: bool = False) -> EventAnswer:
        """What the shipment answers to news about all of it."""
        event = self.house.keep(self.ref, kind, case_kind=self.ref.kind, awaits_answer=awaits_answer)
        return await self.house.gateway.ask(self.ref, event)

    async def stands_at(self, state: str) -> ReplacementShipmentView:
        """The one shipment has come to that state."""
        await _until(lambda: bool(self.shipments()) and self.the_shipment().state == state)
        return self.the_shipment()

    async def told_to_ship(self) -> None:
        """The warehouse has taken the order to ship the one shipment."""
        await _until(lambda: bool(self.shipments()) and self.the_shipment().waiting_for is WaitingFor.DISPATCH)

    async def end(self) -> str:
        """The final state of the case, whose workflow has run to its end."""
        return str(await self.house.handle(self.case).result())


@asynccontextmanager
async def promise(house: House, *plans: ShipmentPlan, forget_to_start: bool = False) -> AsyncIterator[Promise]:
    """A running case that promised those goods, and a worker for it and its shipments."""
    steps = PromisingSteps(house.records, plans, forget_to_start)
    activities = [steps.open, steps.apply_event, *replacement_activities(house.records, house.fulfilment)]
    case = house.claim(asked=ASKED)
    with ThreadPoolExecutor(8) as threads:
        worker = Worker(
            house.client,
            task_queue=house.task_queue,
            workflows=[PromisingWorkflow, ReplacementShipmentWorkflow],
            activities=activities,
            activity_executor=threads,
            workflow_runner=SandboxedWorkflowRunner(
                restrictions=PASSED_THROUGH.with_passthrough_modules("tests", "adapters", "records", "worker")
            ),
            interceptors=[PortFailures(), Heartbeats()],
        )
        async with worker:
            await house.client.start_workflow(
                PromisingWorkflow.run, case, id=case.workflow_id, task_queue=house.task_queue
            )
            yield Promise(house, case, steps)


async def _until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    for _ in range(int(seconds * 20)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to that")
