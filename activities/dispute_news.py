"""What a provider's event about a dispute does: money of the payment stops, goes on or is gone, and people hear of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from activities.event_verdicts import EventVerdict, applied, news_for, parked, provider_actor, repeated
from domain.cases import CaseRef, EventKind
from domain.disputes import Dispute, DisputeState, settle_frozen
from domain.ledger_port import PaymentPlace
from domain.payment_events import DISPUTE_STATES, PaymentEvent
from domain.payment_issues.case import PaymentIssue, PaymentIssueCause, issue_key
from domain.payment_issues.events import take_dispute as show_dispute
from domain.payment_issues.opening import open_dispute
from domain.ports import Transaction
from domain.stories import derive_progress


def take_dispute(tx: Transaction, event: PaymentEvent, *, at: datetime) -> EventVerdict:
    """The dispute is on record, its payouts are frozen, thawed or closed, and its issue is opened or told."""
    place = tx.find_payment(event.merchant, event.payment_references)
    if place is None or event.amount is None:
        return parked(
            "unknown_payment",
            f"No order has the payment of dispute {event.reference}. Tell the order with it, then release the event.",
        )
    if event.amount.currency != place.currency:
        detail = f"Dispute {event.reference} is over {event.amount}, its payment in {place.currency}."
        return parked("wrong_currency", f"{detail} Correct the order's payment, then release the event.")
    _lock(tx, event, place)
    known = tx.dispute(event.merchant, event.reference)
    dispute = _dispute(event, place, known)
    if dispute.contradicts(known):
        detail = f"Dispute {event.reference} is {dispute.state} now and was {known and known.state}."
        return parked("dispute_differs", f"{detail} Ask the provider which it is.")
    if not dispute.is_news_after(known):
        return repeated(f"Dispute {event.reference} is on record with that or later news.")
    _settle_payouts(tx, dispute, event, at=at)
    tx.record_dispute(event.merchant, dispute)
    _tell_issue(tx, dispute, event, is_first=known is None, at=at)
    return applied(f"Dispute {event.reference} of payment {place.payment_id} is {dispute.state}.")


def _lock(tx: Transaction, event: PaymentEvent, place: PaymentPlace) -> None:
    """Whatever the dispute may touch is locked in the order in which steps lock it: cases, the issue, then the order."""
    tx.lock_stoppable(event.merchant, place.order_id, place.payment_id)
    issue = tx.find_issue(event.merchant, issue_key(PaymentIssueCause.DISPUTE, event.reference))
    if issue is not None:
        tx.payment_issue(issue)
    tx.lock_order(event.merchant, place.order_id)


def _dispute(event: PaymentEvent, place: PaymentPlace, known: Dispute | None) -> Dispute:
    assert event.amount is not None
    state = DISPUTE_STATES[event.kind]
    return Dispute(
        dispute_id=event.reference,
        provider=event.provider,
        order_id=place.order_id,
        payment_id=place.payment_id,
        # What a bank gives back later does not make smaller what it took.
        amount_minor=max(event.amount.minor, known.amount_minor if known else 0),
        currency=event.amount.currency,
        state=state,
        freezes=state is DisputeState.OPEN,
        reason=event.reason,
        respond_by=event.respond_by,
        opened_at=known.opened_at if known else event.occurred_at,
    )


def _settle_payouts(tx: Transaction, dispute: Dispute, event: PaymentEvent, *, at: datetime) -> None:
    place = (event.merchant, dispute.order_id, dispute.payment_id)
    others = [each for each in tx.disputes_of(*place) if each.dispute_id != dispute.dispute_id]
    others_freeze = any(each.freezes and not each.is_decided for each in others)
    stoppable = tx.stoppable_payouts(*place)
    owner = {payout.key: ref for ref, payout in stoppable}
    told: set[CaseRef] = set()
    for payout in settle_frozen([payout for _, payout in stoppable], dispute, others_freeze=others_freeze):
        tx.record_payout(owner[payout.key], payout, provider_actor(event), about=dispute.dispute_id)
        told.add(owner[payout.key])
    for ref in sorted(told, key=lambda ref: ref.workflow_id):
        tx.keep_event(news_for(ref, EventKind.PAYOUT_CHANGED, event, at=at))


def _tell_issue(tx: Transaction, dispute: Dispute, event: PaymentEvent, *, is_first: bool, at: datetime) -> None:
    """Each dispute has an issue; one that we first hear of when it is won needs nobody."""
    if is_first and dispute.state is DisputeState.WON:
        return
    excess = tx.excess_minor(event.merchant, dispute.order_id, dispute.payment_id)
    version = tx.policy(event.merchant).version
    make = partial(open_dispute, dispute=dispute, excess_minor=excess, policy_version=version, at=at)
    ref, is_new = tx.open_issue(event.merchant, issue_key(PaymentIssueCause.DISPUTE, dispute.dispute_id), make)
    if is_new:
        return
    issue = tx.payment_issue(ref)
    if issue.closed_at is None:
        tx.keep_event(news_for(ref, EventKind.DISPUTE_CHANGED, event, at=at))
    else:
        _show_on_closed(tx, issue, dispute, excess_minor=excess, at=at)


def _show_on_closed(tx: Transaction, issue: PaymentIssue, dispute: Dispute, *, excess_minor: int, at: datetime) -> None:
    change = show_dispute(issue, dispute, excess_minor=excess_minor, at=at)
    policy = tx.policy(issue.ref.merchant, issue.policy_version).policy
    tx.save_case(change.case, derive_progress(change.case, policy), change.entries)
