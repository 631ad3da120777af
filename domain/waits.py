"""A wait of a case, as its progress tells it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.case_documents import CaseDocument
from domain.cases import Progress, WaitingFor


def waiting(
    state: StrEnum,
    waiting_for: WaitingFor,
    *,
    since: datetime | None,
    next_step: str,
    deadline: datetime | None = None,
    payouts: tuple[int, ...] = (),
) -> Progress:
    """The case waits for that since then; a wait begins with a fact, so `since` is known."""
    assert since is not None, "a wait begins with a fact"
    return Progress(
        state=state,
        waiting_for=waiting_for,
        since=since,
        deadline=deadline,
        next_step=next_step,
        payouts=payouts,
    )


def waiting_until(
    case: CaseDocument,
    state: StrEnum,
    waiting_for: WaitingFor,
    *,
    since: datetime,
    deadline: datetime,
    next_step: str,
) -> Progress:
    """A wait for a person: past its deadline it was escalated, and goes on without one."""
    if waiting_for in case.escalated:
        return waiting(state, waiting_for, since=since, next_step=f"Overdue and escalated. {next_step}")
    return waiting(state, waiting_for, since=since, deadline=deadline, next_step=next_step)
