"""The payouts of a return: planned into the ledger, taken over from it, and what follows when one goes wrong."""

from __future__ import annotations

from datetime import datetime

from activities.manual_money import hold_reported, lent_to, settle_reported, taken_on_by
from activities.order_funds import funds_of
from domain.cases import SYSTEM, EventKind, InboxEvent
from domain.changes import entry
from domain.collection_plans import with_collected
from domain.manual_money import confirmation_of, decide_manual_refund, is_applied, record_manual_refund
from domain.order_funds import routed_basis
from domain.payout_news import changed_payouts, tell_payout
from domain.payouts import STOPPABLE, PayoutState
from domain.policies import Policy
from domain.ports import Transaction
from domain.returns.ahead import has_never_come, is_ahead, refuse_ahead
from domain.returns.case import ReturnCase
from domain.returns.changes import Change
from domain.returns.methods import date_new_credits, owed_now, payout_rules
from domain.returns.payouts import ask_for_the_rest, confirm_the_rest, take_payouts, wanted_of
from domain.returns.progress import unpaid_minor
from domain.returns.settlement import is_payout_due, make_return_payouts

MANUAL_REFUNDS = (EventKind.MANUAL_REFUND_RECORDED, EventKind.MANUAL_REFUND_DECIDED)


def plan_return_payouts(tx: Transaction, case: ReturnCase, policy: Policy, *, at: datetime) -> Change:
    """What is owed is in the ledger as far as the payments hold it; a person is asked about the rest."""
    funds = funds_of(tx, case, payout_rules(case, policy))
    order = with_collected(funds.order, funds.collected)
    payouts = make_return_payouts(case, order, dict(funds.refundable_minor), rules=funds.rules)
    payouts = date_new_credits(case, payouts, policy=policy, at=at)
    actor = case.approval.actor if case.approval else case.opened_by
    planned = bool(payouts) and tx.plan_payouts(case.ref, payouts, actor)
    basis = routed_basis(funds, case, owed_now(case), payouts if planned else (), at=at)
    changed = case.with_facts(payout_bases=(*case.payout_bases, basis))
    entries = []
    if planned:
        changed = changed.with_facts(payouts=(*case.payouts, *payouts))
        entries.append(entry(at, "refund.planned", "The refund is in the ledger.", payouts=list(basis.payouts)))
    if unpaid_minor(changed) > 0:
        changed = ask_for_the_rest(changed, at=at)
        entries.append(entry(at, "refund.short", changed.approval_reasons[-1].detail))
    return Change(case=changed, entries=tuple(entries))


def take_return_payouts(tx: Transaction, case: ReturnCase, policy: Policy, *, at: datetime) -> Change:
    """The payouts as the ledger knows them; one that went wrong asks a person, or is paid as credit at once."""
    taken = take_payouts(case, tx.payouts(case.ref), at=at, rules=payout_rules(case, policy))
    if taken.case == case or not is_payout_due(taken.case):
        return taken
    planned = plan_return_payouts(tx, taken.case, policy, at=at)
    return Change(case=planned.case, entries=(*taken.entries, *planned.entries))


def stop_unsent(tx: Transaction, case: ReturnCase, *, at: datetime) -> Change:
    """What had not left failed, so that it holds its payment no longer; what was sent goes its way."""
    if not any(payout.state in STOPPABLE for payout in case.payouts):
        return Change(case=case)
    tx.lock_order(case.ref.merchant, case.order_id)
    for payout in tx.payouts(case.ref):
        if payout.state in STOPPABLE:
            failure = f"It had not been sent when the {case.ref.kind} was over."
            tx.record_payout(
                case.ref, payout.model_copy(update={"state": PayoutState.FAILED, "failure": failure}), SYSTEM
            )
    ledger = tx.payouts(case.ref)
    entries = tuple(tell_payout(payout, at) for payout in changed_payouts(case.payouts, ledger))
    return Change(case=case.with_facts(payouts=ledger), entries=entries)


def stop_ahead(tx: Transaction, change: Change, *, at: datetime) -> Change:
    """Nothing is paid ahead any more for goods that never came; what had left counts when it is said what is owed."""
    if not is_ahead(change.case) or not has_never_come(change.case):
        return change
    stopped = stop_unsent(tx, change.case, at=at)
    if stopped.case == change.case:
        return change
    entries = (*change.entries, *stopped.entries)
    return change.model_copy(update={"case": refuse_ahead(stopped.case, at=at), "entries": entries})


def take_manual_refund(tx: Transaction, case: ReturnCase, event: InboxEvent, policy: Policy, *, at: datetime) -> Change:
    """What was paid outside holds its payment; once a second person decided, it is settled or owed again."""
    if event.kind is EventKind.MANUAL_REFUND_RECORDED:
        change = record_manual_refund(
            case,
            event,
            owed_minor=unpaid_minor(case),
            funds=funds_of(tx, case, payout_rules(case, policy)),
            at=at,
        )
        return hold_reported(tx, change, wanted_of(case), policy)
    tx.lock_order(case.ref.merchant, case.order_id)
    lent = lent_to(tx, event, at=at)
    wanted, taken = wanted_of(case), taken_on_by(tx, case)
    change = decide_manual_refund(case, event, policy=policy, at=at, wanted=wanted, delegations=lent, claimed_by=taken)
    if not is_applied(change.answer):
        return change
    news = take_payouts(change.case, settle_reported(tx, change.case, event.actor), at=at)
    confirmed = confirm_the_rest(news.case, confirmation_of(news.case, event, at=at))
    return change.model_copy(update={"case": confirmed, "entries": (*change.entries, *news.entries)})
