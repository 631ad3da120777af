"""Waits of a return that an exchange has as well, derived from its facts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.cases import Progress, WaitingFor
from domain.confirmations import await_confirmation
from domain.exchanges.facts import FallbackCause
from domain.payouts import DUE, PayoutState
from domain.policies import Policy
from domain.returns.case import Decision, ReturnCase, Verdict
from domain.returns.service import deadlines_of
from domain.returns.waits import Asked, open_question, waiting_for_customer, waiting_for_person
from domain.waits import waiting


class ReturnState(StrEnum):
    """The states of a return; the last six are final."""

    REQUESTED = "requested"
    IN_REVIEW = "in_review"
    AUTHORIZED = "authorized"
    IN_TRANSIT = "in_transit"
    OVERDUE = "overdue"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    AWAITING_APPROVAL = "awaiting_approval"
    REFUNDING = "refunding"
    SETTLED = "settled"
    GOING_BACK = "going_back"
    CLOSED = "closed"
    SENT_BACK = "sent_back"
    REFUSED = "refused"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


def in_review(case: ReturnCase, policy: Policy) -> Progress | None:
    """The wait for a person who says whether the goods may come back at all; none when nobody has to."""
    assert case.eligibility is not None
    assert case.decided_at is not None
    if case.eligibility.verdict is not Verdict.IN_REVIEW or case.review is not None:
        return None
    if question := open_question(case, WaitingFor.REVIEW):
        return waiting_for_customer(case, ReturnState.IN_REVIEW, question, policy=policy)
    words = "decides whether these goods may come back."
    asked = Asked(WaitingFor.REVIEW, since=case.decided_at, need=case.review_need, first=case.first_review, words=words)
    return waiting_for_person(case, ReturnState.IN_REVIEW, asked, policy=policy)


def awaiting_approval(case: ReturnCase, policy: Policy) -> Progress | None:
    """The wait for a person who approves what is paid; none when nobody has to."""
    if not case.approval_reasons or case.approval is not None:
        return None
    assert case.approval_asked_at is not None
    if question := open_question(case, WaitingFor.APPROVAL):
        return waiting_for_customer(case, ReturnState.AWAITING_APPROVAL, question, policy=policy)
    need, since, first = case.approval_need, case.approval_asked_at, case.first_approval
    words = "other than the requester approves or refuses the refund."
    asked = Asked(WaitingFor.APPROVAL, since=since, need=need, first=first, words=words)
    return waiting_for_person(case, ReturnState.AWAITING_APPROVAL, asked, policy=policy)


def confirming(case: ReturnCase, policy: Policy) -> Progress | None:
    """The wait for a second person who confirms what was paid outside; none when there is no such payment."""
    return await_confirmation(case, ReturnState.REFUNDING, deadlines=deadlines_of(case, policy), policy=policy)


def paying(case: ReturnCase, policy: Policy) -> Progress | None:
    """The wait for the provider; none when no payout is due."""
    due = tuple(payout.number for payout in case.payouts if payout.state in DUE)
    since = case.approval.at if case.approval else case.plan_made_at
    if due:
        words = "The refund is on its way to the payment provider."
        return waiting(ReturnState.REFUNDING, WaitingFor.REFUND, since=since, next_step=words, payouts=due)
    return None


def held_by_dispute(case: ReturnCase, policy: Policy) -> Progress | None:
    """The wait for the bank; none when no payout is frozen."""
    frozen = [payout for payout in case.payouts if payout.state is PayoutState.FROZEN]
    if not frozen:
        return None
    words = "The customer's bank disputes the payment: the refund waits until the bank has decided."
    since = case.approval.at if case.approval else case.plan_made_at
    return waiting(ReturnState.REFUNDING, WaitingFor.DISPUTE, since=since, next_step=words)


def unpaid_minor(case: ReturnCase) -> int:
    """What the plan owes beyond the payouts that did not go wrong, in minor units; 0 once a supervisor refused."""
    if case.plan is None or (is_refund_refused(case) and not gives_back(case)):
        return 0
    return case.plan.total_minor - sum(p.amount_minor for p in case.payouts if not p.is_owed_again)


def gives_back(case: ReturnCase) -> bool:
    """Whether the plan is only what was collected for an exchange that a person refused: nobody's leave is needed for that."""
    fallback = case.exchange.fallback if case.exchange else None
    return fallback is not None and fallback.cause is FallbackCause.REJECTED


def is_refund_refused(case: ReturnCase) -> bool:
    """Whether a supervisor said that nothing is paid."""
    return case.approval is not None and case.approval.decision is Decision.REFUSE


def is_authorized(case: ReturnCase) -> bool:
    """Whether the goods were ever to come back: the rules or a person said yes, or keeping them was agreed."""
    if case.review is not None:
        return case.review.decision is not Decision.REFUSE
    return case.eligibility is not None and case.eligibility.verdict is Verdict.AUTHORIZED


def is_request_refused(case: ReturnCase) -> bool:
    """Whether a person said that the goods may not come back."""
    return case.review is not None and case.review.decision is Decision.REFUSE


def authorized_at(case: ReturnCase) -> datetime:
    """Since when the goods may come back."""
    at = case.review.at if case.review else case.decided_at
    assert at is not None
    return at
