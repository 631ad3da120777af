"""How any case waits for people: one who is asked, then the next one, and the customer whom they may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.authority import BY_DEFAULT, role_asked
from domain.cases import Progress, Role, WaitingFor
from domain.policies import AuthorityNeed, Deadlines, Policy
from domain.returns.case import Approval, EvidenceRequest
from domain.waits import waiting


class Asking(Protocol):
    """A case as far as waiting for people goes."""

    @property
    def escalated(self) -> tuple[WaitingFor, ...]:
        """Waits whose deadline passed, once for each time."""
        ...

    @property
    def evidence_requests(self) -> tuple[EvidenceRequest, ...]:
        """Questions to the customer, oldest first."""
        ...


@dataclass(frozen=True)
class Asked:
    """What a person is asked, since when; `first` is the first of two approvals, `words` say what they do."""

    waiting_for: WaitingFor
    since: datetime
    need: AuthorityNeed | None
    first: Approval | None
    words: str


def await_person(case: Asking, state: StrEnum, asked: Asked, *, deadlines: Deadlines, policy: Policy) -> Progress:
    """A wait for a decision: each deadline that passes asks the next role, and the last one is asked without end."""
    escalations = case.escalated.count(asked.waiting_for)
    role = role_asked(asked.need, escalations=escalations)
    given = [asked.first.at] if asked.first else []
    since = max([asked.since, *_pauses(case, asked.waiting_for), *given])
    words = f"{_article(role)} {role} {asked.words}"
    if asked.first is not None:
        words = f"{asked.first.actor.name} approved; a second approval by somebody else is needed. {words}"
    if escalations >= max(1, len(asked.need.roles if asked.need else BY_DEFAULT) - 1):
        return waiting(state, asked.waiting_for, since=since, next_step=f"Overdue and escalated. {words}")
    span = deadlines.review if asked.waiting_for is WaitingFor.REVIEW else deadlines.approval
    deadline = since
    for _ in range(escalations + 1):
        deadline = policy.due(deadline, span)
    words = f"Overdue and escalated. {words}" if escalations else words
    return waiting(state, asked.waiting_for, since=since, deadline=deadline, next_step=words)


def await_customer(state: StrEnum, question: EvidenceRequest, *, deadlines: Deadlines, policy: Policy) -> Progress:
    """A wait for the customer's answer; past its deadline it is decided without one."""
    deadline = policy.due(question.at, deadlines.evidence)
    words = f"The customer answers: {question.question}"
    return waiting(state, WaitingFor.EVIDENCE, since=question.at, deadline=deadline, next_step=words)


def open_question(case: Asking, during: WaitingFor | None = None) -> EvidenceRequest | None:
    """The question to the customer that is still open, in that wait or in any."""
    last = case.evidence_requests[-1] if case.evidence_requests else None
    is_open = last is not None and last.over_at is None and during in (None, last.during)
    return last if is_open else None


def _pauses(case: Asking, during: WaitingFor) -> list[datetime]:
    """When the waits for the customer were over: a person gets their time anew."""
    return [each.over_at for each in case.evidence_requests if each.during is during and each.over_at is not None]


def _article(role: Role) -> str:
    return "An" if role[0] in "aeiou" else "A"
