"""What was approved is given: the refund over the payments, or the same goods again; and what becomes of goods that came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.cases import SYSTEM, WaitingFor
from domain.changes import entry
from domain.claims.case import Claim, Denial
from domain.claims.facts import claim_facts
from domain.claims.methods import owed_now, plan_claim_credit
from domain.claims.planning import Ground, plan_remedy, units_to_give
from domain.claims.proposing import ClaimChange, action_of, deny, reopen, say_way_out
from domain.collection_plans import with_collected
from domain.confirmers import Wanted
from domain.goods_back.dispositions import decide_dispositions
from domain.money import Money
from domain.order_funds import routed_basis
from domain.payout_news import changed_payouts, tell_payout
from domain.payout_routes import date_credits, falls_to_credit, make_payouts
from domain.payout_trouble import find_trouble
from domain.payouts import Payout, PayoutState
from domain.policies import Action, Conditions, PayoutRules, Remedy
from domain.reimbursements import AmountRefused, ReimbursementPlan
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.replacement_shipments.reports import ShipmentReport
from domain.returns.case import Approval, Finding


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
    if isinstance(plan, ReimbursementPlan) and case.plan is not None and plan.total_minor > case.plan.total_minor:
        # Fewer units bring less; nothing that changed meanwhile may bring more than was approved.
        lowered = ground.basis.model_copy(update={"lower_to_minor": case.plan.total_minor})
        ground = replace(ground, basis=lowered)
        plan = plan_remedy(inspected, case.resolution, ground)
    assert not isinstance(plan, AmountRefused), "a part is never promised for goods that must come back"
    basis = ground.basis if plan is not None else None
    given = inspected.with_facts(plan=plan, plan_basis=basis, plan_made_at=at, given_at=at)
    total = Money(minor=given.plan.total_minor if given.plan else 0, currency=case.currency)
    words = f"Inspected and accepted; it comes to {total}." if plan else "Inspected and accepted."
    return ClaimChange(case=given, entries=(entry(at, "claim.accepted", words, amount_minor=total.minor),))


def pay(case: Claim, ground: Ground, *, at: datetime) -> ClaimChange:
    """What is owed, decided and not on its way has its payouts, as the customer chose; a person decides about what the
    payments do not hold."""
    owed = owed_now(case)
    if case.given_at is None or case.plan is None or owed.total_minor <= 0:
        return ClaimChange(case=case)
    funds = ground.funds
    order = with_collected(funds.order, funds.collected)
    made = make_payouts(case, order, owed, refundable_minor=funds.refundable_minor, rules=funds.rules)
    lasts = plan_claim_credit(case, case.plan).expires_after
    payouts = date_credits(made, lasts, policy=ground.policy, at=at)
    paid = case.with_payouts(payouts, routed_basis(funds, case, owed, payouts, at=at))
    entries = []
    if payouts:
        planned = Money(minor=sum(payout.amount_minor for payout in payouts), currency=case.currency)
        numbers = [payout.number for payout in payouts]
        entries.append(entry(at, "refund.planned", f"{planned} is in the ledger.", payouts=numbers))
    if paid.owed_minor > 0:
        rest = Money(minor=paid.owed_minor, currency=case.currency)
        detail = f"The payments of the order hold less than is owed: {rest} cannot go back to them."
        way_out = "Approve to try again once they hold it, or refuse the rest: more than they hold is neither paid nor recorded."
        paid = _ask(paid, Finding(rule="payments_hold_less", detail=detail, way_out=way_out), at=at)
        entries.append(entry(at, "refund.short", detail))
    return ClaimChange(case=paid, entries=tuple(entries))


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


def take_payouts(case: Claim, ledger: Sequence[Payout], *, at: datetime, rules: PayoutRules) -> ClaimChange:
    """The payouts as the ledger knows them; one that went wrong and is still owed asks a person.

    Unless the rules let a declined refund fall to store credit: then it is simply owed again.
    """
    news = changed_payouts(case.payouts, ledger)
    lines = tuple(tell_payout(payout, at) for payout in news if payout.state is not PayoutState.SENT)
    changed = case.with_facts(payouts=tuple(ledger))
    for payout in news:
        falls = payout.is_owed_again and falls_to_credit(payout, rules)
        if (finding := find_trouble(payout)) and not falls:
            changed = _ask(changed, finding, at=at)
    return ClaimChange(case=changed, entries=lines)


def wanted_of(case: Claim) -> Wanted:
    """What the claim gives, for whoever confirms that it was paid outside; nobody confirms what they proposed."""
    action = action_of(case.resolution) if case.resolution else Action.REFUND
    proposed = (case.resolution.actor,) if case.resolution is not None and case.given_at is None else ()
    open_need = case.approval_need if case.needs_approval else None
    return Wanted(action=action, by=(case.opened_by, *proposed), open_need=open_need)


def confirm_the_rest(case: Claim, confirmation: Approval) -> Claim:
    """Whoever confirms that all that is owed was paid outside has decided about it; nobody needs to approve it again.

    Not while a payout is mismatched: that alarm is about other money, and they have not looked at it.
    """
    if case.payable_minor > 0 or case.mismatched_minor or not case.needs_approval:
        return case
    return case.with_facts(approval=confirmation)


def _may_arrive(report: ShipmentReport) -> bool:
    return report.open or report.state is ReplacementShipmentState.DELIVERED


def _ask(case: Claim, finding: Finding, *, at: datetime) -> Claim:
    return case.with_facts(
        approval=None,
        first_approval=None,
        approval_reasons=(*case.approval_reasons, finding),
        approval_asked_at=at,
        escalated=tuple(waiting for waiting in case.escalated if waiting is not WaitingFor.APPROVAL),
    )
