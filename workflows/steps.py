"""How any workflow runs a step: with its effort, until it is done, and never torn off in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.steps import Step
    from domain.cases import Letter, StepResult
    from workflows import options

Run = Callable[[Any, Any], StepResult]


async def run_step(run: Run, step: Step, effort: options.Effort, summary: str) -> StepResult:
    """What the step answers; the cases that it kept news for are told. `summary` is what an operator sees of it."""
    result: StepResult = await workflow.execute_activity_method(
        run,
        step,
        start_to_close_timeout=effort.timeout,
        heartbeat_timeout=effort.heartbeat,
        retry_policy=effort.retries,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=summary,
    )
    await _tell(result.letters)
    return result


async def stop(work: asyncio.Task[None]) -> bool:
    """The work is over: done (True), or not tried any more."""
    is_called_off = work.cancel()
    try:
        await work
    except (asyncio.CancelledError, CancelledError, ActivityError) as error:
        # Called off while it told another story, it ends with Temporal's own error, and dispatch tells instead. A try
        # that fails, or whose worker dies, after it was called off is its last one: Temporal makes no other.
        if not is_called_off and not is_cancelled_exception(error):
            raise
        return False
    return True


async def _tell(letters: Sequence[Letter]) -> None:
    """Each story knows of the event that was kept for its case; dispatch tells or parks what no story takes now."""
    for letter in letters:
        story = workflow.get_external_workflow_handle(letter.to.workflow_id)
        # No story of that id runs: its case has ended, or has not begun.
        with suppress(ApplicationError):
            await story.signal(letter.kind.value, letter.event_id)
