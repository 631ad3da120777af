"""What a decision about a return can be about: its request, its refund, or one of its exceptions."""

from __future__ import annotations

from dataclasses import dataclass

from domain.cases import Actor, WaitingFor
from domain.money import Money
from domain.policies import AuthorityNeed
from domain.returns.case import Approval, PolicyException, ReturnCase
from domain.returns.stages import unpaid_minor

REQUEST = "request"
REFUND = "refund"


@dataclass(frozen=True)
class Matter:
    """What is decided, by its name in the queue: who asked for it, who must approve it, who was first, the amount."""

    subject: str
    requester: Actor
    need: AuthorityNeed | None
    first: Approval | None
    amount: Money


def exception_subject(number: int) -> str:
    """How the exception of that number is called in the queue."""
    return f"exception_{number}"


def matter_of(case: ReturnCase, waiting: WaitingFor, asked: PolicyException | None) -> Matter:
    """What a decision now is about: the exception that it names, else what the return waits for."""
    if asked is not None:
        subject, amount = exception_subject(asked.number), _money(case, asked.amount_minor)
        return Matter(subject, asked.asked_by, asked.need, asked.first_approval, amount)
    if waiting is WaitingFor.REVIEW:
        need = case.review_need
        amount = _money(case, need.amount_minor if need else 0)
        return Matter(REQUEST, case.opened_by, need, case.first_review, amount)
    return Matter(REFUND, case.opened_by, case.approval_need, case.first_approval, _money(case, undecided_minor(case)))


def undecided_minor(case: ReturnCase) -> int:
    """What an open approval of the refund is about: the plan, or what of it is still owed once a part was paid."""
    if case.payouts:
        return unpaid_minor(case)
    return case.plan.total_minor if case.plan else 0


def _money(case: ReturnCase, minor: int) -> Money:
    return Money(minor=minor, currency=case.currency)
