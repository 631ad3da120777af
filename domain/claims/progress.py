"""Where a claim stands, derived from its facts and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from domain.asking import Asked, await_customer, await_person, open_question
from domain.cases import Progress, WaitingFor
from domain.claims.case import Claim
from domain.confirmations import await_confirmation
from domain.goods_back.counts import is_complete
from domain.goods_back.giving_back import await_giving_back, open_shipments
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
from domain.payouts import DUE, PayoutState
from domain.policies import Policy
from domain.returns.case import Verdict
from domain.waits import waiting
from domain.words import as_sentence


class ClaimState(StrEnum):
    """The states of a claim; the last five are final, a denial once nobody may appeal it any more."""

    OPEN = "open"
    IN_REVIEW = "in_review"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    AUTHORIZED = "authorized"
    IN_TRANSIT = "in_transit"
    OVERDUE = "overdue"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    REFUNDING = "refunding"
    REPLACING = "replacing"
    SETTLED = "settled"
    GOING_BACK = "going_back"
    CLOSED = "closed"
    DENIED = "denied"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_FINAL_WORDS = {
    ClaimState.CLOSED: "Nothing: the claim is settled and closed.",
    ClaimState.DENIED: "Nothing: the claim was denied for the reason given.",
    ClaimState.REFUSED: "Nothing: it cannot be claimed, for the reasons given.",
    ClaimState.CANCELLED: "Nothing: the claim was withdrawn; the units may be claimed or returned again.",
    ClaimState.EXPIRED: "Nothing: the goods that were asked for never came.",
}


def derive_progress(case: Claim, policy: Policy) -> Progress:
    """The state, the one thing it waits for, since when, until when, and the next step in words."""
    progress = next((found for stage in _STAGES if (found := stage(case, policy))), None) or _ready_to_close(case)
    over = case.cancelled_at is not None or case.is_denied
    return progress.model_copy(
        update={
            "deliveries": labelled_deliveries(case.goods) if case.asks_for_goods else (),
            "unused_labels": unused_labels(case.goods, is_over=over),
            "goods_due": is_put_away_due(case.goods),
            **label_standing(case.goods, progress),
            "shipments": open_shipments((*case.shipments, *case.goods.given_back)),
        }
    )


def is_ready_to_give(case: Claim) -> bool:
    """Whether what was promised may be given now: it is approved, and goods that were asked for are inspected."""
    if not case.is_approved or case.given_at is not None or case.cancelled_at is not None:
        return False
    return not case.asks_for_goods or is_complete(case.goods, case.expected)


def _final(case: Claim, policy: Policy) -> Progress | None:
    if case.closed_at is None:
        return None
    state = _outcome(case)
    words = _FINAL_WORDS[state]
    return Progress(state=state, waiting_for=WaitingFor.NOTHING, since=case.closed_at, next_step=words, open=False)


def _undecided(case: Claim, policy: Policy) -> Progress | None:
    if case.verdict is not None:
        return None
    words = "The claim is being checked against the policy."
    return waiting(ClaimState.OPEN, WaitingFor.DECISION, since=case.requested_at, next_step=words)


def _over(case: Claim, policy: Policy) -> Progress | None:
    return _ready_to_close(case) if _outcome(case) not in (ClaimState.CLOSED, ClaimState.DENIED) else None


def _denied(case: Claim, policy: Policy) -> Progress | None:
    if not case.is_denied:
        return None
    denial = case.denials[-1]
    if not case.may_be_appealed:
        return None
    words = f"Denied: {as_sentence(denial.reason)} {denial.way_out}".strip()
    return waiting(
        ClaimState.DENIED,
        WaitingFor.APPEAL,
        since=denial.at,
        deadline=policy.due(denial.at, policy.deadlines.appeal),
        next_step=words,
    )


def _in_review(case: Claim, policy: Policy) -> Progress | None:
    if case.resolution is not None or case.is_denied:
        return None
    if question := open_question(case, WaitingFor.REVIEW):
        return await_customer(ClaimState.IN_REVIEW, question, deadlines=policy.deadlines, policy=policy)
    appeals = [denial.appeal.at for denial in case.denials if denial.appeal is not None]
    since = case.last_fact(case.decided_at, case.reopened_at, *appeals)
    asked = Asked(WaitingFor.REVIEW, since, case.review_need, None, "decides on the claim, or asks the customer first.")
    return await_person(case, ClaimState.IN_REVIEW, asked, deadlines=policy.deadlines, policy=policy)


def _awaiting_approval(case: Claim, policy: Policy) -> Progress | None:
    if not case.needs_approval or case.is_denied:
        return None
    state, since = ClaimState.AWAITING_APPROVAL, case.last_fact(case.approval_asked_at)
    if question := open_question(case, WaitingFor.APPROVAL):
        return await_customer(state, question, deadlines=policy.deadlines, policy=policy)
    words = "other than whoever proposed it approves or refuses what the customer gets."
    asked = Asked(WaitingFor.APPROVAL, since, case.approval_need, case.first_approval, words)
    return await_person(case, state, asked, deadlines=policy.deadlines, policy=policy)


def _awaiting_goods(case: Claim, policy: Policy) -> Progress | None:
    if not case.asks_for_goods or case.given_at is not None:
        return None
    approved_at = case.approval.at if case.approval else case.plan_made_at
    asked_at = case.last_fact(approved_at)
    return (
        await_parcel(case, authorized_at=asked_at, deadlines=policy.deadlines, policy=policy)
        or await_remaining_parcels(case, deadlines=policy.deadlines, policy=policy)
        or await_inspection(case, deadlines=policy.deadlines, policy=policy)
    )


def _confirming(case: Claim, policy: Policy) -> Progress | None:
    return await_confirmation(case, ClaimState.REFUNDING, deadlines=policy.deadlines, policy=policy)


def _refunding(case: Claim, policy: Policy) -> Progress | None:
    due = tuple(payout.number for payout in case.payouts if payout.state in DUE)
    if due:
        words = "The refund is on its way to the payment provider."
        since = case.last_fact(case.given_at)
        return waiting(ClaimState.REFUNDING, WaitingFor.REFUND, since=since, next_step=words, payouts=due)
    return None


def _held_by_dispute(case: Claim, policy: Policy) -> Progress | None:
    if not any(payout.state is PayoutState.FROZEN for payout in case.payouts):
        return None
    words = "The customer's bank disputes the payment: the refund waits until the bank has decided."
    since = case.last_fact(case.given_at)
    return waiting(ClaimState.REFUNDING, WaitingFor.DISPUTE, since=since, next_step=words)


def _replacing(case: Claim, policy: Policy) -> Progress | None:
    sent = next((report for report in case.shipments if report.open), None)
    if sent is None:
        return None
    words = f"Replacement shipment {sent.number} is {sent.state.replace('_', ' ')}."
    since = case.last_fact(case.given_at)
    return waiting(ClaimState.REPLACING, WaitingFor.REPLACEMENT, since=since, next_step=words)


def _putting_away(case: Claim, policy: Policy) -> Progress | None:
    return await_putting_away(case, since=case.last_fact(case.given_at))


def _giving_back(case: Claim, policy: Policy) -> Progress | None:
    return await_giving_back(case)


_STAGES: tuple[Callable[[Claim, Policy], Progress | None], ...] = (
    _final,
    _undecided,
    _over,
    _in_review,
    _confirming,
    _awaiting_approval,
    _awaiting_goods,
    _refunding,
    _held_by_dispute,
    _replacing,
    _putting_away,
    _giving_back,
    _denied,
)


def _outcome(case: Claim) -> ClaimState:
    """The final state that the facts lead to."""
    if case.cancelled_at is not None:
        return ClaimState.CANCELLED
    if case.verdict is Verdict.REFUSED:
        return ClaimState.REFUSED
    if case.is_denied:
        return ClaimState.DENIED
    return ClaimState.EXPIRED if case.has_expired else ClaimState.CLOSED


def _ready_to_close(case: Claim) -> Progress:
    outcome = _outcome(case)
    state = ClaimState.SETTLED if outcome is ClaimState.CLOSED else outcome
    denials = [at for denial in case.denials for at in (denial.at, denial.accepted_at)]
    since = case.last_fact(case.decided_at, case.given_at, case.cancelled_at, case.goods.given_up_at, *denials)
    return waiting(state, WaitingFor.CLOSING, since=since, next_step=_FINAL_WORDS[outcome])
