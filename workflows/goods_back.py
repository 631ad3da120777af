"""The way of the goods back, shared by every story that has one: a plain object that a workflow owns."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.carriers import CarrierSteps
    from activities.steps import DeliveryStep
    from activities.warehouse import WarehouseSteps
    from domain.cases import WaitingFor
    from workflows import options
    from workflows.case_file import CaseFile
    from workflows.steps import Run, stop


class WayBack:
    """Books labels, waits for parcels and inspection, and puts away.

    News of carrier and dock comes to the story, which gives it to its file; this object sees what became of it.
    """

    def __init__(self, file: CaseFile) -> None:
        self._file = file
        self._booking: asyncio.Task[None] | None = None
        self._labels_tried = False
        self._called_off = False
        self._in_hand: int | None = None
        self._expiring: asyncio.Task[None] | None = None

    def book_labels(self) -> None:
        """The labels are being booked while the story goes on; parcels may come without."""
        self._booking = asyncio.create_task(self._book_labels())

    async def labels_tried(self) -> None:
        """The carrier has answered for every label, or was given its moment to do so."""
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._labels_tried, timeout=options.LABEL_PATIENCE, timeout_summary="patience for the label"
            )

    async def arrive(self) -> None:
        """Every parcel is here or is no longer waited for; labels that no parcel will use are voided."""
        self._expiring = asyncio.create_task(self._void_expired_labels())
        await self._until_goods_past(WaitingFor.PARCEL, WaitingFor.REMAINING_PARCELS)
        await self._stop_booking()
        expired = self._file.progress.expired_labels
        # Goods that came must not wait for a carrier that is down: what it was asked for goes on beside their story.
        if not expired or not workflow.patched("void-expired-labels-to-the-end"):
            await stop(self._expiring)
            self._expiring, expired = None, ()
        for number in self._file.progress.unused_labels:
            if number not in expired:
                await self._take_delivery(CarrierSteps.void_label, number, "Void the unused label")

    async def arrive_late(self) -> None:
        """What came when nobody waited for it any more is here and inspected, like everything else."""
        await self._until_goods_past(WaitingFor.PARCEL, WaitingFor.REMAINING_PARCELS)
        await self.be_inspected()

    async def be_inspected(self) -> None:
        """Everything that arrived was looked at."""
        await self._until_goods_past(WaitingFor.INSPECTION)

    async def put_away(self) -> None:
        """The warehouse did with the goods what was decided, if anything was."""
        if self._file.progress.goods_due:
            await self._file.take(WarehouseSteps.dispose, "Tell the warehouse what to do", effort=options.PROVIDER)

    async def go_back(self) -> None:
        """What the shop does not keep has left for the customer again; `GoodsOut` sees to its shipments.

        So are labels given back whose time was over, however long the carrier is down.
        """
        await self._file.until_past(WaitingFor.GOING_BACK)
        if self._expiring is not None:
            await workflow.wait_condition(lambda: not self._file.progress.expired_labels)
            await stop(self._expiring)
            self._expiring = None

    async def _until_goods_past(self, *waits: WaitingFor) -> None:
        """The case waits for none of these; about a refund ahead of its goods somebody may be asked meanwhile."""
        await self._file.until_past(*waits)
        while self._file.progress.asks_ahead:
            await self._file.until_past(*waits, WaitingFor.APPROVAL, WaitingFor.EVIDENCE)

    async def _book_labels(self) -> None:
        for number in self._file.progress.deliveries:
            # A step that was called off may finish all the same, and this task goes on as if nobody had said a word.
            if self._called_off:
                return
            self._in_hand = number
            await self._take_delivery(CarrierSteps.book_return_label, number, "Book the return label")
        self._labels_tried = True

    async def _void_expired_labels(self) -> None:
        """Labels whose time is over are voided while the case waits on; it waits without a timer, so no history shows it."""
        while True:
            await workflow.wait_condition(lambda: bool(self._file.progress.expired_labels))
            for number in self._file.progress.expired_labels:
                await self._take_delivery(CarrierSteps.void_label, number, "Void the expired label")

    async def _stop_booking(self) -> None:
        """Labels are not tried for any longer; one that was bought while its worker died is on record."""
        if self._booking is None:
            return
        self._called_off = True
        if await stop(self._booking) or self._in_hand is None:
            return
        # Goods that came without a label must not wait for a carrier that is down.
        is_over = self._file.progress.waiting_for is WaitingFor.CLOSING
        if is_over and workflow.patched("settle-called-off-booking"):
            await self._take_delivery(CarrierSteps.settle_booking, self._in_hand, "See whether a label was bought")

    async def _take_delivery(self, run: Run, number: int, summary: str) -> None:
        step = DeliveryStep(ref=self._file.ref, at=workflow.now(), number=number)
        await self._file.take(run, summary, step=step, effort=options.PROVIDER)
