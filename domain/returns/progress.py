"""Where a return stands, derived from its facts and nothing else; the order in which facts arrived does not matter."""

from __future__ import annotations

from collections.abc import Callable

from domain.cases import Progress, WaitingFor
from domain.exchanges import progress as exchanges
from domain.goods_back.giving_back import await_giving_back, open_shipments, went_back
from domain.goods_back.label_expiry import label_standing
from domain.goods_back.progress import (
    await_inspection,
    await_parcel,
    await_putting_away,
    await_remaining_parcels,
    is_put_away_due,
    labelled_deliveries,
    unused_labels,
)
from domain.payouts import DUE
from domain.policies import Policy
from domain.returns.ahead import is_ahead, overpaid_minor, paid_minor
from domain.returns.case import ReturnCase, Verdict
from domain.returns.exception_deadlines import exceptions_due_at
from domain.returns.service import deadlines_of
from domain.returns.stages import (
    ReturnState,
    authorized_at,
    awaiting_approval,
    confirming,
    held_by_dispute,
    in_review,
    is_refund_refused,
    is_request_refused,
    paying,
    unpaid_minor,
)
from domain.waits import waiting

__all__ = ["ReturnState", "derive_progress", "is_refund_refused", "unpaid_minor"]


# The outcomes of a return that went its whole way.
SETTLED = (ReturnState.CLOSED, ReturnState.SENT_BACK)


def derive_progress(case: ReturnCase, policy: Policy) -> Progress:
    """The state, the one thing it waits for, since when, until when, and the next step in words."""
    if case.exchange is not None:
        return exchanges.derive_progress(case, policy)
    progress = next((found for stage in _STAGES if (found := stage(case, policy))), None) or _ready_to_close(case)
    waits_for_goods = progress.waiting_for in (WaitingFor.PARCEL, WaitingFor.REMAINING_PARCELS, WaitingFor.INSPECTION)
    due = tuple(payout.number for payout in case.payouts if payout.state in DUE)
    return progress.model_copy(
        update={
            "payouts_ahead": due if waits_for_goods else (),
            "asks_ahead": is_ahead(case) and progress.waiting_for in (WaitingFor.APPROVAL, WaitingFor.EVIDENCE),
            "deliveries": labelled_deliveries(case.goods) if case.expected and not is_request_refused(case) else (),
            "unused_labels": unused_labels(case.goods, is_over=case.cancelled_at is not None),
            "goods_due": _are_goods_due(case, progress),
            "shipments": open_shipments(case.goods.given_back),
            **label_standing(case.goods, progress),
            "exceptions_due_at": exceptions_due_at(case) if progress.open else None,
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
    asks = bool(case.approval_reasons) and case.approval is None and overpaid_minor(case) > 0
    if _outcome(case) in SETTLED or case.goods.arrivals or asks:
        return None
    return _ready_to_close(case)


def _asking_ahead(case: ReturnCase, policy: Policy) -> Progress | None:
    return awaiting_approval(case, policy) if is_ahead(case) else None


def _awaiting_parcel(case: ReturnCase, policy: Policy) -> Progress | None:
    if case.goods.given_up_at is not None:
        return None
    return await_parcel(case, authorized_at=authorized_at(case), deadlines=deadlines_of(case, policy), policy=policy)


def _awaiting_remaining_parcels(case: ReturnCase, policy: Policy) -> Progress | None:
    if not case.goods.arrivals or is_request_refused(case):
        return None
    return await_remaining_parcels(case, deadlines=deadlines_of(case, policy), policy=policy)


def _awaiting_inspection(case: ReturnCase, policy: Policy) -> Progress | None:
    if is_request_refused(case):
        return None
    return await_inspection(case, deadlines=deadlines_of(case, policy), policy=policy)


def _putting_away(case: ReturnCase, policy: Policy) -> Progress | None:
    return await_putting_away(case, since=authorized_at(case) if is_request_refused(case) else case.plan_made_at)


def _giving_back(case: ReturnCase, policy: Policy) -> Progress | None:
    return await_giving_back(case)


_STAGES: tuple[Callable[[ReturnCase, Policy], Progress | None], ...] = (
    _final,
    _undecided,
    _over_before_goods,
    in_review,
    _asking_ahead,
    _awaiting_parcel,
    _awaiting_remaining_parcels,
    _awaiting_inspection,
    confirming,
    paying,
    awaiting_approval,
    held_by_dispute,
    _putting_away,
    _giving_back,
)


def _are_goods_due(case: ReturnCase, progress: Progress) -> bool:
    waits = (WaitingFor.APPROVAL, WaitingFor.EVIDENCE)
    decided = case.plan is not None and not is_ahead(case) and progress.waiting_for not in waits
    return (decided or is_request_refused(case)) and is_put_away_due(case.goods)


def _outcome(case: ReturnCase) -> ReturnState:
    """The final state that the facts lead to."""
    if case.cancelled_at is not None:
        return ReturnState.CANCELLED
    if case.eligibility is not None and case.eligibility.verdict is Verdict.REFUSED:
        return ReturnState.REFUSED
    if is_request_refused(case):
        return ReturnState.REFUSED
    if case.goods.given_up_at is not None and not case.goods.arrivals and not case.goods.kept:
        return ReturnState.EXPIRED
    kept_too_much = overpaid_minor(case) > 0
    if is_refund_refused(case) and not kept_too_much:
        return ReturnState.REJECTED
    return ReturnState.SENT_BACK if went_back(case.goods) and not paid_minor(case) else ReturnState.CLOSED


_CLOSING_WORDS = {
    ReturnState.CLOSED: "Nothing: the return is settled and closed.",
    ReturnState.SENT_BACK: "Nothing: everything that came went back to the customer.",
    ReturnState.REFUSED: "Nothing: the request was refused for the reasons given.",
    ReturnState.REJECTED: "The goods go back to the customer; no refund is paid.",
    ReturnState.CANCELLED: "Nothing: the return was cancelled; the units may be returned again.",
    ReturnState.EXPIRED: "Nothing: no parcel came; the units may be asked for again within the window.",
}


def _ready_to_close(case: ReturnCase) -> Progress:
    outcome = _outcome(case)
    state = ReturnState.SETTLED if outcome in SETTLED else outcome
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
