"""The story of one exchange, from request to closed: goods come back, other goods go out, and who owes pays."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.cases import ReturnSteps
    from domain.cases import EXCHANGE_WORKFLOW, CaseRef, EventAnswer, WaitingFor
    from workflows.case_file import CaseFile, finish
    from workflows.collections import Collections
    from workflows.goods_back import WayBack
    from workflows.goods_out import GoodsOut
    from workflows.payouts import Payouts


# What may come between the settlement and the departure of the new goods: the customer chooses others, and pays for them.
UNTIL_SHIPPED = (WaitingFor.REPLACEMENT, WaitingFor.CHOICE, WaitingFor.PAYMENT)


@workflow.defn(name=EXCHANGE_WORKFLOW)
class ExchangeWorkflow:
    """Waits for customer, parcel, inspection and shipment, then settles; rules and amounts live in `domain`."""

    @workflow.init
    def __init__(self, ref: CaseRef) -> None:
        self._file = CaseFile(ref, ReturnSteps)
        self._goods_back = WayBack(self._file)
        self._goods_out = GoodsOut(self._file)
        self._collections = Collections(self._file)
        self._payouts = Payouts(self._file)

    @workflow.run
    async def run(self, ref: CaseRef) -> str:
        """The exchange's final state."""
        beside = [asyncio.create_task(work) for work in (self._file.apply_news(), *self._attend())]
        await self._file.take(ReturnSteps.open, "Decide by policy, promise goods, reserve the units")
        if self._file.progress.open:
            await self._be_reviewed()
            await self._collect_or_hold()
            await self._take_goods_back()
            await self._ship_and_settle()
            await self._close()
        await self._file.all_news_applied()
        await self._goods_out.start_due()
        for work in beside:
            await finish(work)
        return self._file.progress.state

    async def _be_reviewed(self) -> None:
        """A person has decided where one must."""
        await self._file.until_past(WaitingFor.REVIEW, WaitingFor.EVIDENCE)

    async def _collect_or_hold(self) -> None:
        """The customer has done their part, or the exchange became a plain return. In advance, the new goods leave now."""
        await self._file.until_past(WaitingFor.PAYMENT)
        await self._proceed()

    async def _take_goods_back(self) -> None:
        """What comes back is here and inspected; by default nothing has left before."""
        if self._file.progress.waiting_for is WaitingFor.PARCEL:
            self._goods_back.book_labels()
        await self._goods_back.arrive()
        await self._goods_back.be_inspected()

    async def _ship_and_settle(self) -> None:
        """What was approved has left, and who owes has paid; the old goods do not wait for either."""
        await self._file.until_past(WaitingFor.APPROVAL, WaitingFor.EVIDENCE)
        goods = asyncio.create_task(self._goods_back.put_away())
        await self._payouts.settle()
        await self._ship()
        await goods
        await self._goods_back.put_away()

    async def _ship(self) -> None:
        """The new goods have left, or nothing is waited for any more."""
        while self._file.progress.waiting_for in UNTIL_SHIPPED:
            await self._file.until_past(*UNTIL_SHIPPED)
            await self._proceed()
            await self._payouts.settle()

    async def _close(self) -> None:
        """Closed; what came or was told at the last moment goes the whole way first."""
        while self._file.progress.open:
            before = self._file.progress.waiting_for
            await self._goods_back.arrive_late()
            await self._collections.until_done()
            await self._proceed()
            await self._payouts.settle()
            await self._ship()
            await self._goods_back.put_away()
            await self._goods_back.go_back()
            await self._file.move_on_from(before)
            await self._file.take(ReturnSteps.close, "Close the exchange")

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

    @workflow.signal(description="A person decided; carries an inbox event id")
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

    @workflow.signal(description="The customer or shop calls it off; carries an inbox event id")
    def cancel_requested(self, event_id: Any) -> None:
        """News from the customer."""
        self._file.take_news(event_id, "cancel_requested")

    @workflow.signal(description="Somebody wants the new goods called back; carries an inbox event id")
    def late_cancellation_requested(self, event_id: Any) -> None:
        """News from the shop's people."""
        self._file.take_news(event_id, "late_cancellation_requested")

    @workflow.signal(description="The customer chose something else; carries an inbox event id")
    def choice_given(self, event_id: Any) -> None:
        """News from the customer."""
        self._file.take_news(event_id, "choice_given")

    @workflow.signal(description="The provider told something about a payout; carries an inbox event id")
    def payout_changed(self, event_id: Any) -> None:
        """News about money that goes out."""
        self._file.take_news(event_id, "payout_changed")

    @workflow.signal(description="Money was paid outside; carries an inbox event id")
    def manual_refund_recorded(self, event_id: Any) -> None:
        """News from the shop's people."""
        self._file.take_news(event_id, "manual_refund_recorded")

    @workflow.signal(description="A second person decided on it; carries an inbox event id")
    def manual_refund_decided(self, event_id: Any) -> None:
        """News from the shop's people."""
        self._file.take_news(event_id, "manual_refund_decided")

    @workflow.signal(description="The customer paid, or did not; carries an inbox event id")
    def collection_changed(self, event_id: Any) -> None:
        """News about money that comes in."""
        self._file.take_news(event_id, "collection_changed")

    @workflow.signal(description="Somebody splits units off; carries an inbox event id")
    def split_requested(self, event_id: Any) -> None:
        """News from the shop's people."""
        self._file.take_news(event_id, "split_requested")

    @workflow.signal(description="A replacement shipment moved on; carries an inbox event id")
    def replacement_changed(self, event_id: Any) -> None:
        """News of the goods that go out."""
        self._file.take_news(event_id, "replacement_changed")

    @workflow.update(name="apply_event", description="News whose sender awaits the answer; carries an inbox event id")
    async def apply_event(self, event_id: str, kind: str = "") -> EventAnswer:
        """What the sender of the event is told once it is applied."""
        return await self._file.answer_to(event_id, kind)

    @workflow.update(name="opened", description="Returns when the verdict and, if quick, the label are on record")
    async def opened(self) -> None:
        """The storefront waits for this: the verdict, the payment that the customer confirms, or the label."""
        await workflow.wait_condition(lambda: self._file.is_decided)
        if self._file.progress.waiting_for is WaitingFor.PAYMENT:
            await self._collections.asked()
        elif self._file.progress.waiting_for is WaitingFor.PARCEL:
            await self._goods_back.labels_tried()

    def _attend(self) -> tuple[Any, ...]:
        """What goes on beside the story: payments that are asked for, shipments that are started."""
        return self._collections.attend(), self._goods_out.follow()

    async def _proceed(self) -> None:
        """What follows from the customer's payment is on record, if anything does."""
        while self._file.progress.waiting_for is WaitingFor.DECISION:
            await self._file.take(ReturnSteps.proceed, "Go on from the customer's payment")
