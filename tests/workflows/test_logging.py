"""A workflow that is replayed tells its log only once, and each line names its case."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from temporalio import activity, workflow
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from config.groups import Log, LogFormat
from config.logging import configure_logging
from config.settings import Settings
from tests.config.test_logging import logs_as_before

__all__ = ["logs_as_before"]

QUEUE = "logging"
EXPECTED = ["story.began", "story.by_structlog", "story.by_a_library", "step.taken", "story.ended"]


@activity.defn(name="test.look")
async def look() -> None:
    """Logs a line of its own."""
    activity.logger.warning("step.taken")


@workflow.defn(name="TestTalking", sandboxed=False)
class TalkingWorkflow:
    """Logs before and after an activity."""

    @workflow.run
    async def run(self) -> None:
        """Four lines, however often it is replayed."""
        workflow.logger.warning("story.began")
        structlog.get_logger().warning("story.by_structlog")
        logging.getLogger("library").warning("story.by_a_library")
        await workflow.execute_activity(look, start_to_close_timeout=timedelta(seconds=10))
        workflow.logger.warning("story.ended")


async def test_each_line_once(env: WorkflowEnvironment, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Although every step replays the story from its beginning, no line is written twice."""
    configure_logging(Settings(data_dir=tmp_path, log=Log(format=LogFormat.JSON)), process="worker")
    # Nothing is kept in memory, so each task of the workflow replays all that came before.
    async with Worker(
        env.client,
        task_queue=QUEUE,
        workflows=[TalkingWorkflow],
        activities=[look],
        max_cached_workflows=0,
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        await env.client.execute_workflow(TalkingWorkflow.run, id="talking", task_queue=QUEUE)

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    told = [line for line in lines if line["event"].startswith(("story.", "step."))]
    assert [line["event"] for line in told] == EXPECTED
    assert {line["workflow_id"] for line in told} == {"talking"}
    assert told[3]["activity"] == "test.look"
