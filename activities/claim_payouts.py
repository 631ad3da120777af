"""The payouts of a claim: what they rest on, planned into the ledger, given up, and recorded as paid outside."""

from __future__ import annotations

from datetime import datetime

from activities.authority import find_spent
from activities.manual_money import hold_reported, lent_to, settle_reported, taken_on_by
from activities.order_funds import funds_of
from domain.cases import EventKind, InboxEvent
from domain.claims.case import Claim
from domain.claims.giving import confirm_the_rest, pay, take_payouts, wanted_of
from domain.claims.planning import Ground
from domain.claims.proposing import ClaimChange
from domain.manual_money import confirmation_of, decide_manual_refund, is_applied, record_manual_refund
from domain.policies import Policy
from domain.ports import Transaction
from domain.returns.case import PlanBasis

MANUAL_REFUNDS = (EventKind.MANUAL_REFUND_RECORDED, EventKind.MANUAL_REFUND_DECIDED)


def ground_of(tx: Transaction, case: Claim, policy: Policy, *, at: datetime) -> Ground:
    """What amounts rest on, as it is now; the order is locked, so that nobody else plans meanwhile."""
    merchant = case.ref.merchant
    before = tx.paid_before(merchant, case.order_id, apart_from=case.ref)
    funds = funds_of(tx, case, policy.payouts)
    basis = PlanBasis(
        order_version=funds.version,
        before=before,
        held_by_payment=dict(funds.refundable_minor),
        collected=funds.collected,
        spent=find_spent(tx, case, funds.order, case.opened_by, policy, at=at),
    )
    return Ground(funds=funds, basis=basis, policy=policy)


def pay_claim(tx: Transaction, case: Claim, policy: Policy, *, at: datetime) -> ClaimChange:
    """What is owed is in the ledger as far as the payments hold it; the order is locked, so what it rests on holds."""
    paid = pay(case, ground_of(tx, case, policy, at=at), at=at)
    if fresh := paid.case.payouts[len(case.payouts) :]:
        actor = case.approval.actor if case.approval else case.opened_by
        if not tx.plan_payouts(case.ref, fresh, actor):
            raise AssertionError("the payments held it a moment ago, and the order is locked")
    return paid


def take_claim_payouts(tx: Transaction, case: Claim, policy: Policy, *, at: datetime) -> ClaimChange:
    """The payouts as the ledger knows them; one that went wrong asks a person, or is paid as credit at once."""
    taken = take_payouts(case, tx.payouts(case.ref), at=at, rules=policy.payouts)
    if taken.case == case or taken.case.owed_minor <= 0:
        return taken
    paid = pay_claim(tx, taken.case, policy, at=at)
    return ClaimChange(case=paid.case, entries=(*taken.entries, *paid.entries))


def take_manual_refund(tx: Transaction, case: Claim, event: InboxEvent, policy: Policy, *, at: datetime) -> ClaimChange:
    """What was paid outside holds its payment; once a second person decided, it is settled or owed again.

    Whoever confirms all that is owed has approved it.
    """
    if event.kind is EventKind.MANUAL_REFUND_RECORDED:
        funds = funds_of(tx, case, policy.payouts)
        recorded = record_manual_refund(case, event, owed_minor=case.payable_minor, funds=funds, at=at)
        return hold_reported(tx, recorded, wanted_of(case), policy)
    tx.lock_order(case.ref.merchant, case.order_id)
    lent = lent_to(tx, event, at=at)
    wanted, taken = wanted_of(case), taken_on_by(tx, case)
    decided = decide_manual_refund(case, event, policy=policy, at=at, wanted=wanted, delegations=lent, claimed_by=taken)
    if not is_applied(decided.answer):
        return decided
    ledger = settle_reported(tx, decided.case, event.actor)
    news = take_payouts(decided.case, ledger, at=at, rules=policy.payouts)
    confirmed = confirm_the_rest(news.case, confirmation_of(news.case, event, at=at))
    return decided.model_copy(update={"case": confirmed, "entries": (*decided.entries, *news.entries)})
