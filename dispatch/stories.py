"""What dispatch needs of the running stories; `workflows.gateway.CaseGateway` has it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Protocol

from domain.cases import CaseRef, InboxEvent


class CaseStories(Protocol):
    """The running workflows of cases."""

    async def open(self, ref: CaseRef) -> None:
        """The story runs and has come to its first decision. Raises OutcomePending, TemporalUnavailable."""
        ...

    async def deliver(self, ref: CaseRef, event: InboxEvent) -> bool:
        """The story was told of the event; False when no open one takes it. Raises TemporalUnavailable."""
        ...

    def running(self, *, started_before: datetime) -> AsyncIterator[str]:
        """The workflow id of every story that runs and began before then. Raises TemporalUnavailable."""
        ...

    async def is_running(self, ref: CaseRef) -> bool:
        """Whether the story of this case runs. Raises TemporalUnavailable."""
        ...


def back_off(attempts: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after that many failures: twice as long each time, up to `longest`."""
    return min(first * (1 << min(attempts, 20)), longest)
