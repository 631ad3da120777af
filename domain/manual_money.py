"""Money that was paid outside: recorded by one person, confirmed by another, and counted within the cap all the while.

One way for every case that owes money. Until it is confirmed it only keeps anybody from paying the same a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import ValidationError

from domain.authority import Delegation, find_taken_fault
from domain.case_documents import CaseDocument
from domain.cases import EventAnswer, InboxEvent, WaitingFor
from domain.changes import CaseChange, applied, parked, refused
from domain.confirmers import Wanted, find_confirmer, need_of
from domain.manual_refunds import ManualPart, ManualRefund, PaidOutside
from domain.money import Money
from domain.order_funds import OrderFunds, take_from
from domain.payouts import Payout, PayoutBasis, PayoutMethod, PayoutState
from domain.policies import Policy
from domain.returns.case import Approval, Decision, Finding

CaseT = TypeVar("CaseT", bound=CaseDocument)


class RecordedBody(ManualPart):
    """What somebody says was paid outside: an amount in major units ("12.30"), on one payment or on whichever."""

    amount: str
    currency: str
    payment_id: str | None = None
    paid: PaidOutside
    note: str = ""


class ConfirmedBody(ManualPart):
    """What the second person says."""

    decision: Literal[Decision.APPROVE, Decision.REFUSE]
    note: str = ""


def record_manual_refund(
    case: CaseT,
    event: InboxEvent,
    *,
    owed_minor: int,
    funds: OrderFunds,
    at: datetime,
) -> CaseChange[CaseT]:
    """The payouts that were paid outside, reported and held against their payments; or why they cannot be.

    No more than is owed, and no more than the payments hold.
    """
    if case.closed_at is not None:
        return _closed(case, event, at=at)
    try:
        body = RecordedBody.model_validate(event.payload)
    except ValidationError as error:
        detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}. Send it again through the API."
        return parked(case, event, at=at, code="unreadable_event", detail=detail)
    funds = funds.only(body.payment_id)
    left = Money(minor=max(0, min(owed_minor, funds.total_minor)), currency=case.currency)
    fault = next(_find_faults(case, body, funds, left=left, now=event.received_at), None)
    if fault is not None:
        return refused(case, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}")
    amount = Money.parse(body.amount, body.currency)
    payouts, basis = report_payouts(case, body.paid, amount, funds, at=at)
    recorded = ManualRefund(
        event_id=event.event_id,
        at=at,
        actor=event.actor,
        payouts=basis.payouts,
        amount_minor=amount.minor,
        paid=body.paid,
    )
    # Its time begins anew, however long another one was waited for.
    escalated = tuple(each for each in case.escalated if each is not WaitingFor.CONFIRMATION)
    changed = case.with_payouts(payouts, basis).with_facts(
        manual_refunds=(*case.manual_refunds, recorded), escalated=escalated
    )
    summary = f"{event.actor.name} says that {amount} was paid by {say_paid(body.paid)}; a second person confirms it. {body.note}"
    return applied(
        changed,
        event,
        at=at,
        summary=summary.strip(),
        payouts=list(recorded.payouts),
        amount_minor=amount.minor,
        currency=amount.currency,
    )


def report_payouts(
    case: CaseDocument, paid: PaidOutside, amount: Money, funds: OrderFunds, *, at: datetime
) -> tuple[tuple[Payout, ...], PayoutBasis]:
    """The payouts of an amount that was paid outside, each with its proof; the payments hold it, the caller looked."""
    payouts, basis = take_from(funds, case, amount.minor, at=at, method=PayoutMethod.MANUAL)
    reported = {"state": PayoutState.REPORTED, "provider_reference": paid.proof}
    return tuple(payout.model_copy(update=reported) for payout in payouts), basis


def decide_manual_refund(
    case: CaseT,
    event: InboxEvent,
    *,
    policy: Policy,
    at: datetime,
    wanted: Wanted | None = None,
    delegations: Sequence[Delegation] = (),
    claimed_by: str = "",
) -> CaseChange[CaseT]:
    """What a second person says: settled, or as if it had never been paid. Nobody confirms their own word or wish.

    Who may is what the matrix says of the amount; above its second limit a third person confirms as well. While somebody
    has taken it on (`claimed_by`), nobody else does.
    """
    if case.closed_at is not None:
        return _closed(case, event, at=at)
    manual = case.unconfirmed
    if manual is None:
        return refused(case, event, at=at, code="nothing_to_confirm", detail=_nothing_to_confirm(case))
    wanted = wanted or Wanted()
    need = need_of(case, manual, wanted, policy)
    standing = find_confirmer(event, manual, need, wanted=wanted, delegations=delegations, at=at)
    if isinstance(standing, Finding):
        return refused(case, event, at=at, code=standing.rule, detail=f"{standing.detail} {standing.way_out}")
    if fault := find_taken_fault(event.actor, claimed_by):
        return refused(case, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}")
    try:
        body = ConfirmedBody.model_validate(event.payload)
    except ValidationError as error:
        detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}. Send it again through the API."
        return parked(case, event, at=at, code="unreadable_event", detail=detail)
    confirmed = body.decision is Decision.APPROVE
    amount = Money(minor=manual.amount_minor, currency=case.currency)
    lender = standing.stands_in_for
    who = f"{event.actor.name} (for {lender})" if lender else event.actor.name
    if confirmed and need.approvals > 1 and manual.first_by is None:
        changed = _with_word(case, manual, {"first_by": event.actor, "first_stands_in_for": lender})
        summary = f"{who} confirmed {amount} as the first of two; somebody else confirms it too. {body.note}"
        return applied(changed, event, at=at, summary=summary.strip(), payouts=list(manual.payouts))
    said = {"confirmed": confirmed, "decided_by": event.actor, "decided_at": at, "note": body.note}
    said |= {"stands_in_for": lender}
    changed = _with_word(case, manual, said)
    verb = "confirmed" if confirmed else "did not confirm"
    summary = f"{who} {verb} that {amount} was paid by {say_paid(manual.paid)}. {body.note}".strip()
    return applied(changed, event, at=at, summary=summary, payouts=list(manual.payouts))


def settled_payouts(case: CaseDocument) -> tuple[Payout, ...]:
    """What became of the reported payouts that the newest decision was about."""
    decided = {
        number: manual for manual in case.manual_refunds if manual.confirmed is not None for number in manual.payouts
    }
    return tuple(
        _settled(payout, decided[payout.number])
        for payout in case.payouts
        if payout.state is PayoutState.REPORTED and payout.number in decided
    )


def ask_confirmers(case: CaseT, wanted: Wanted, policy: Policy) -> CaseT:
    """What was just recorded says whose confirmation it takes, so that the queue asks them."""
    manual = case.unconfirmed
    if manual is None:
        return case
    return _with_word(case, manual, {"need": need_of(case, manual, wanted, policy)})


def confirmation_of(case: CaseDocument, event: InboxEvent, *, at: datetime) -> Approval:
    """What the second person said of the newest manual refund, as an approval of what was owed."""
    lender = case.manual_refunds[-1].stands_in_for
    return Approval(event_id=event.event_id, at=at, actor=event.actor, decision=Decision.APPROVE, stands_in_for=lender)


def say_confirmation(manual: ManualRefund, currency: str) -> str:
    """The next step of a case that waits for the second person."""
    amount = Money(minor=manual.amount_minor, currency=currency)
    others = f"{manual.actor.name} and {manual.first_by.name}" if manual.first_by else manual.actor.name
    return f"Somebody other than {others} confirms that {amount} was paid by {say_paid(manual.paid)}, or refuses."


def is_applied(answer: EventAnswer | None) -> bool:
    """Whether the event changed the case."""
    return answer is not None and answer.code == "applied"


def _closed(case: CaseT, event: InboxEvent, *, at: datetime) -> CaseChange[CaseT]:
    detail = (
        f"The case {case.ref.rma} is closed; the event is kept for a person to look at. Record it as an adjustment."
    )
    return parked(case, event, at=at, code="case_closed", detail=detail)


def _with_word(case: CaseT, manual: ManualRefund, said: dict[str, Any]) -> CaseT:
    known = case.manual_refunds
    return case.with_facts(
        manual_refunds=tuple(each.model_copy(update=said) if each == manual else each for each in known)
    )


def _settled(payout: Payout, manual: ManualRefund) -> Payout:
    if manual.confirmed:
        return payout.model_copy(update={"state": PayoutState.SETTLED})
    assert manual.decided_by is not None, "a decision has its actor"
    failure = f"{manual.decided_by.name} did not confirm that it was paid. {manual.note}".strip()
    return payout.model_copy(update={"state": PayoutState.FAILED, "failure": failure})


def _find_faults(
    case: CaseDocument, body: RecordedBody, funds: OrderFunds, *, left: Money, now: datetime
) -> Iterator[Finding]:
    """What is wrong with it; each says what is left and what to do."""
    up_to = f"Give an amount up to {left}."
    if case.unconfirmed is not None:
        detail = f"{case.unconfirmed.actor.name} recorded a refund already that waits to be confirmed."
        yield _fault("confirmation_pending", detail, "Confirm or refuse that one first.")
    if body.currency != case.currency:
        detail = f"The order was paid in {case.currency}, not in {body.currency}."
        yield _fault("wrong_currency", detail, f"Give the amount in {case.currency}; {left} is left.")
    known = [payment.payment_id for payment in (*funds.order.payments, *funds.collected)]
    if body.payment_id is not None and body.payment_id not in known:
        detail = f"Payment {body.payment_id} is not a payment of this order."
        yield _fault(
            "unknown_payment", detail, f"Name one of its payments ({', '.join(known) or 'it has none'}), or none."
        )
    try:
        amount = Money.parse(body.amount, body.currency)
    except ValueError as error:
        yield _fault("unusable_amount", f"{error}.", up_to)
        return
    if amount.minor <= 0:
        yield _fault("amount_not_positive", "A refund is more than nothing.", up_to)
    if not left:
        yield _fault("nothing_left", "Nothing is owed that the payments still hold.", "There is nothing to record.")
    if amount > left:
        yield _fault("refund_exceeds_balance", f"{amount} is more than the {left} that can still be refunded.", up_to)
    if body.paid.is_still_to_come(now):
        yield _fault("paid_in_future", f"{body.paid.paid_on} is still to come.", "Record it once it is paid.")


def _fault(rule: str, detail: str, way_out: str) -> Finding:
    return Finding(rule=rule, detail=detail, way_out=way_out)


def _nothing_to_confirm(case: CaseDocument) -> str:
    decided = [manual for manual in case.manual_refunds if manual.decided_by is not None]
    if not decided:
        return "Nothing was recorded as paid outside. Record it first (manual_refund_recorded)."
    last = decided[-1]
    assert last.decided_by is not None, "only decided ones are listed"
    verb = "confirmed" if last.confirmed else "refused"
    return f"Already decided: {last.decided_by.name} {verb} it at {last.decided_at:%Y-%m-%d %H:%M:%S} UTC. Record what else was paid first."


def say_paid(paid: PaidOutside) -> str:
    """How it was paid, when, and what proves it, in words."""
    return f"{paid.method.replace('_', ' ')} on {paid.paid_on} ({paid.proof})"
