"""What becomes of promises when a case changes, and when time passes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.calendar import moment_before
from domain.case_documents import CaseDocument
from domain.cases import Actor, Progress
from domain.policies import Policy
from domain.promises.keeping import is_broken_for_good, is_kept, is_needless
from domain.promises.models import BY_CUSTOMER, OPEN, Promise, PromiseKind, PromiseState
from domain.promises.standing import StandingPromise, standing_promises


def follow_promises(
    known: Sequence[Promise], case: CaseDocument, progress: Progress, policy: Policy, *, at: datetime, by: Actor
) -> tuple[Promise, ...]:
    """The promises that are new or changed now that the case stands there; `known` are all that it made before.

    A date that moved is a new promise, and the old one says by which it was replaced. What was due before `at` and is not
    kept is broken, whoever notices first.
    """
    stands = {each.kind: each for each in standing_promises(case, progress, policy)}
    followed = [_followed(each, stands.get(each.kind), case, progress, at=at) for each in known]
    made = {
        stand.kind: _make(stand, len(known) + number, case, policy, at=at, by=by)
        for number, stand in enumerate(_untold(stands.values(), followed), start=1)
    }
    linked = [_linked(after, before, made) for before, after in zip(known, followed, strict=True)]
    changed = [after for before, after in zip(known, linked, strict=True) if after != before]
    return (*changed, *made.values())


def watch_promise(promise: Promise, *, at: datetime) -> Promise | None:
    """The promise after its warning, or after it was missed; None when there is nothing to do yet, or any more."""
    if promise.next_look_at is None or promise.state not in OPEN:
        return None
    if at > promise.due_at:
        return _with(promise, state=PromiseState.BROKEN, broken_at=promise.due_at)
    if promise.state is PromiseState.OPEN and promise.warn_at is not None and at >= promise.warn_at:
        return _with(promise, state=PromiseState.AT_RISK, warned_at=at)
    return None


def warning_of(told_at: datetime, due_at: datetime, policy: Policy) -> datetime:
    """When the shop is warned: `deadlines.warn_before` the date by its calendar, or half-way to a date that is closer."""
    before = moment_before(due_at, policy.deadlines.warn_before, calendar=policy.calendar, zone=policy.time_zone)
    return before if before > told_at else told_at + max((due_at - told_at) / 2, timedelta(0))


def _followed(
    promise: Promise, stand: StandingPromise | None, case: CaseDocument, progress: Progress, *, at: datetime
) -> Promise:
    if promise.ended_at is not None:
        return promise
    if stand is not None and stand.due_at == promise.due_at:
        return _missed(promise, at) if at > promise.due_at else promise
    kept = is_kept(promise.kind, case, progress)
    # What happens at the very moment is in time; who has done nothing by then is late.
    late = at > promise.due_at if kept else at >= promise.due_at
    late = late or promise.state is PromiseState.BROKEN or is_broken_for_good(promise.kind, progress)
    over = kept or stand is not None or _is_called_off(progress) or is_needless(promise.kind, case)
    if late:
        promise = _missed(promise, at)
        return _with(promise, kept_at=at if kept else None, ended_at=at if over else None)
    if kept:
        return _with(promise, state=PromiseState.KEPT, kept_at=at, ended_at=at)
    return _with(promise, state=PromiseState.REPLACED if stand else PromiseState.WITHDRAWN, ended_at=at)


def _missed(promise: Promise, at: datetime) -> Promise:
    if promise.state is PromiseState.BROKEN:
        return promise
    return _with(promise, state=PromiseState.BROKEN, broken_at=min(promise.due_at, at))


def _is_called_off(progress: Progress) -> bool:
    """Whether nobody will do it any more, be it late."""
    return not progress.open or progress.state in ("cancelled", "closed", "expired")


def _untold(stands: Any, followed: Sequence[Promise]) -> list[StandingPromise]:
    told = {(each.kind, each.due_at) for each in followed if each.ended_at is None}
    return [stand for stand in stands if (stand.kind, stand.due_at) not in told]


def _make(
    stand: StandingPromise, number: int, case: CaseDocument, policy: Policy, *, at: datetime, by: Actor
) -> Promise:
    return Promise(
        number=number,
        kind=stand.kind,
        due_at=stand.due_at,
        told_at=at,
        told_by=by,
        policy_version=case.policy_version,
        law=stand.law,
        warn_at=None if stand.kind in BY_CUSTOMER else warning_of(at, stand.due_at, policy),
    )


def _linked(after: Promise, before: Promise, made: dict[PromiseKind, Promise]) -> Promise:
    """A promise that ended with this step without being kept names the one that was made instead."""
    ends_now = before.ended_at is None and after.ended_at is not None and after.kept_at is None
    return _with(after, replaced_by=made[after.kind].number) if ends_now and after.kind in made else after


def _with(promise: Promise, **facts: Any) -> Promise:
    return promise.model_copy(update=facts)
