"""How any workflow runs a step: with its effort, until it is done, and never torn off in the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.steps import Step
    from domain.cases import StepResult
    from workflows import options

Run = Callable[[Any, Any], StepResult]


async def run_step(run: Run, step: Step, effort: options.Effort, summary: str) -> StepResult:
    """What the step answers. `summary` is what an operator sees of it."""
    return await workflow.execute_activity_method(
        run,
        step,
        start_to_close_timeout=effort.timeout,
        heartbeat_timeout=effort.heartbeat,
        retry_policy=effort.retries,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=summary,
    )
