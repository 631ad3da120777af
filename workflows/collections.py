"""The collections of one case, shared by every story that takes money: a plain object that a workflow owns."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.collections import CollectionSteps
    from activities.steps import CollectionStep
    from domain.cases import CollectionAct, DueCollection
    from workflows import options
    from workflows.case_file import SHORTEST_WAIT, CaseFile

# What each act is, with which effort, and what an operator sees of it.
_STEPS = {
    CollectionAct.REQUEST: (CollectionSteps.request, options.PROVIDER, "Ask for payment"),
    CollectionAct.CAPTURE: (CollectionSteps.capture, options.PROVIDER, "Charge hold"),
    CollectionAct.RELEASE: (CollectionSteps.release, options.PROVIDER, "Let go of payment"),
    CollectionAct.EXPIRE: (CollectionSteps.expire, options.STEP, "Time is over to confirm payment"),
    CollectionAct.RENEW: (CollectionSteps.renew, options.STEP, "Renew hold"),
}
# While one of these is due, the customer or the provider has not answered yet.
_UNANSWERED = (CollectionAct.REQUEST, CollectionAct.EXPIRE)


class Collections:
    """Does what is due about money from the customer, now and later; what is due is decided by the steps."""

    def __init__(self, file: CaseFile) -> None:
        self._file = file

    async def attend(self) -> None:
        """Does what is due, for ever; runs beside the story of the case and is cancelled at its end."""
        await workflow.wait_condition(lambda: self._file.is_decided)
        while True:
            await workflow.wait_condition(lambda: bool(self._due))
            first = min(self._due, key=_urgency)
            if _wait_for(first) > timedelta(0):
                await self._until_time_or_news(first)
            else:
                await self._do(first)

    async def asked(self) -> None:
        """The provider has been asked for everything, or was given its moment: then there is something to confirm."""
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: not any(due.act is CollectionAct.REQUEST for due in self._due),
                timeout=options.LABEL_PATIENCE,
                timeout_summary="patience for the payment provider",
            )

    async def until_answered(self) -> None:
        """Nothing is asked for any more: each payment and hold was confirmed, declined, withdrawn, or is too late."""
        await workflow.wait_condition(lambda: not any(due.act in _UNANSWERED for due in self._due))

    async def until_done(self) -> None:
        """Whatever was decided is carried out: nothing is due at once."""
        await workflow.wait_condition(lambda: not any(due.at is None for due in self._due))

    @property
    def _due(self) -> tuple[DueCollection, ...]:
        return self._file.progress.collections

    async def _until_time_or_news(self, first: DueCollection) -> None:
        """The time of the first act has come, or something else is due."""
        seen = self._due
        try:
            await workflow.wait_condition(
                lambda: self._due != seen,
                timeout=max(_wait_for(first), SHORTEST_WAIT),
                timeout_summary=f"{first.act} payment {first.number}",
            )
        except TimeoutError:
            return

    async def _do(self, due: DueCollection) -> None:
        run, effort, summary = _STEPS[due.act]
        step = CollectionStep(ref=self._file.ref, at=workflow.now(), number=due.number)
        await self._file.take(run, f"{summary} {due.number}", step=step, effort=effort)


def _wait_for(due: DueCollection) -> timedelta:
    return timedelta(0) if due.at is None else due.at - workflow.now()


def _urgency(due: DueCollection) -> tuple[timedelta, int]:
    return max(_wait_for(due), timedelta(0)), due.number
