"""What was approved is given: the refund over the payments, or the same goods again; and what becomes of goods that came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.cases import SYSTEM, WaitingFor
from domain.changes import entry
from domain.claims.case import Claim, Denial
from domain.claims.facts import claim_facts
from domain.claims.planning import Ground, plan_remedy, units_to_give
from domain.claims.proposing import ClaimChange, deny, reopen, say_way_out
from domain.goods_back.dispositions import decide_dispositions
from domain.money import Money
from domain.order_funds import take_from
from domain.payout_news import changed_payouts, tell_payout
from domain.payout_trouble import find_trouble
from domain.payouts import Payout, PayoutState
from domain.policies import Conditions, Remedy
from domain.reimbursements import AmountRefused, ReimbursementPlan
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.replacement_shipments.reports import ShipmentReport
from domain.returns.case import Finding


def give(case: Claim, ground: Ground, conditions: Conditions, *, at: datetime) -> ClaimChange:
    """The claim is due: worked out anew for goods that were inspected, and denied where the inspector accepts none."""
    assert case.resolution is not None, "only what was resolved is given"
    if not case.goods.arrivals:
        return ClaimChange(case=case.with_facts(given_at=at))
    facts = claim_facts(case, ground.order, policy=ground.policy)
    disposed = decide_dispositions(case.goods, facts, policy=ground.policy, conditions=conditions)
    inspected = case.with_goods(dispositions=disposed)
    if not any(units_to_give(inspected).values()):
        reason = "The inspection did not accept the goods; they go back to the customer."
        denial = Denial(at=at, actor=SYSTEM, reason=reason, way_out=say_way_out(case))
        return ClaimChange(case=deny(inspected, denial), entries=(entry(at, "claim.denied", reason),))
    plan = plan_remedy(inspected, case.resolution, ground)
    assert not isinstance(plan, AmountRefused), "a part is never promised for goods that must come back"
    basis = ground.basis if plan is not None else None
    given = inspected.with_facts(plan=_at_most(plan, case.plan), plan_basis=basis, plan_made_at=at, given_at=at)
    total = Money(minor=given.plan.total_minor if given.plan else 0, currency=case.currency)
    words = f"Inspected and accepted; it comes to {total}." if plan else "Inspected and accepted."
    return ClaimChange(case=given, entries=(entry(at, "claim.accepted", words, amount_minor=total.minor),))


def pay(case: Claim, ground: Ground, *, at: datetime) -> ClaimChange:
    """What is owed, decided and not on its way has its payouts; a person decides when the payments hold less."""
    if case.given_at is None or case.owed_minor <= 0:
        return ClaimChange(case=case)
    owed = Money(minor=case.owed_minor, currency=case.currency)
    if ground.funds.total_minor < owed.minor:
        left = Money(minor=max(0, ground.funds.total_minor), currency=case.currency)
        detail = f"The payments hold {left}, which is less than the {owed} that are owed."
        way_out = "Approve to try again, or refuse; what the payments do not hold cannot be paid."
        finding = Finding(rule="payments_hold_less", detail=detail, way_out=way_out)
        return ClaimChange(case=_ask(case, finding, at=at), entries=(entry(at, "refund.short", detail),))
    declined = frozenset(payout.payment_id for payout in case.payouts if payout.is_owed_again)
    payouts, basis = take_from(ground.funds, case, owed.minor, at=at, last=declined)
    line = entry(at, "refund.planned", f"{owed} is in the ledger.", payouts=list(basis.payouts))
    return ClaimChange(case=case.with_payouts(payouts, basis), entries=(line,))


def is_replacement_due(case: Claim) -> bool:
    """Whether the same goods must be sent again and nobody was told so yet."""
    replaces = case.resolution is not None and case.resolution.remedy is Remedy.REPLACE
    return replaces and case.given_at is not None and not any(_may_arrive(report) for report in case.shipments)


def take_shipments(case: Claim, reports: Sequence[ShipmentReport], *, at: datetime) -> ClaimChange:
    """The claim knows its replacements; one that will not arrive whole is for a person, who decides anew."""
    changed = case.with_facts(shipments=tuple(reports))
    if not reports or case.given_at is None or case.closed_at is not None:
        return ClaimChange(case=changed)
    last = reports[-1]
    if last.open or last.state is ReplacementShipmentState.DELIVERED:
        return ClaimChange(case=changed)
    detail = f"Replacement shipment {last.number} ended as {last.state.replace('_', ' ')}. {last.shortage}".strip()
    finding = Finding(rule="replacement_failed", detail=detail, way_out="Send it again, refund, or deny the claim.")
    return ClaimChange(
        case=reopen(changed, finding, at=at), entries=(entry(at, "replacement.failed", detail, number=last.number),)
    )


def take_payouts(case: Claim, ledger: Sequence[Payout], *, at: datetime) -> ClaimChange:
    """The payouts as the ledger knows them; one that went wrong and is still owed asks a person."""
    news = changed_payouts(case.payouts, ledger)
    lines = tuple(tell_payout(payout, at) for payout in news if payout.state is not PayoutState.SENT)
    changed = case.with_facts(payouts=tuple(ledger))
    for payout in news:
        if finding := find_trouble(payout):
            changed = _ask(changed, finding, at=at)
    return ClaimChange(case=changed, entries=lines)


def _may_arrive(report: ShipmentReport) -> bool:
    return report.open or report.state is ReplacementShipmentState.DELIVERED


def _at_most(plan: ReimbursementPlan | None, approved: ReimbursementPlan | None) -> ReimbursementPlan | None:
    """Fewer units bring less; nothing that changed meanwhile may bring more than was approved."""
    if plan is None or approved is None or plan.total_minor <= approved.total_minor:
        return plan
    return approved


def _ask(case: Claim, finding: Finding, *, at: datetime) -> Claim:
    return case.with_facts(
        approval=None,
        first_approval=None,
        approval_reasons=(*case.approval_reasons, finding),
        approval_asked_at=at,
        escalated=tuple(waiting for waiting in case.escalated if waiting is not WaitingFor.APPROVAL),
    )
