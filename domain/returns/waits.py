"""How a return waits for people, within the deadlines that were decided with its request."""

from __future__ import annotations

from enum import StrEnum

from domain.asking import Asked, await_customer, await_person, open_question
from domain.cases import Progress
from domain.policies import Policy
from domain.returns.case import EvidenceRequest, ReturnCase
from domain.returns.service import deadlines_of

__all__ = ["Asked", "open_question", "waiting_for_customer", "waiting_for_person"]


def waiting_for_person(case: ReturnCase, state: StrEnum, asked: Asked, *, policy: Policy) -> Progress:
    """A wait for a decision about the return."""
    return await_person(case, state, asked, deadlines=deadlines_of(case, policy), policy=policy)


def waiting_for_customer(case: ReturnCase, state: StrEnum, question: EvidenceRequest, *, policy: Policy) -> Progress:
    """A wait for the customer's answer about the return."""
    return await_customer(state, question, deadlines=deadlines_of(case, policy), policy=policy)
