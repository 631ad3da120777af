"""What opening and each kind of news does to an adjustment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.adjustments.authority import deed_of
from domain.adjustments.case import Adjustment, AdjustmentBasis, Goodwill, Settlement
from domain.adjustments.planning import Planned
from domain.adjustments.progress import derive_progress
from domain.authority import Authority, decide_authority, find_resolver_fault
from domain.cases import InboxEvent, WaitingFor
from domain.changes import CaseChange, applied, entry, parked, refused
from domain.manual_money import report_payouts
from domain.manual_refunds import ManualRefund, PaidOutside
from domain.money import Money
from domain.order_funds import OrderFunds, take_from
from domain.payment_issues.case import Resolution
from domain.payout_news import changed_payouts, tell_payout
from domain.payout_trouble import find_trouble
from domain.payouts import Payout, PayoutState
from domain.policies import Policy
from domain.reimbursements import AmountRefused, ReimbursementPlan
from domain.returns.case import Finding

AdjustmentChange = CaseChange[Adjustment]


class SettledBody(BaseModel):
    """What became of a receivable."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    resolution: Resolution
    proof: str = ""
    note: str = ""


def propose(
    case: Adjustment, planned: Planned, basis: AdjustmentBasis, *, policy: Policy, at: datetime
) -> AdjustmentChange:
    """What it comes to, and why a person must decide, if one must; or why it cannot be, which ends it."""
    if isinstance(planned, AmountRefused):
        line = entry(at, "adjustment.refused", f"{planned.detail} {planned.way_out}", code=planned.code)
        return AdjustmentChange(case=case.with_facts(refusal=planned, refused_at=at), entries=(line,))
    total = Money(minor=planned.total_minor, currency=planned.currency)
    alone = Authority(need=None) if case.is_paid_outside else _authority(case, planned, basis, policy)
    reasons = alone.reasons
    proposed = case.with_facts(
        plan=planned,
        plan_basis=basis,
        plan_made_at=at,
        approval_reasons=reasons,
        approval_need=alone.need,
        approval_row=alone.row,
        approval_asked_at=at,
    )
    next_step = "; a supervisor decides." if reasons else ", within the rules' authority."
    line = entry(
        at,
        "adjustment.proposed",
        f"It comes to {total}{next_step}",
        actor=case.opened_by,
        amount_minor=total.minor,
        currency=total.currency,
    )
    return AdjustmentChange(case=proposed, entries=(line,))


def pay(case: Adjustment, funds: OrderFunds, *, at: datetime) -> AdjustmentChange:
    """What is owed, decided and not on its way has its payouts; what was paid outside is reported as such.

    When the payments hold less than is owed, nothing is paid and a person decides.
    """
    if case.needs_approval or case.unconfirmed is not None or case.owed_minor <= 0:
        return AdjustmentChange(case=case)
    goodwill = case.asked if isinstance(case.asked, Goodwill) else None
    funds = funds.only(goodwill.payment_id if goodwill else None)
    owed = Money(minor=case.owed_minor, currency=case.currency)
    if funds.total_minor < owed.minor:
        left = Money(minor=max(0, funds.total_minor), currency=case.currency)
        detail = f"The payments hold {left}, which is less than the {owed} that are owed."
        way_out = "Approve to try again, or refuse; what the payments do not hold cannot be paid."
        asked = _ask(case, Finding(rule="payments_hold_less", detail=detail, way_out=way_out), at=at)
        return AdjustmentChange(case=asked, entries=(entry(at, "refund.short", detail),))
    if goodwill is not None and goodwill.paid_outside is not None and not case.manual_refunds:
        return _report(case, goodwill.paid_outside, owed, funds, at=at)
    declined = frozenset(payout.payment_id for payout in case.payouts if payout.is_owed_again)
    payouts, basis = take_from(funds, case, owed.minor, at=at, last=declined)
    line = entry(at, "refund.planned", f"{owed} is in the ledger.", payouts=list(basis.payouts))
    return AdjustmentChange(case=case.with_payouts(payouts, basis), entries=(line,))


def settle_receivable(case: Adjustment, event: InboxEvent, *, policy: Policy, at: datetime) -> AdjustmentChange:
    """What became of money that was paid too much: received, with its proof, or written off."""
    progress = derive_progress(case, policy)
    if not progress.open:
        return tell_closed(case, event, at=at)
    if fault := find_resolver_fault(event.actor):
        return refused(case, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}")
    if progress.waiting_for is not WaitingFor.RESOLUTION:
        detail = f"There is nothing to settle now. Next: {progress.next_step}"
        return refused(case, event, at=at, code="nothing_to_decide", detail=detail)
    try:
        body = SettledBody.model_validate(event.payload)
    except ValidationError as error:
        return tell_unreadable(case, event, error, at=at)
    if fault := _find_settlement_fault(case, event, body):
        return refused(case, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}")
    settlement = Settlement(event_id=event.event_id, at=at, actor=event.actor, **body.model_dump())
    amount = Money(minor=case.receivable_minor, currency=case.currency)
    came = f"records that {amount} came back ({body.proof})"
    does = came if body.resolution is Resolution.RECEIVED else f"writes {amount} off"
    summary = f"{event.actor.name} {does}. {body.note}".strip()
    return applied(case.with_facts(settlement=settlement), event, at=at, summary=summary, amount_minor=amount.minor)


def take_payouts(case: Adjustment, ledger: Sequence[Payout], *, at: datetime) -> AdjustmentChange:
    """The payouts as the ledger knows them; one that went wrong and is still owed asks a person."""
    news = changed_payouts(case.payouts, ledger)
    lines = tuple(tell_payout(payout, at) for payout in news if payout.state is not PayoutState.SENT)
    changed = case.with_facts(payouts=tuple(ledger))
    for payout in news:
        if finding := find_trouble(payout):
            changed = _ask(changed, finding, at=at)
    return AdjustmentChange(case=changed, entries=lines)


def pass_deadline(
    case: Adjustment, waiting_for: WaitingFor, *, policy: Policy, at: datetime
) -> AdjustmentChange | None:
    """The wait was escalated when its deadline passed; None when it has not, or when the case moved on meanwhile."""
    progress = derive_progress(case, policy)
    if progress.waiting_for is not waiting_for or progress.deadline is None or at < progress.deadline:
        return None
    summary = f"The wait for {waiting_for} passed its deadline and was escalated."
    changed = case.with_facts(escalated=(*case.escalated, waiting_for))
    return AdjustmentChange(case=changed, entries=(entry(at, f"{waiting_for}.escalated", summary),))


def close_adjustment(case: Adjustment, *, policy: Policy, at: datetime) -> AdjustmentChange:
    """The adjustment is closed with the outcome that its facts lead to."""
    closed = case.with_facts(closed_at=at)
    state = derive_progress(closed, policy).state
    return AdjustmentChange(case=closed, entries=(entry(at, f"adjustment.{state}", f"It ended as {state}."),))


def _authority(case: Adjustment, plan: ReimbursementPlan, basis: AdjustmentBasis, policy: Policy) -> Authority:
    return decide_authority(deed_of(case, plan), policy=policy, spent=basis.spent)


def _report(case: Adjustment, paid: PaidOutside, owed: Money, funds: OrderFunds, *, at: datetime) -> AdjustmentChange:
    payouts, basis = report_payouts(case, paid, owed, funds, at=at)
    manual = ManualRefund(
        event_id="", at=at, actor=case.opened_by, payouts=basis.payouts, amount_minor=owed.minor, paid=paid
    )
    lines = tuple(tell_payout(payout, at) for payout in payouts)
    changed = case.with_payouts(payouts, basis).with_facts(manual_refunds=(manual,))
    return AdjustmentChange(case=changed, entries=lines)


def _find_settlement_fault(case: Adjustment, event: InboxEvent, body: SettledBody) -> Finding | None:
    if body.resolution is Resolution.PAY_AGAIN:
        detail = "The customer owes this money, the shop does not."
        return Finding(rule="nothing_to_pay", detail=detail, way_out="Answer received or write_off.")
    if body.resolution is Resolution.RECEIVED and not body.proof:
        detail = "Money that came back needs its proof."
        return Finding(rule="proof_missing", detail=detail, way_out="Give the reference of the payment as `proof`.")
    if event.actor.person == case.opened_by.person:
        # Either word frees what the correction took back to be refunded once more.
        detail = f"{event.actor.name} asked for this correction and may not settle it."
        return Finding(rule="requester_cannot_approve", detail=detail, way_out="Another person with authority decides.")
    return None


def _ask(case: Adjustment, finding: Finding, *, at: datetime) -> Adjustment:
    return case.with_facts(
        approval=None,
        first_approval=None,
        approval_reasons=(*case.approval_reasons, finding),
        approval_asked_at=at,
        escalated=tuple(waiting for waiting in case.escalated if waiting is not WaitingFor.APPROVAL),
    )


def tell_closed(case: Adjustment, event: InboxEvent, *, at: datetime) -> AdjustmentChange:
    detail = f"The adjustment {case.ref.rma} is closed; the event is kept for a person to look at."
    return parked(case, event, at=at, code="case_closed", detail=detail)


def tell_unreadable(case: Adjustment, event: InboxEvent, error: ValidationError, *, at: datetime) -> AdjustmentChange:
    detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}. Send it again through the API."
    return parked(case, event, at=at, code="unreadable_event", detail=detail)
