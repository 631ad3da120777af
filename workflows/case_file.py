"""What any case workflow holds in its hands: news not yet applied, where the case stands, and the answers given.

A plain object that a workflow owns; every step that the story takes goes through it. News is applied one at a time in
the order in which it came, so two people who decide at the same moment are served one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from temporalio import workflow
from temporalio.exceptions import CancelledError

with workflow.unsafe.imports_passed_through():
    from activities.steps import DeadlineStep, EventStep, Step
    from domain.cases import CaseRef, EventAnswer, Progress, StepResult, WaitingFor
    from workflows import options
    from workflows.steps import Run, run_step

# A timer may fire a little before its deadline; waiting less than this again would only fill the history.
SHORTEST_WAIT = timedelta(seconds=1)

# Longer texts are not event ids of ours; they are cut so that a hand-typed signal cannot fill the history.
LONGEST_EVENT_ID = 64
LONGEST_KIND = 40


class CaseSteps(Protocol):
    """The steps that every kind of case has."""

    def apply_event(self, step: EventStep) -> StepResult:
        """The event is applied, and its sender has an answer."""
        ...

    def pass_deadline(self, step: DeadlineStep) -> StepResult:
        """What follows when nothing came in time is on record."""
        ...


@dataclass(frozen=True)
class Late:
    """What is done first when a wait takes too long."""

    run: Run
    effort: options.Effort
    summary: str


class CaseFile:
    """The state of one running case, and the way in which its story takes steps and waits.

    `late` is for waits in which somebody is asked before the deadline passes.
    """

    def __init__(self, ref: CaseRef, steps: type[CaseSteps], *, late: Mapping[WaitingFor, Late] | None = None) -> None:
        self.ref = ref
        self._steps = steps
        self._late = late or {}
        self._news: list[tuple[str, str]] = []
        self._answers: dict[str, EventAnswer] = {}
        self._latest: StepResult | None = None

    @property
    def progress(self) -> Progress:
        """Where the case stands; only asked after the first step."""
        assert self._latest is not None, "the first step decides before anything else"
        return self._latest.progress

    @property
    def is_decided(self) -> bool:
        """Whether the first step is done."""
        return self._latest is not None

    def step(self) -> Step:
        """A step of this case, now."""
        return Step(ref=self.ref, at=workflow.now())

    async def take(
        self, run: Run, summary: str, *, step: Step | None = None, effort: options.Effort = options.STEP
    ) -> None:
        """The step is done and its result is where the case stands; `summary` is what an operator sees of it."""
        self.note(await run_step(run, step or self.step(), effort, summary))

    def take_news(self, event_id: Any, kind: str) -> None:
        """An event id was signalled; anything may arrive here, so nothing is assumed and nothing is raised."""
        self._news.append((str(event_id)[:LONGEST_EVENT_ID], kind))

    async def answer_to(self, event_id: str, kind: str) -> EventAnswer:
        """The event is applied in its turn; what its sender is told."""
        if event_id not in self._answers:
            self._news.append((event_id, kind))
            await workflow.wait_condition(lambda: event_id in self._answers)
        return self._answers[event_id]

    async def apply_news(self) -> None:
        """Applies what arrives, for ever; runs beside the story of the case and is cancelled at its end."""
        await workflow.wait_condition(lambda: self.is_decided)
        while True:
            await workflow.wait_condition(lambda: bool(self._news))
            event_id, kind = self._news[0]
            step = EventStep(ref=self.ref, at=workflow.now(), event_id=event_id)
            result = await run_step(self._steps.apply_event, step, options.STEP, f"{_as_words(kind)}: {event_id}")
            self.note(result)
            if result.answer is not None:
                self._answers[event_id] = result.answer
            del self._news[0]

    async def all_news_applied(self) -> None:
        """Nothing that arrived is left unapplied and nobody waits for an answer."""
        await workflow.wait_condition(lambda: not self._news and workflow.all_handlers_finished())

    def note(self, result: StepResult) -> None:
        """The result of a step is where the case stands now, unless a later one was noted; operators can see it."""
        before = self._latest
        if before is not None and result.version < before.version:
            return
        self._latest = result
        # Closing follows at once and is not worth an event of its own.
        changed = before is None or _shown(before) != _shown(result)
        if changed and result.progress.waiting_for is not WaitingFor.CLOSING:
            self._show(result)

    async def until_past(self, *waits: WaitingFor) -> None:
        """The case waits for none of these any more; deadlines that pass meanwhile have their consequences."""
        while self.progress.waiting_for in waits:
            try:
                await self._moved_on(self.progress)
            except TimeoutError:
                if _is_due(self.progress):
                    await self._pass_deadline(self.progress.waiting_for)

    async def move_on_from(self, wait: WaitingFor) -> None:
        """The case is to be closed, or waits for something else than that.

        For a story that tries to close again and again: where nothing it does changes anything, it waits for news.
        """
        if wait is not WaitingFor.CLOSING:
            await self.until_past(wait)

    async def _pass_deadline(self, waiting_for: WaitingFor) -> None:
        passed = Late(self._steps.pass_deadline, options.STEP, f"Deadline passed: {waiting_for}")
        late = self._late.get(waiting_for, passed)
        step = DeadlineStep(ref=self.ref, at=workflow.now(), waiting_for=waiting_for)
        await self.take(late.run, late.summary, step=step, effort=late.effort)

    async def _moved_on(self, seen: Progress) -> None:
        """The case waits for something else. Raises TimeoutError at the deadline.

        A deadline that moves away does not restart the timer (two events each time): it fires and is set anew.
        """
        await workflow.wait_condition(
            lambda: self.progress.waiting_for is not seen.waiting_for or _is_sooner(self.progress, seen),
            timeout=_time_until(seen.wakes_at),
            timeout_summary=f"deadline: {seen.waiting_for}",
        )

    def _show(self, result: StepResult) -> None:
        progress = result.progress
        workflow.upsert_search_attributes(
            [
                options.ORDER.value_set(result.order_id),
                options.STATE.value_set(progress.state),
                options.WAITING_FOR.value_set(progress.waiting_for.value),
            ]
        )
        workflow.set_current_details(_details(progress))


def _as_words(kind: str) -> str:
    """The kind as an operator reads it; cut, since whoever types an update by hand may write anything."""
    return kind[:LONGEST_KIND].replace("_", " ").capitalize() or "News"


def _shown(result: StepResult) -> tuple[str, WaitingFor]:
    return result.progress.state, result.progress.waiting_for


def _time_until(deadline: datetime | None) -> timedelta | None:
    return None if deadline is None else max(deadline - workflow.now(), SHORTEST_WAIT)


def _is_due(progress: Progress) -> bool:
    return progress.wakes_at is not None and workflow.now() >= progress.wakes_at


def _is_sooner(progress: Progress, seen: Progress) -> bool:
    if progress.wakes_at is None:
        return False
    return seen.wakes_at is None or progress.wakes_at < seen.wakes_at


def _details(progress: Progress) -> str:
    lines = [
        f"**{progress.state}**, waiting for **{progress.waiting_for}** since {progress.since:%Y-%m-%d %H:%M} UTC",
        f"Next: {progress.next_step}",
    ]
    if progress.deadline is not None:
        lines.insert(1, f"Until {progress.deadline:%Y-%m-%d %H:%M} UTC")
    return "\n\n".join(lines)


async def finish(task: asyncio.Task[None]) -> None:
    """The background task is cancelled and gone."""
    task.cancel()
    try:
        await task
    except CancelledError:
        # It was telling another story; dispatch tells instead.
        return
    except asyncio.CancelledError:
        if not task.cancelled():
            raise
