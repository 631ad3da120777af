"""The only caller of the Temporal client: start, signal and ask a case; Temporal's errors become ours.

GatewayError
├── OutcomePending        no answer in time: it may still happen, the same call may be repeated
├── CaseNotOpen           no running workflow takes it
└── TemporalUnavailable   Temporal cannot be reached: surely nothing happened now, what was kept is sent later
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.cases import CaseKind, CaseRef, EventAnswer, InboxEvent
from domain.errors import AftercartError
from workflows import options
from workflows.adjustments import AdjustmentWorkflow
from workflows.claims import ClaimWorkflow
from workflows.exchanges import ExchangeWorkflow
from workflows.payment_issues import PaymentIssueWorkflow
from workflows.replacement_shipments import ReplacementShipmentWorkflow
from workflows.returns import ReturnWorkflow

# The workflow of each kind of case.
STORIES: dict[CaseKind, Callable[[Any, CaseRef], Awaitable[str]]] = {
    CaseKind.RETURN: ReturnWorkflow.run,
    CaseKind.EXCHANGE: ExchangeWorkflow.run,
    CaseKind.PAYMENT_ISSUE: PaymentIssueWorkflow.run,
    CaseKind.REPLACEMENT_SHIPMENT: ReplacementShipmentWorkflow.run,
    CaseKind.ADJUSTMENT: AdjustmentWorkflow.run,
    CaseKind.CLAIM: ClaimWorkflow.run,
}
APPLY_EVENT = "apply_event"
OPENED = "opened"

# A person waits in front of a page: after this long they are told that the answer is still to come.
ANSWER_PATIENCE = timedelta(seconds=10)

# How long a probe waits: a server that takes longer is not well.
PROBE_PATIENCE = timedelta(seconds=2)

# A lazy client raises RuntimeError when its first connection fails, RPCError ever after.
UNREACHED = (RPCError, RuntimeError)


class GatewayError(AftercartError):
    """A case could not be reached through Temporal."""


class OutcomePending(GatewayError):
    """No answer in time: the call may still be carried out, and repeating it is safe."""


class CaseNotOpen(GatewayError):
    """No workflow of this case is running: it is closed, or was never started."""


class TemporalUnavailable(GatewayError):
    """Temporal cannot be reached."""


class CaseGateway:
    """Starts and reaches the workflow of a case."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def open(self, ref: CaseRef) -> None:
        """The workflow runs and its first decision is on record; repeating it changes nothing.

        Raises OutcomePending when no worker answered in time, TemporalUnavailable.
        """
        start = WithStartWorkflowOperation(
            STORIES[ref.kind],
            ref,
            id=ref.workflow_id,
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            search_attributes=TypedSearchAttributes(
                [SearchAttributePair(options.RMA, ref.rma), SearchAttributePair(options.MERCHANT, ref.merchant)]
            ),
            static_summary=f"{ref.kind.replace('_', ' ').capitalize()} {ref.rma} of {ref.merchant}",
        )
        try:
            await self._client.execute_update_with_start_workflow(
                OPENED, start_workflow_operation=start, id="opened", rpc_timeout=ANSWER_PATIENCE
            )
        except WorkflowAlreadyStartedError:
            # It ran to its end earlier: opened is what it is.
            await _hear_out(start)
        except (WorkflowUpdateRPCTimeoutOrCancelledError, *UNREACHED) as error:
            await _hear_out(start)
            raise _as_gateway_error(error) from error

    async def deliver(self, ref: CaseRef, event: InboxEvent) -> bool:
        """The running workflow has the event's id; False when no workflow of the case is running.

        Raises TemporalUnavailable.
        """
        handle = self._client.get_workflow_handle(ref.workflow_id)
        try:
            await handle.signal(event.kind.value, event.event_id, rpc_timeout=ANSWER_PATIENCE)
        except UNREACHED as error:
            if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise TemporalUnavailable(str(error)) from error
        return True

    async def ask(self, ref: CaseRef, event: InboxEvent) -> EventAnswer:
        """What the case answers to the event; the same event always gets the same answer.

        Raises CaseNotOpen, OutcomePending, TemporalUnavailable.
        """
        handle = self._client.get_workflow_handle(ref.workflow_id)
        try:
            answer: EventAnswer = await handle.execute_update(
                APPLY_EVENT,
                args=[event.event_id, event.kind.value],
                id=event.event_id,
                result_type=EventAnswer,
                rpc_timeout=ANSWER_PATIENCE,
            )
            return answer
        except WorkflowUpdateFailedError as error:
            raise CaseNotOpen(f"{ref.rma} ended while it was asked") from error
        except (WorkflowUpdateRPCTimeoutOrCancelledError, *UNREACHED) as error:
            raise _as_gateway_error(error) from error

    async def running(self, *, started_before: datetime) -> AsyncIterator[str]:
        """The workflow id of every story that runs and began before then; Temporal's list is a second or so late.

        Raises TemporalUnavailable.
        """
        began = started_before.isoformat()
        query = f"TaskQueue = '{self._task_queue}' AND ExecutionStatus = 'Running' AND StartTime < '{began}'"
        try:
            async for story in self._client.list_workflows(query):
                yield story.id
        except UNREACHED as error:
            raise TemporalUnavailable(str(error)) from error

    async def is_running(self, ref: CaseRef) -> bool:
        """Whether the story of this case runs. Raises TemporalUnavailable."""
        try:
            story = await self._client.get_workflow_handle(ref.workflow_id).describe(rpc_timeout=ANSWER_PATIENCE)
        except UNREACHED as error:
            if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise TemporalUnavailable(str(error)) from error
        return story.status is WorkflowExecutionStatus.RUNNING

    async def is_reachable(self) -> bool:
        """Whether the Temporal server answers."""
        try:
            return await self._client.service_client.check_health(timeout=PROBE_PATIENCE)
        except UNREACHED:
            return False


def _as_gateway_error(error: Exception) -> GatewayError:
    if isinstance(error, WorkflowUpdateRPCTimeoutOrCancelledError):
        return OutcomePending("no worker answered in time")
    if not isinstance(error, RPCError):
        return TemporalUnavailable(str(error))
    if error.status is RPCStatusCode.NOT_FOUND:
        return CaseNotOpen(str(error))
    if error.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
        return OutcomePending(str(error))
    return TemporalUnavailable(str(error))


async def _hear_out(start: WithStartWorkflowOperation[Any, str]) -> None:
    """The start fails with the update and keeps its error for itself; unheard, it would be reported as a leak."""
    with suppress(WorkflowAlreadyStartedError, *UNREACHED):
        await start.workflow_handle()
