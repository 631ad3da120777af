"""A recorded history replayed with today's code, and the place where the two part."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from adapters.encryption import data_converter
from adapters.temporal_histories import Passage, tell_in_short, word_of
from cli.failures import CommandFailed
from config.settings import Settings
from worker import PASSED_THROUGH, WORKFLOWS


@dataclass(frozen=True)
class Replayed:
    """What a replay found: nothing, or the difference and the events in which it lies."""

    difference: str = ""
    where: range = range(0)


def read_history(path: Path) -> WorkflowHistory:
    """The history in a file that `temporal workflow show --output json` or `--save` wrote. Raises CommandFailed."""
    try:
        # The file does not hold the workflow's id, and a replay does not need it.
        return WorkflowHistory.from_json(path.stem, path.read_text())
    except (OSError, ValueError) as error:
        raise CommandFailed(f"{path} is not a workflow's history: {error}") from None


def replayed_story(settings: Settings, history: WorkflowHistory) -> tuple[Replayed, list[Passage]]:
    """What the replay found, and the run in short where it differs."""

    async def replayed() -> tuple[Replayed, list[Passage]]:
        converter = data_converter(settings)
        found = await replay_history(history, converter)
        return found, await tell_in_short(history, converter) if found.difference else []

    return asyncio.run(replayed())


async def replay_history(history: WorkflowHistory, converter: DataConverter) -> Replayed:
    """Whether today's code makes the same commands as the recorded run, and where it does not."""
    replayer = Replayer(
        workflows=WORKFLOWS,
        data_converter=converter,
        workflow_runner=SandboxedWorkflowRunner(restrictions=PASSED_THROUGH),
    )
    difference = await _difference(replayer, history)
    return Replayed(difference, await _where(replayer, history)) if difference else Replayed()


async def _difference(replayer: Replayer, history: WorkflowHistory) -> str:
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    return "" if result.replay_failure is None else str(result.replay_failure)


async def _where(replayer: Replayer, history: WorkflowHistory) -> range:
    """The events of the first stretch that does not replay; a stretch is what one workflow task led to."""
    events = history.events
    ends = [at for at, event in enumerate(events) if word_of(event) == "workflow_task_scheduled"]
    ends = [*ends[1:], len(events)]
    good, bad = 0, len(ends) - 1
    while good < bad:
        middle = (good + bad) // 2
        if await _difference(replayer, WorkflowHistory(history.workflow_id, events[: ends[middle]])):
            bad = middle
        else:
            good = middle + 1
    first = ends[bad - 1] if bad else 0
    return range(events[first].event_id, events[ends[bad] - 1].event_id + 1)
