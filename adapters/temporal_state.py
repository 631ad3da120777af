"""How the Temporal server is set up for us and who works for it, for `aftercart doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, DescribeTaskQueueRequest
from temporalio.client import Client

# An operator who asks waits in front of the screen.
PATIENCE = timedelta(seconds=10)
# The server's own mark on a workflow whose code fails again and again.
STUCK = "TemporalReportedProblems IS NOT NULL AND ExecutionStatus = 'Running'"
POLLED = (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)


@dataclass(frozen=True)
class TemporalState:
    """What a server says. `polled_at` has the last poll for workflows and the last for activities, None for never."""

    retention: timedelta
    search_attributes: frozenset[str]
    polled_at: tuple[datetime | None, ...]
    stuck: tuple[str, ...]


async def describe_temporal(client: Client, task_queue: str, *, most_stuck: int) -> TemporalState:
    """The state of the namespace and the task queue, with some of the workflows that cannot go on. Raises RPCError."""
    namespace = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace), timeout=PATIENCE
    )
    attributes = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace), timeout=PATIENCE
    )
    return TemporalState(
        retention=namespace.config.workflow_execution_retention_ttl.ToTimedelta(),
        search_attributes=frozenset(attributes.custom_attributes),
        polled_at=tuple([await _last_poll(client, task_queue, kind) for kind in POLLED]),
        stuck=tuple([story.id async for story in client.list_workflows(STUCK, limit=most_stuck, rpc_timeout=PATIENCE)]),
    )


async def _last_poll(client: Client, task_queue: str, kind: TaskQueueType.ValueType) -> datetime | None:
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=task_queue), task_queue_type=kind
        ),
        timeout=PATIENCE,
    )
    polls: Sequence[datetime] = [poller.last_access_time.ToDatetime(tzinfo=UTC) for poller in answer.pollers]
    return max(polls, default=None)
