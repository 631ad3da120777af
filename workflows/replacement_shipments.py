"""The story of one replacement shipment: goods are put aside, shipped when its case says so, and followed to the door."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.fulfilment import FulfilmentSteps
    from activities.replacement_shipments import ReplacementShipmentSteps
    from domain.cases import REPLACEMENT_SHIPMENT_WORKFLOW, CaseRef, EventAnswer, WaitingFor
    from workflows import options
    from workflows.case_file import CaseFile, Late, finish
    from workflows.steps import Run, stop

ON_THE_WAY = (WaitingFor.DISPATCH, WaitingFor.DELIVERY)
# When nothing is heard for too long, the warehouse is asked before a person is.
ASK = Late(FulfilmentSteps.look, options.PROVIDER, "Ask the warehouse what became of it")


@workflow.defn(name=REPLACEMENT_SHIPMENT_WORKFLOW)
class ReplacementShipmentWorkflow:
    """A child of the case that promised the goods, which it outlives once they are on their way."""

    @workflow.init
    def __init__(self, ref: CaseRef) -> None:
        self._file = CaseFile(ref, ReplacementShipmentSteps, late=dict.fromkeys(ON_THE_WAY, ASK))

    @workflow.run
    async def run(self, ref: CaseRef) -> str:
        """The shipment's final state."""
        news = asyncio.create_task(self._file.apply_news())
        await self._file.take(ReplacementShipmentSteps.open, "Take the shipment up")
        await self._until_done(WaitingFor.STOCK, FulfilmentSteps.reserve, "Put the goods aside")
        await self._file.until_past(WaitingFor.GO_AHEAD)
        await self._until_done(WaitingFor.HANDOVER, FulfilmentSteps.ship, "Tell the warehouse to ship")
        while self._file.progress.waiting_for in (*ON_THE_WAY, WaitingFor.RELEASE):
            await self._file.until_past(*ON_THE_WAY)
            await self._until_done(WaitingFor.RELEASE, FulfilmentSteps.release, "Put the goods back on the shelf")
        await self._file.take(ReplacementShipmentSteps.close, "Close the shipment")
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

    @workflow.signal(description="What has not left is to be held back; carries an inbox event id")
    def stop_requested(self, event_id: Any) -> None:
        """News from the case that promised the goods."""
        self._file.take_news(event_id, "stop_requested")

    @workflow.signal(description="The warehouse cannot supply the rest; carries an inbox event id")
    def shortage_reported(self, event_id: Any) -> None:
        """News from the warehouse."""
        self._file.take_news(event_id, "shortage_reported")

    @workflow.update(name="apply_event", description="News whose sender awaits the answer; carries an inbox event id")
    async def apply_event(self, event_id: str, kind: str = "") -> EventAnswer:
        """What the sender of the event is told once it is applied."""
        return await self._file.answer_to(event_id, kind)

    @workflow.update(name="opened", description="Returns when the shipment is taken up")
    async def opened(self) -> None:
        """Whoever starts the story waits for this."""
        await workflow.wait_condition(lambda: self._file.is_decided)

    async def _until_done(self, wait: WaitingFor, run: Run, summary: str) -> None:
        """The warehouse has done it, or it is not wanted any more: cancelled, or its time is over."""
        if self._file.progress.waiting_for is wait:
            work = asyncio.create_task(self._file.take(run, summary, effort=options.PROVIDER))
            await self._file.until_past(wait)
            await stop(work)
