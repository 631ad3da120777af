"""The story of one return, from request to closed, over weeks."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.cases import ReturnSteps
    from domain.cases import RETURN_WORKFLOW, CaseRef, EventAnswer, WaitingFor
    from workflows.case_file import CaseFile, finish
    from workflows.goods_back import WayBack
    from workflows.goods_out import GoodsOut
    from workflows.payouts import Payouts


@workflow.defn(name=RETURN_WORKFLOW)
class ReturnWorkflow:
    """Waits for parcel, inspection and approval, then pays and puts away; rules and amounts live in `domain`."""

    @workflow.init
    def __init__(self, ref: CaseRef) -> None:
        self._file = CaseFile(ref, ReturnSteps)
        self._payouts = Payouts(self._file)
        self._goods = WayBack(self._file)
        self._goods_out = GoodsOut(self._file)

    @workflow.run
    async def run(self, ref: CaseRef) -> str:
        """The return's final state."""
        news = asyncio.create_task(self._file.apply_news())
        await self._decide()
        ahead = asyncio.create_task(self._payouts.pay_ahead())
        goods_out = asyncio.create_task(self._goods_out.follow())
        if self._file.progress.open:
            await self._see_it_through()
        await self._file.all_news_applied()
        await self._goods_out.start_due()
        await finish(news)
        await finish(ahead)
        await finish(goods_out)
        return self._file.progress.state

    async def _see_it_through(self) -> None:
        await self._file.until_past(WaitingFor.REVIEW, WaitingFor.EVIDENCE)
        if self._file.progress.waiting_for is not WaitingFor.CLOSING:
            self._goods.book_labels()
            await self._goods.arrive()
            await self._goods.be_inspected()
            await self._pay_and_put_away()
        await self._close()

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

    @workflow.signal(description="A supervisor decided; carries an inbox event id")
    def approval_decided(self, event_id: Any) -> None:
        """News from a supervisor."""
        self._file.take_news(event_id, "approval_decided")

    @workflow.signal(description="The customer answered a question; carries an inbox event id")
    def evidence_given(self, event_id: Any) -> None:
        """News from the customer whom somebody asked."""
        self._file.take_news(event_id, "evidence_given")

    @workflow.signal(description="Somebody asks for other fees; carries an inbox event id")
    def exception_requested(self, event_id: Any) -> None:
        """News from the shop's people."""
        self._file.take_news(event_id, "exception_requested")

    @workflow.signal(description="The customer or shop cancels; carries an inbox event id")
    def cancel_requested(self, event_id: Any) -> None:
        """News from the customer."""
        self._file.take_news(event_id, "cancel_requested")

    @workflow.signal(description="The provider told something about a payout; carries an inbox event id")
    def payout_changed(self, event_id: Any) -> None:
        """News from the payment provider."""
        self._file.take_news(event_id, "payout_changed")

    @workflow.signal(description="Somebody paid outside; carries an inbox event id")
    def manual_refund_recorded(self, event_id: Any) -> None:
        """News from whoever paid."""
        self._file.take_news(event_id, "manual_refund_recorded")

    @workflow.signal(description="A second person confirmed or refused that; carries an inbox event id")
    def manual_refund_decided(self, event_id: Any) -> None:
        """News from the second person."""
        self._file.take_news(event_id, "manual_refund_decided")

    @workflow.signal(description="Somebody splits units off; carries an inbox event id")
    def split_requested(self, event_id: Any) -> None:
        """News from the shop's people."""
        self._file.take_news(event_id, "split_requested")

    @workflow.signal(description="A shipment to the customer moved on; carries an inbox event id")
    def replacement_changed(self, event_id: Any) -> None:
        """News of goods that go back to the customer."""
        self._file.take_news(event_id, "replacement_changed")

    @workflow.update(name="apply_event", description="News whose sender awaits the answer; carries an inbox event id")
    async def apply_event(self, event_id: str, kind: str = "") -> EventAnswer:
        """What the sender of the event is told once it is applied."""
        return await self._file.answer_to(event_id, kind)

    @workflow.update(name="opened", description="Returns when the verdict and, if quick, the label are on record")
    async def opened(self) -> None:
        """The storefront waits for this; a slow carrier keeps it waiting only for a moment."""
        await workflow.wait_condition(lambda: self._file.is_decided)
        if self._file.progress.waiting_for is WaitingFor.PARCEL:
            await self._goods.labels_tried()

    async def _decide(self) -> None:
        await self._file.take(ReturnSteps.open, "Decide by policy, reserve the units")

    async def _pay_and_put_away(self) -> None:
        """Goods do not wait for money: a refund that needs days keeps nothing out of stock."""
        await self._file.until_past(WaitingFor.APPROVAL, WaitingFor.EVIDENCE)
        goods = asyncio.create_task(self._goods.put_away())
        await self._payouts.settle()
        await goods

    async def _close(self) -> None:
        """Closed; what goes back has left, and what came or was told at the last moment goes the whole way first."""
        await self._goods.go_back()
        await self._file.take(ReturnSteps.close, "Close the return")
        while self._file.progress.open:
            before = self._file.progress.waiting_for
            await self._goods.arrive_late()
            await self._pay_and_put_away()
            await self._goods.go_back()
            await self._file.move_on_from(before)
            await self._file.take(ReturnSteps.close, "Close the return")
