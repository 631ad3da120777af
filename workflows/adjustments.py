"""The story of one adjustment: it is worked out, people decide where they must, money goes out, and it is closed."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.adjustments import AdjustmentSteps
    from domain.cases import ADJUSTMENT_WORKFLOW, CaseRef, EventAnswer
    from workflows.case_file import CaseFile, finish
    from workflows.payouts import Payouts


@workflow.defn(name=ADJUSTMENT_WORKFLOW)
class AdjustmentWorkflow:
    """Waits for people where it must, then pays what is owed; rules and amounts live in `domain`."""

    @workflow.init
    def __init__(self, ref: CaseRef) -> None:
        self._file = CaseFile(ref, AdjustmentSteps)
        self._payouts = Payouts(self._file)

    @workflow.run
    async def run(self, ref: CaseRef) -> str:
        """The adjustment's final state."""
        news = asyncio.create_task(self._file.apply_news())
        await self._file.take(AdjustmentSteps.open, "Work out what it comes to")
        while self._file.progress.open:
            await self._payouts.settle()
            await self._file.take(AdjustmentSteps.close, "Close the adjustment")
        await self._file.all_news_applied()
        await finish(news)
        return self._file.progress.state

    @workflow.signal(description="The provider told something about a payout; carries an inbox event id")
    def payout_changed(self, event_id: Any) -> None:
        """News from the provider."""
        self._file.take_news(event_id, "payout_changed")

    @workflow.signal(description="A supervisor decided; carries an inbox event id")
    def approval_decided(self, event_id: Any) -> None:
        """News from a supervisor."""
        self._file.take_news(event_id, "approval_decided")

    @workflow.signal(description="A person settled what was paid too much; carries an inbox event id")
    def resolution_decided(self, event_id: Any) -> None:
        """News from a person."""
        self._file.take_news(event_id, "resolution_decided")

    @workflow.signal(description="Somebody paid outside; carries an inbox event id")
    def manual_refund_recorded(self, event_id: Any) -> None:
        """News from whoever paid."""
        self._file.take_news(event_id, "manual_refund_recorded")

    @workflow.signal(description="A second person confirmed or refused that; carries an inbox event id")
    def manual_refund_decided(self, event_id: Any) -> None:
        """News from the second person."""
        self._file.take_news(event_id, "manual_refund_decided")

    @workflow.update(name="apply_event", description="News whose sender awaits the answer; carries an inbox event id")
    async def apply_event(self, event_id: str, kind: str = "") -> EventAnswer:
        """What the sender of the event is told once it is applied."""
        return await self._file.answer_to(event_id, kind)

    @workflow.update(name="opened", description="Returns when what it comes to is on record")
    async def opened(self) -> None:
        """Whoever asked for it waits for this."""
        await workflow.wait_condition(lambda: self._file.is_decided)
