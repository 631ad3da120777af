"""What is asked for on an open return waits for people like any approval: each deadline that passes asks the next role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.authority import BY_DEFAULT, role_asked
from domain.changes import entry
from domain.policies import Policy
from domain.returns.case import PolicyException, ReturnCase
from domain.returns.changes import Change


def exceptions_due_at(case: ReturnCase) -> datetime | None:
    """When the first of those that nobody decided passes its deadline; None when none is pending, or all are overdue."""
    return min((each.deadline for each in _pending(case) if each.deadline is not None), default=None)


def pass_exception_deadlines(case: ReturnCase, *, policy: Policy, at: datetime) -> Change | None:
    """The next role is asked for each whose deadline passed, the last one without end; None when there is none.

    Nothing is decided by silence. Source: policy field deadlines.approval.
    """
    late = [each for each in _pending(case) if each.deadline is not None and each.deadline <= at]
    if not late:
        return None
    escalated = {each.number: _escalated(each, policy) for each in late}
    kept = tuple(escalated.get(each.number, each) for each in case.exceptions)
    lines = tuple(
        entry(
            at,
            "exception.escalated",
            f"The wait for exception {each.number} passed its deadline and was escalated: the role "
            f"{role_asked(each.need, escalations=each.escalations)} is asked now.",
            exception=each.number,
        )
        for each in escalated.values()
    )
    return Change(case=case.with_facts(exceptions=kept), entries=lines)


def _pending(case: ReturnCase) -> Iterator[PolicyException]:
    if case.cancelled_at is None and case.closed_at is None:
        yield from (each for each in case.exceptions if each.granted is None)


def _escalated(asked: PolicyException, policy: Policy) -> PolicyException:
    assert asked.deadline is not None, "only what has a deadline can pass it"
    count = asked.escalations + 1
    is_last = count >= max(1, len(asked.need.roles if asked.need else BY_DEFAULT) - 1)
    deadline = None if is_last else policy.due(asked.deadline, policy.deadlines.approval)
    return asked.model_copy(update={"escalations": count, "deadline": deadline})
