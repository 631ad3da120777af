"""The story of one claim: it is decided, goods are fetched where they must be, and what was approved is given."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.claims import ClaimSteps
    from domain.cases import CLAIM_WORKFLOW, CaseRef, EventAnswer, WaitingFor
    from workflows.case_file import CaseFile, finish
    from workflows.goods_back import WayBack
    from workflows.goods_out import GoodsOut
    from workflows.payouts import Payouts

# Somebody says something first: who decides or confirms, the customer who is asked, or the one who was denied.
PEOPLE = (WaitingFor.REVIEW, WaitingFor.EVIDENCE, WaitingFor.APPROVAL, WaitingFor.CONFIRMATION, WaitingFor.APPEAL)


@workflow.defn(name=CLAIM_WORKFLOW)
class ClaimWorkflow:
    """Waits for people, for goods that are asked for, for money and for a replacement; rules live in `domain`."""

    @workflow.init
    def __init__(self, ref: CaseRef) -> None:
        self._file = CaseFile(ref, ClaimSteps)
        self._payouts = Payouts(self._file)
        self._goods = WayBack(self._file)
        self._replacements = GoodsOut(self._file)

    @workflow.run
    async def run(self, ref: CaseRef) -> str:
        """The claim's final state."""
        news = asyncio.create_task(self._file.apply_news())
        replacements = asyncio.create_task(self._replacements.follow())
        await self._file.take(ClaimSteps.open, "Decide by policy, reserve the units")
        while self._file.progress.open:
            await self._file.until_past(*PEOPLE)
            await self._fetch_goods()
            await self._payouts.settle()
            await self._file.until_past(WaitingFor.REPLACEMENT)
            await self._goods.put_away()
            await self._goods.go_back()
            await self._file.take(ClaimSteps.close, "Close the claim")
        await self._file.all_news_applied()
        await finish(replacements)
        await finish(news)
        return self._file.progress.state

    @workflow.signal(description="The carrier scanned the label; carries an inbox event id")
    def label_scanned(self, event_id: Any) -> None:
        """News from the carrier."""
        self._file.take_news(event_id, "label_scanned")

    @workflow.signal(description="The dock took in units; carries an inbox event id")
    def item_received(self, event_id: Any) -> None:
        """News from the dock."""
        self._file.take_news(event_id, "item_received")

    @workflow.signal(description="An inspector recorded findings; carries an inbox event id")
    def inspection_recorded(self, event_id: Any) -> None:
        """News from the inspection."""
        self._file.take_news(event_id, "inspection_recorded")

    @workflow.signal(description="Somebody decided; carries an inbox event id")
    def approval_decided(self, event_id: Any) -> None:
        """News from whoever decides."""
        self._file.take_news(event_id, "approval_decided")

    @workflow.signal(description="The customer showed something; carries an inbox event id")
    def evidence_given(self, event_id: Any) -> None:
        """News from the customer."""
        self._file.take_news(event_id, "evidence_given")

    @workflow.signal(description="The customer appealed a denial; carries an inbox event id")
    def appeal_requested(self, event_id: Any) -> None:
        """News from the customer who was denied."""
        self._file.take_news(event_id, "appeal_requested")

    @workflow.signal(description="The customer or shop withdraws; carries an inbox event id")
    def cancel_requested(self, event_id: Any) -> None:
        """News from the customer."""
        self._file.take_news(event_id, "cancel_requested")

    @workflow.signal(description="The provider told something about a payout; carries an inbox event id")
    def payout_changed(self, event_id: Any) -> None:
        """News from the payment provider."""
        self._file.take_news(event_id, "payout_changed")

    @workflow.signal(description="Somebody paid it outside; carries an inbox event id")
    def manual_refund_recorded(self, event_id: Any) -> None:
        """News from whoever paid."""
        self._file.take_news(event_id, "manual_refund_recorded")

    @workflow.signal(description="A second person confirms what was paid outside; carries an inbox event id")
    def manual_refund_decided(self, event_id: Any) -> None:
        """News from whoever confirms."""
        self._file.take_news(event_id, "manual_refund_decided")

    @workflow.signal(description="A replacement moved; carries an inbox event id")
    def replacement_changed(self, event_id: Any) -> None:
        """News of a replacement shipment."""
        self._file.take_news(event_id, "replacement_changed")

    @workflow.update(name="apply_event", description="News whose sender awaits the answer; carries an inbox event id")
    async def apply_event(self, event_id: str, kind: str = "") -> EventAnswer:
        """What the sender of the event is told once it is applied."""
        return await self._file.answer_to(event_id, kind)

    @workflow.update(name="opened", description="Returns when the first decision is on record")
    async def opened(self) -> None:
        """Whoever claims waits for this."""
        await workflow.wait_condition(lambda: self._file.is_decided)

    async def _fetch_goods(self) -> None:
        """What was asked for has come and was looked at, or is no longer waited for."""
        if self._file.progress.waiting_for is WaitingFor.PARCEL:
            self._goods.book_labels()
        await self._goods.arrive()
        await self._goods.be_inspected()
