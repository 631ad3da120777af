"""The replacement shipments of one case, shared by every story that promises goods: a plain object that it owns."""

from __future__ import annotations

import asyncio

from temporalio import workflow
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from domain.cases import REPLACEMENT_SHIPMENT_WORKFLOW, CaseKind, CaseRef
    from workflows import options
    from workflows.case_file import CaseFile


class GoodsOut:
    """Starts each shipment that its case promises as a child; what becomes of it, the case hears as news.

    Whether they may ship, or must not, is written by the steps of the case (`activities.goods_out`). A child is never
    ended with its parent: what is on its way is followed to the door, and what is only put aside lapses by its own timer.
    """

    def __init__(self, file: CaseFile) -> None:
        self._file = file
        self._started: set[str] = set()

    async def follow(self) -> None:
        """Every shipment that falls due is started, for ever; runs beside the story and is cancelled at its end."""
        await workflow.wait_condition(lambda: self._file.is_decided)
        while True:
            await workflow.wait_condition(lambda: bool(self._due()))
            # A case that ends in the middle of a start is over all the same; dispatch starts what was cut off.
            await asyncio.shield(self.start_due())

    async def start_due(self) -> None:
        """Every shipment that is due runs."""
        for number in self._due():
            await self._start(number)
            self._started.add(number)

    def _due(self) -> list[str]:
        return [number for number in self._file.progress.shipments if number not in self._started]

    async def _start(self, number: str) -> None:
        merchant = self._file.ref.merchant
        ref = CaseRef(merchant=merchant, rma=number, kind=CaseKind.REPLACEMENT_SHIPMENT)
        try:
            await workflow.start_child_workflow(
                REPLACEMENT_SHIPMENT_WORKFLOW,
                ref,
                id=ref.workflow_id,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
                search_attributes=TypedSearchAttributes(
                    [SearchAttributePair(options.RMA, number), SearchAttributePair(options.MERCHANT, merchant)]
                ),
                static_summary=f"Replacement shipment {number} for {self._file.ref.rma} of {merchant}",
            )
        except WorkflowAlreadyStartedError:
            # Dispatch was quicker: it starts every case that is on record and does not run. Both are the same story.
            return
