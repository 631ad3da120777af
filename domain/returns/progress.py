"""Where a return stands, derived from its facts and nothing else; the order in which facts arrived does not matter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from domain.cases import Progress, WaitingFor
from domain.goods_back.progress import (
    await_inspection,
    await_parcel,
    await_putting_away,
    await_remaining_parcels,
    is_put_away_due,
    unused_labels,
)
from domain.manual_money import say_confirmation
from domain.payouts import DUE, PayoutState
from domain.policies import Policy
from domain.returns.case import Decision, ReturnCase, Verdict
from domain.returns.service import deadlines_of
from domain.returns.waits import Asked, open_question, waiting_for_customer, waiting_for_person
from domain.waits import waiting, waiting_until


class ReturnState(StrEnum):
    """The states of a return; the last five are final."""

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
    CLOSED = "closed"
    REFUSED = "refused"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


def derive_progress(case: ReturnCase, policy: Policy) -> Progress:
    """The state, the one thing it waits for, since when, until when, and the next step in words."""
    progress = next((found for stage in _STAGES if (found := stage(case, policy))), None) or _ready_to_close(case)
    return progress.model_copy(
        update={
            "deliveries": tuple(delivery.number for delivery in case.goods.deliveries),
            "unused_labels": unused_labels(case.goods, is_over=case.cancelled_at is not None),
            "goods_due": _are_goods_due(case, progress),
        }
    )


def _final(case: ReturnCase, policy: Policy) -> Progress | None:
    if case.closed_at is None:
        return None
    state = _outcome(case)
    return Progress(
        state=state,
        waiting_for=WaitingFor.NOTHING,
        since=case.closed_at,
        next_step=_CLOSING_WORDS[state],
        open=False,
    )


def _undecided(case: ReturnCase, policy: Policy) -> Progress | None:
    if case.eligibility is not None:
        return None
    words = "The request is being checked against the policy."
    return waiting(ReturnState.REQUESTED, WaitingFor.DECISION, since=case.requested_at, next_step=words)


def _over_before_goods(case: ReturnCase, policy: Policy) -> Progress | None:
    """Refused, cancelled or given up: nothing is left but to close."""
    if _outcome(case) is ReturnState.CLOSED or case.goods.arrivals:
        return None
    return _ready_to_close(case)


def _in_review(case: ReturnCase, policy: Policy) -> Progress | None:
    assert case.eligibility is not None
    assert case.decided_at is not None
    if case.eligibility.verdict is not Verdict.IN_REVIEW or case.review is not None:
        return None
    if question := open_question(case, WaitingFor.REVIEW):
        return waiting_for_customer(case, ReturnState.IN_REVIEW, question, policy=policy)
    words = "decides whether these goods may come back."
    asked = Asked(WaitingFor.REVIEW, since=case.decided_at, need=case.review_need, first=case.first_review, words=words)
    return waiting_for_person(case, ReturnState.IN_REVIEW, asked, policy=policy)


def _awaiting_approval(case: ReturnCase, policy: Policy) -> Progress | None:
    if not case.approval_reasons or case.approval is not None:
        return None
    assert case.approval_asked_at is not None
    if question := open_question(case, WaitingFor.APPROVAL):
        return waiting_for_customer(case, ReturnState.AWAITING_APPROVAL, question, policy=policy)
    need, since, first = case.approval_need, case.approval_asked_at, case.first_approval
    words = "other than the requester approves or refuses the refund."
    asked = Asked(WaitingFor.APPROVAL, since=since, need=need, first=first, words=words)
    return waiting_for_person(case, ReturnState.AWAITING_APPROVAL, asked, policy=policy)


def _confirming(case: ReturnCase, policy: Policy) -> Progress | None:
    manual = case.unconfirmed
    if manual is None:
        return None
    return waiting_until(
        case,
        ReturnState.REFUNDING,
        WaitingFor.CONFIRMATION,
        since=manual.at,
        deadline=policy.due(manual.at, deadlines_of(case, policy).approval),
        next_step=say_confirmation(manual, case.currency),
    )


def _paying(case: ReturnCase, policy: Policy) -> Progress | None:
    due = tuple(payout.number for payout in case.payouts if payout.state in DUE)
    since = case.approval.at if case.approval else case.plan_made_at
    if due:
        words = "The refund is on its way to the payment provider."
        return waiting(ReturnState.REFUNDING, WaitingFor.REFUND, since=since, next_step=words, payouts=due)
    return None


def _held_by_dispute(case: ReturnCase, policy: Policy) -> Progress | None:
    frozen = [payout for payout in case.payouts if payout.state is PayoutState.FROZEN]
    if not frozen:
        return None
    words = "The customer's bank disputes the payment: the refund waits until the bank has decided."
    since = case.approval.at if case.approval else case.plan_made_at
    return waiting(ReturnState.REFUNDING, WaitingFor.DISPUTE, since=since, next_step=words)


def _awaiting_parcel(case: ReturnCase, policy: Policy) -> Progress | None:
    return await_parcel(case, authorized_at=_authorized_at(case), deadlines=deadlines_of(case, policy), policy=policy)


def _awaiting_remaining_parcels(case: ReturnCase, policy: Policy) -> Progress | None:
    return await_remaining_parcels(case, deadlines=deadlines_of(case, policy), policy=policy)


def _awaiting_inspection(case: ReturnCase, policy: Policy) -> Progress | None:
    return await_inspection(case, deadlines=deadlines_of(case, policy), policy=policy)


def _putting_away(case: ReturnCase, policy: Policy) -> Progress | None:
    return await_putting_away(case, since=case.plan_made_at)


_STAGES: tuple[Callable[[ReturnCase, Policy], Progress | None], ...] = (
    _final,
    _undecided,
    _over_before_goods,
    _in_review,
    _awaiting_parcel,
    _awaiting_remaining_parcels,
    _awaiting_inspection,
    _confirming,
    _paying,
    _awaiting_approval,
    _held_by_dispute,
    _putting_away,
)


def _are_goods_due(case: ReturnCase, progress: Progress) -> bool:
    waits = (WaitingFor.APPROVAL, WaitingFor.EVIDENCE)
    decided = case.plan is not None and progress.waiting_for not in waits
    return decided and is_put_away_due(case.goods)


def unpaid_minor(case: ReturnCase) -> int:
    """What the plan owes beyond the payouts that did not go wrong, in minor units; 0 once a supervisor refused."""
    if case.plan is None or is_refund_refused(case):
        return 0
    return case.plan.total_minor - sum(p.amount_minor for p in case.payouts if not p.is_owed_again)


def is_refund_refused(case: ReturnCase) -> bool:
    """Whether a supervisor said that nothing is paid."""
    return case.approval is not None and case.approval.decision is Decision.REFUSE


def _outcome(case: ReturnCase) -> ReturnState:
    """The final state that the facts lead to."""
    if case.cancelled_at is not None:
        return ReturnState.CANCELLED
    if case.eligibility is not None and case.eligibility.verdict is Verdict.REFUSED:
        return ReturnState.REFUSED
    if case.review is not None and case.review.decision is Decision.REFUSE:
        return ReturnState.REFUSED
    if case.goods.given_up_at is not None and not case.goods.arrivals:
        return ReturnState.EXPIRED
    return ReturnState.REJECTED if is_refund_refused(case) else ReturnState.CLOSED


_CLOSING_WORDS = {
    ReturnState.CLOSED: "Nothing: the return is settled and closed.",
    ReturnState.REFUSED: "Nothing: the request was refused for the reasons given.",
    ReturnState.REJECTED: "The goods go back to the customer; no refund is paid.",
    ReturnState.CANCELLED: "Nothing: the return was cancelled; the units may be returned again.",
    ReturnState.EXPIRED: "Nothing: no parcel came; the units may be asked for again within the window.",
}


def _ready_to_close(case: ReturnCase) -> Progress:
    outcome = _outcome(case)
    state = ReturnState.SETTLED if outcome is ReturnState.CLOSED else outcome
    review_at = case.review.at if case.review else None
    facts = (
        case.goods.put_away_at,
        case.plan_made_at,
        case.cancelled_at,
        case.goods.given_up_at,
        review_at,
        case.decided_at,
    )
    last = max(at for at in facts if at is not None)
    return waiting(state, WaitingFor.CLOSING, since=last, next_step=_CLOSING_WORDS[outcome])


def _authorized_at(case: ReturnCase) -> datetime:
    at = case.review.at if case.review else case.decided_at
    assert at is not None
    return at
