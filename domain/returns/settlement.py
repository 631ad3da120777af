"""From inspection to money and goods: the proposal, the payouts, the dispositions."""

from __future__ import annotations

from datetime import datetime

from domain.authority import Deed, decide_authority, need_for
from domain.cases import WaitingFor
from domain.changes import entry
from domain.collection_plans import with_collected
from domain.exchanges.following import is_to_give_back
from domain.exchanges.settling import plan_exchange
from domain.goods_back.counts import accepted_units, is_complete
from domain.money import Money
from domain.orders import Order
from domain.payout_routes import make_payouts
from domain.payouts import Payout
from domain.policies import Action, Conditions, PayoutRules, Policy, Shortfall
from domain.reimbursements import ReimbursementPlan, plan_reimbursement
from domain.reimbursements.payouts import NEWEST_FIRST
from domain.returns.ahead import ask_about_shortfall, has_never_come, is_ahead, paid_minor, when_short
from domain.returns.case import PlanBasis, ReturnCase
from domain.returns.changes import Change
from domain.returns.dispositions import dispose_return
from domain.returns.exceptions import find_undecided
from domain.returns.keeping import second_look_at_kept
from domain.returns.methods import owed_now
from domain.returns.risks import look_at_goods, second_look
from domain.returns.service import terms_of
from domain.returns.stages import gives_back, is_authorized, is_refund_refused, unpaid_minor
from domain.returns.units import settlement_policy, units_to_reimburse


def is_ready_to_propose(case: ReturnCase) -> bool:
    """Whether it is known which goods are paid for, and the refund is not proposed yet or was so ahead of that.

    That is so when all goods that still count were received and inspected, or when goods that were paid for never came.
    Also when the customer paid for an exchange that is over, since that goes back; not while they still owe for one.
    Never unless the goods may come back: not during a review, and not after a refusal.
    """
    if not is_authorized(case):
        return False
    if is_to_give_back(case):
        return True
    if case.cancelled_at is not None or (case.plan is not None and not is_ahead(case)):
        return False
    if case.exchange is not None and case.exchange.is_standing and case.exchange.agreed_at is None:
        return False
    never_came = has_never_come(case) and paid_minor(case) > 0
    return never_came or is_complete(case.goods, case.expected)


def propose_refund(
    case: ReturnCase, order: Order, *, policy: Policy, conditions: Conditions, basis: PlanBasis, at: datetime
) -> Change:
    """The reimbursement for what was accepted, and why a person must approve it, if one must.

    Whether one must follows from what was owed before somebody lowered it.
    """
    plan = plan_refund(case, order, policy=policy, basis=basis.model_copy(update={"lower_to_minor": None}))
    # What a customer paid for an exchange that is not to be goes back without anybody's leave.
    owed = Money(minor=min(plan.total_minor, sum(each.credited_minor for each in plan.credits)), currency=plan.currency)
    if basis.history is not None:
        case = case.with_facts(goods_risk=look_at_goods(case, order, basis.history, policy=policy, at=at))
    is_borne_out = basis.ahead is None and basis.paid_ahead_minor and basis.paid_ahead_minor >= plan.total_minor
    if case.exchange is None and is_borne_out:
        return _bear_out(case, order, plan, policy=policy, conditions=conditions, basis=basis, at=at)
    authority = decide_authority(Deed(Action.REFUND, owed, case.opened_by), policy=policy, spent=basis.spent)
    if basis.lower_to_minor is not None:
        plan = plan_refund(case, order, policy=policy, basis=basis)
    total = Money(minor=plan.total_minor, currency=plan.currency)
    doubts = (*second_look(case.goods_risk), *second_look_at_kept(case))
    reasons = (*authority.reasons, *find_undecided(case), *doubts)
    need = authority.need or (need_for(Deed(Action.REFUND, owed, case.opened_by), policy) if doubts else None)
    changed = case.with_facts(
        plan=plan,
        plan_basis=basis,
        approval_reasons=reasons,
        approval_need=need,
        approval_row=authority.row,
        approval_asked_at=at,
        plan_made_at=at,
    )
    if is_ahead(case):
        changed = _asked_anew(changed, keeps_approval=basis.lower_to_minor is not None)
    if basis.ahead is None and not is_refund_refused(case):
        dispositions = dispose_return(case, order, policy=policy, conditions=conditions)
        changed = changed.with_goods(dispositions=dispositions)
    if changed.approval is not None and basis.lower_to_minor is not None:
        ending = f", to which {changed.approval.actor.name} lowered it."
    else:
        ending = "; a supervisor decides." if reasons else ", within the rules' authority."
    ahead = "" if basis.ahead is None else " ahead of the inspection"
    words = f"The refund{ahead} comes to {total}{ending}"
    if case.exchange is not None and case.exchange.is_standing and not total.minor and not reasons:
        words = "What came back and what the customer paid is worth the new goods: nobody owes anything."
    line = entry(
        at,
        "refund.proposed",
        words,
        amount_minor=total.minor,
        currency=total.currency,
    )
    return Change(case=changed, entries=(line,))


def plan_refund(case: ReturnCase, order: Order, *, policy: Policy, basis: PlanBasis) -> ReimbursementPlan:
    """The reimbursement for the accepted units, on the terms that were granted."""
    order = with_collected(order, basis.collected)
    if case.exchange is not None:
        return plan_exchange(case, order, policy=policy, basis=basis)
    terms = terms_of(case)
    accepted = accepted_units(case.goods) if basis.ahead is None else basis.ahead
    return plan_reimbursement(
        order,
        units_to_reimburse(case.lines, accepted, policy, terms=terms),
        before=basis.before,
        policy=settlement_policy(policy, terms),
        lower_to_minor=basis.lower_to_minor,
    )


def _asked_anew(case: ReturnCase, *, keeps_approval: bool) -> ReturnCase:
    """What a person said about another amount says nothing about this one, and whoever is asked has their time anew."""
    escalated = tuple(waited for waited in case.escalated if waited is not WaitingFor.APPROVAL)
    if keeps_approval:
        return case.with_facts(escalated=escalated)
    return case.with_facts(approval=None, first_approval=None, escalated=escalated)


def _bear_out(
    case: ReturnCase,
    order: Order,
    plan: ReimbursementPlan,
    *,
    policy: Policy,
    conditions: Conditions,
    basis: PlanBasis,
    at: datetime,
) -> Change:
    """The inspection about money that was paid ahead of it: nothing more is owed, and what was too much is said."""
    total = Money(minor=plan.total_minor, currency=plan.currency)
    changed = case.with_facts(plan=plan, plan_basis=basis, plan_made_at=at).with_goods(
        dispositions=dispose_return(case, order, policy=policy, conditions=conditions)
    )
    short = Money(minor=basis.paid_ahead_minor - plan.total_minor, currency=plan.currency)
    finding = ask_about_shortfall(case, short) if short.minor else None
    if finding is not None:
        asked = changed.with_facts(approval_reasons=(finding,), approval_need=None, approval_asked_at=at)
        changed = _asked_anew(asked, keeps_approval=False)
    words = f"The goods come to {total}, as was paid ahead." if not short.minor else ""
    if short.minor:
        then = {
            Shortfall.REVIEW: "a supervisor decides what becomes of it",
            Shortfall.RECEIVABLE: "the customer owes it to the shop",
            Shortfall.WRITE_OFF: "the rules leave it with the customer",
        }[when_short(case)]
        words = f"The goods come to {total}; {short} more was paid ahead of them: {then}."
    line = entry(
        at, "refund.borne_out", words, amount_minor=total.minor, short_minor=short.minor, currency=total.currency
    )
    return Change(case=changed, entries=(line,))


def is_payout_due(case: ReturnCase) -> bool:
    """Whether money is owed, may be paid, and is not yet on its way."""
    decided = is_authorized(case) and case.plan is not None and (not is_refund_refused(case) or gives_back(case))
    approved = not case.approval_reasons or case.approval is not None
    return decided and approved and unpaid_minor(case) > 0


def make_return_payouts(
    case: ReturnCase, order: Order, refundable_minor: dict[str, int], *, rules: PayoutRules = NEWEST_FIRST
) -> tuple[Payout, ...]:
    """Payouts for what is owed and not yet on its way; fewer than owed when the payments hold less."""
    credit_to = case.gift.account if case.gift else ""
    return make_payouts(
        case, order, owed_now(case), refundable_minor=refundable_minor, rules=rules, credit_to=credit_to
    )
