"""The story of one payment issue: a person or a bank decides, money goes out again if it must, and it is closed."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.payment_issues import PaymentIssueSteps
    from domain.cases import PAYMENT_ISSUE_WORKFLOW, CaseRef, EventAnswer
    from workflows.case_file import CaseFile, finish
    from workflows.payouts import Payouts


@workflow.defn(name=PAYMENT_ISSUE_WORKFLOW)
class PaymentIssueWorkflow:
    """Waits for a person or the bank, then pays what they decided; rules and amounts live in `domain`."""

    @workflow.init
    def __init__(self, ref: CaseRef) -> None:
        self._file = CaseFile(ref, PaymentIssueSteps)
        self._payouts = Payouts(self._file)

    @workflow.run
    async def run(self, ref: CaseRef) -> str:
        """The issue's final state."""
        news = asyncio.create_task(self._file.apply_news())
        await self._file.take(PaymentIssueSteps.open, "Take the issue up")
        while self._file.progress.open:
            await self._payouts.settle()
            await self._file.take(PaymentIssueSteps.close, "Close the issue")
        await self._file.all_news_applied()
        await finish(news)
        return self._file.progress.state

    @workflow.signal(description="The provider told something about a payout; carries an inbox event id")
    def payout_changed(self, event_id: Any) -> None:
        """News from the provider."""
        self._file.take_news(event_id, "payout_changed")

    @workflow.signal(description="The bank said something about the dispute; carries an inbox event id")
    def dispute_changed(self, event_id: Any) -> None:
        """News from the bank."""
        self._file.take_news(event_id, "dispute_changed")

    @workflow.signal(description="A person decided what becomes of the money; carries an inbox event id")
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

    @workflow.update(name="opened", description="Returns when the issue is taken up")
    async def opened(self) -> None:
        """Whoever starts the story waits for this."""
        await workflow.wait_condition(lambda: self._file.is_decided)
