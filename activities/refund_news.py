"""What a provider's event about a refund does: the payout moves on, and its case or a payment issue hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from activities.after_close import failed_payout_key, show_payouts
from activities.event_verdicts import EventVerdict, applied, news_for, parked, provider_actor, repeated
from activities.payments import refund_order
from domain.case_documents import CaseDocument
from domain.cases import CaseRef, EventKind
from domain.changes import entry
from domain.errors import LedgerContradiction
from domain.payment_events import REFUND_STATES, News, PaymentEvent, confirmed_state, judge_refund
from domain.payouts import Payout, PayoutState
from domain.ports import ProviderRefund, RefundOrder, Transaction

_TOLD_STATES = {
    "pending": PayoutState.ACCEPTED,
    "settled": PayoutState.SETTLED,
    "failed": PayoutState.FAILED,
}


@dataclass(frozen=True)
class Confirmed:
    """What the provider said when it was asked about a refund; None: it knows of none."""

    refund: ProviderRefund | None


def find_doubt(tx: Transaction, event: PaymentEvent) -> RefundOrder | None:
    """The refund about which the provider must be asked before the event is believed, if there is one."""
    located = _locate(tx, event)
    if located is None or event.amount is None:
        return None
    case, payout = located
    news = judge_refund(payout, REFUND_STATES[event.kind], reference=event.reference, amount=event.amount)
    if news is not News.DOUBTFUL:
        return None
    return refund_order(tx, case.ref, payout)


def take_refund(tx: Transaction, event: PaymentEvent, *, confirmed: Confirmed | None, at: datetime) -> EventVerdict:
    """The payout is where the provider says, unless that is old news or cannot be."""
    located = _locate(tx, event)
    if located is None or event.amount is None:
        return _not_ours(tx, event)
    case, payout = located
    state, amount, reference = REFUND_STATES[event.kind], event.amount, event.reference
    if confirmed is not None:
        if confirmed.refund is None:
            return _alarm(
                tx,
                case,
                payout,
                at,
                "provider_knows_no_refund",
                f"The provider told of refund {reference} and now knows of none. Ask the provider which it is.",
            )
        refund = confirmed.refund
        state, amount, reference = _TOLD_STATES[refund.status], refund.amount, refund.reference
    news = judge_refund(payout, state, reference=reference, amount=amount)
    if news is News.IMPOSSIBLE:
        detail = f"The provider tells of refund {reference} over {amount} under the key of payout {payout.number}, which is another. Ask the provider which it is."
        return _alarm(tx, case, payout, at, "refund_differs", detail)
    if news is News.REPEATED:
        return repeated(f"Payout {payout.number} of {case.ref.rma} is {payout.state}; this is no later news.")
    told = payout.model_copy(
        update={"state": confirmed_state(payout, state), "provider_reference": reference, "failure": event.reason}
    )
    try:
        tx.record_payout(case.ref, told, provider_actor(event))
    except LedgerContradiction as contradiction:
        return _alarm(
            tx,
            case,
            payout,
            at,
            "ledger_contradiction",
            f"The ledger cannot hold this: {contradiction}. Compare it with the provider.",
        )
    return _tell(tx, case, payout, told, event=event, at=at)


def _locate(tx: Transaction, event: PaymentEvent) -> tuple[CaseDocument, Payout] | None:
    """The payout with its case and its issue, all locked in the order in which steps lock them."""
    located = tx.locate_payout(event.merchant, event.key) if event.key else None
    if located is None:
        return None
    ref, payout = located
    case = tx.case(ref)
    issue = tx.find_issue(ref.merchant, failed_payout_key(ref, payout))
    if issue is not None:
        tx.payment_issue(issue)
    tx.lock_order(ref.merchant, case.order_id)
    return case, tx.payout(ref, payout.number)


def _not_ours(tx: Transaction, event: PaymentEvent) -> EventVerdict:
    place = tx.find_payment(event.merchant, event.payment_references)
    if place is None:
        return parked(
            "unknown_payment",
            f"No order has the payment of refund {event.reference}. Tell the order with it, then release the event.",
        )
    where = f"payment {place.payment_id} of order {place.order_id}"
    detail = f"Refund {event.reference} of {event.amount} on {where} was not made by us: record it on its return or adjust the order."
    return parked("refund_not_ours", detail)


def _tell(
    tx: Transaction, case: CaseDocument, before: Payout, told: Payout, *, event: PaymentEvent, at: datetime
) -> EventVerdict:
    detail = f"Payout {told.number} of {case.ref.rma} is {told.state}."
    if case.closed_at is not None:
        show_payouts(tx, case, at=at)
    elif not _is_awaited(before, told):
        tx.keep_event(news_for(case.ref, EventKind.PAYOUT_CHANGED, event, at=at))
    if before.state is PayoutState.FAILED:
        return _arrived_after_all(tx, case.ref, told, event=event, at=at)
    return applied(detail)


def _is_awaited(before: Payout, told: Payout) -> bool:
    """Whether the case's own activity is about to learn the same: it is asking the provider at this moment."""
    asking = before.state in (PayoutState.SENT, PayoutState.UNKNOWN)
    return asking and told.state in (PayoutState.ACCEPTED, PayoutState.SETTLED)


def _arrived_after_all(
    tx: Transaction, ref: CaseRef, payout: Payout, *, event: PaymentEvent, at: datetime
) -> EventVerdict:
    """Money that was given up arrived: whoever was about to pay it again hears of it."""
    issue_ref = tx.find_issue(ref.merchant, failed_payout_key(ref, payout))
    if issue_ref is None:
        return applied(f"Payout {payout.number} of {ref.rma} arrived after all.")
    issue = tx.payment_issue(issue_ref)
    if issue.closed_at is None:
        tx.keep_event(news_for(issue_ref, EventKind.PAYOUT_CHANGED, event, at=at))
        return applied(f"Payout {payout.number} of {ref.rma} arrived after all; issue {issue_ref.rma} is told.")
    detail = f"Payout {payout.number} of {ref.rma} arrived after all, and payment issue {issue_ref.rma} is closed: see whether it was paid twice."
    return parked("arrived_after_issue", detail)


def _alarm(tx: Transaction, case: CaseDocument, payout: Payout, at: datetime, code: str, detail: str) -> EventVerdict:
    tx.add_to_timeline(case.ref, entry(at, "refund.alarm", f"ALARM: {detail}", payout=payout.number, code=code))
    return parked(code, detail)
