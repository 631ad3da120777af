"""The story of one replacement shipment: goods are put aside, shipped when its case says so, and followed to the door."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.fulfilment import FulfilmentSteps
    from activities.replacement_shipments import ReplacementShipmentSteps
    from activities.steps import DeadlineStep, EventStep, Step
    from domain.cases import REPLACEMENT_SHIPMENT_WORKFLOW, CaseRef, EventAnswer, StepResult, WaitingFor
    from workflows import options
    from workflows.case_file import CaseFile, finish
    from workflows.steps import Run, run_step, stop

# When nothing is heard for too long, the warehouse is asked before a person is.
ON_THE_WAY = (WaitingFor.DISPATCH, WaitingFor.DELIVERY)


@workflow.defn(name=REPLACEMENT_SHIPMENT_WORKFLOW)
class ReplacementShipmentWorkflow:
    """A child of the case that promised the goods, which it outlives once they are on their way."""

    @workflow.init
    def __init__(self, ref: CaseRef) -> None:
        self._ref = ref
        self._file = CaseFile(ref, apply=self._apply_event)

    @workflow.run
    async def run(self, ref: CaseRef) -> str:
        """The shipment's final state."""
        news = asyncio.create_task(self._file.apply_news())
        await self._take(ReplacementShipmentSteps.open, options.STEP, "Take the shipment up")
        await self._until_done(WaitingFor.STOCK, FulfilmentSteps.reserve, "Put the goods aside")
        await self._until_past(WaitingFor.GO_AHEAD)
        await self._until_done(WaitingFor.HANDOVER, FulfilmentSteps.ship, "Tell the warehouse to ship")
        await self._until_past(*ON_THE_WAY)
        await self._until_done(WaitingFor.RELEASE, FulfilmentSteps.release, "Put the goods back on the shelf")
        await self._take(ReplacementShipmentSteps.close, options.STEP, "Close the shipment")
        await self._file.all_news_applied()
        await finish(news)
        return self._file.progress.state

    @workflow.signal(description="The warehouse told something about a parcel; carries an inbox event id")
    def shipment_changed(self, event_id: Any) -> None:
        """News from the warehouse."""
        self._file.take_news(event_id, "shipment_changed")

    @workflow.signal(description="The goods may leave the warehouse; carries an inbox event id")
    def ship_requested(self, event_id: Any) -> None:
        """News from the case that promised the goods."""
        self._file.take_news(event_id, "ship_requested")

    @workflow.signal(description="The goods must not leave the warehouse; carries an inbox event id")
    def cancel_requested(self, event_id: Any) -> None:
        """News from the case that promised the goods, or from a person."""
        self._file.take_news(event_id, "cancel_requested")

    @workflow.update(name="apply_event", description="News whose sender awaits the answer; carries an inbox event id")
    async def apply_event(self, event_id: str, kind: str = "") -> EventAnswer:
        """What the sender of the event is told once it is applied."""
        return await self._file.answer_to(event_id, kind)

    @workflow.update(name="opened", description="Returns when the shipment is taken up")
    async def opened(self) -> None:
        """Whoever starts the story waits for this."""
        await workflow.wait_condition(lambda: self._file.is_decided)

    async def _apply_event(self, event_id: str, summary: str) -> StepResult:
        step = EventStep(ref=self._ref, at=workflow.now(), event_id=event_id)
        return await run_step(ReplacementShipmentSteps.apply_event, step, options.STEP, summary)

    async def _until_done(self, wait: WaitingFor, run: Run, summary: str) -> None:
        """The warehouse has done it, or it is not wanted any more: cancelled, or its time is over."""
        if self._file.progress.waiting_for is wait:
            work = asyncio.create_task(self._take(run, options.PROVIDER, summary))
            await self._until_past(wait)
            await stop(work)

    async def _until_past(self, *waits: WaitingFor) -> None:
        await self._file.until_past(*waits, pass_deadline=self._pass_deadline)

    async def _pass_deadline(self, waiting_for: WaitingFor) -> StepResult:
        step = DeadlineStep(ref=self._ref, at=workflow.now(), waiting_for=waiting_for)
        if waiting_for in ON_THE_WAY:
            return await run_step(FulfilmentSteps.look, step, options.PROVIDER, "Ask the warehouse what became of it")
        summary = f"Deadline passed: {waiting_for}"
        return await run_step(ReplacementShipmentSteps.pass_deadline, step, options.STEP, summary)

    async def _take(self, run: Run, effort: options.Effort, summary: str) -> None:
        """The step is done and its result is where the shipment stands."""
        step = Step(ref=self._ref, at=workflow.now())
        self._file.note(await run_step(run, step, effort, summary))
