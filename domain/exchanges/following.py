"""What follows from the facts of an exchange, one thing after the other; every function may be asked again and again."""

from __future__ import annotations

from datetime import datetime

from domain.cases import TimelineEntry
from domain.changes import entry
from domain.collections import COLLECTED, Collection, CollectionKind, CollectionState, is_awaiting_customer
from domain.exchanges.facts import ExchangeFacts, FallbackCause
from domain.exchanges.promises import Promise, say_goods_of
from domain.money import Money
from domain.policies import Policy
from domain.reimbursements import DifferenceKind
from domain.returns.case import Decision, ReturnCase, Verdict
from domain.returns.changes import Change


def is_to_promise(case: ReturnCase) -> bool:
    """Whether the request is authorized and nothing was promised yet."""
    exchange = case.exchange
    if exchange is None or exchange.promised_at is not None or exchange.fallback or case.cancelled_at is not None:
        return False
    if case.eligibility is None:
        return False
    if case.review is not None:
        return case.review.decision is not Decision.REFUSE
    return case.eligibility.verdict is Verdict.AUTHORIZED


def make_promise(case: ReturnCase, promise: Promise, *, at: datetime) -> Change:
    """The promise is a fact, told on the timeline."""
    facts = facts_of(case).with_facts(
        promised_at=at, swaps=promise.swaps, difference=promise.difference, hold_minor=promise.hold_minor
    )
    difference = promise.difference
    amount = Money(minor=difference.amount_minor, currency=case.currency)
    words = {
        DifferenceKind.EVEN: "It is even.",
        DifferenceKind.CUSTOMER_OWES: f"The customer pays {amount}.",
        DifferenceKind.SHOP_OWES: f"The shop pays {amount}.",
    }[difference.kind]
    summary = f"Promised for what comes back: {say_goods_of(promise.swaps)}. {words}"
    line = entry(
        at, "exchange.promised", summary, difference=str(difference.kind), amount_minor=difference.amount_minor
    )
    return tell(case, facts, line)


def fall_back(case: ReturnCase, cause: FallbackCause, detail: str, *, at: datetime) -> Change:
    """The exchange is a plain return from now on; what was proposed for it is proposed anew."""
    facts = facts_of(case).fell_back(cause, detail, at=at)
    line = entry(at, "exchange.fell_back", f"The exchange became a plain return: {detail}", cause=str(cause))
    return tell(propose_anew(case), facts, line)


def propose_anew(case: ReturnCase) -> ReturnCase:
    """What was proposed holds no more, and neither does what somebody said to it; what was paid counts."""
    return case.with_facts(plan=None, approval=None, first_approval=None, approval_reasons=(), approval_need=None)


def take_rejection(case: ReturnCase, *, at: datetime) -> Change:
    """A person refused what was proposed: nothing is exchanged, and what was collected goes back."""
    exchange = facts_of(case)
    if not exchange.is_standing or not is_rejected(case) or went(exchange):
        return Change(case=case)
    facts = exchange.fell_back(FallbackCause.REJECTED, "what was proposed was refused.", at=at)
    line = entry(at, "exchange.fell_back", "Nothing is exchanged: what was proposed was refused.", cause="rejected")
    return tell(case, facts, line).with_facts(plan=None)


def is_over(case: ReturnCase) -> bool:
    """Whether nothing comes back any more: called off, or given up."""
    return (case.cancelled_at is not None or case.goods.given_up_at is not None) and not case.goods.arrivals


def is_news_due(case: ReturnCase) -> bool:
    """Whether money from the customer has moved, so that something follows which no step has worked out."""
    exchange = case.exchange
    if exchange is None or exchange.promised_at is None or case.closed_at is not None:
        return False
    if is_awaiting_customer(case.collections):
        return False
    early = exchange.agreed_at is None and exchange.repriced_at is None
    undecided = exchange.is_standing and early and not is_over(case)
    return undecided or is_to_give_back(case)


def is_reprice_due(case: ReturnCase) -> bool:
    """Whether the customer has answered about what other goods cost more, and no step has worked out what follows."""
    exchange = case.exchange
    if exchange is None or not exchange.is_standing or exchange.repriced_at is None or is_over(case):
        return False
    return exchange.agreed_at is None and not is_awaiting_customer(case.collections)


def is_to_give_back(case: ReturnCase) -> bool:
    """Whether the customer paid for an exchange that is over, and nothing is proposed about it."""
    exchange = case.exchange
    if exchange is None or case.plan is not None or not is_over(case) or went(exchange):
        return False
    return any(each.state in COLLECTED for each in case.collections)


def hear_payment(case: ReturnCase, policy: Policy, *, at: datetime) -> Change:
    """The customer has paid, and the hold stands: agreed. Or they have not, and it is a plain return."""
    exchange = facts_of(case)
    waits = exchange.agreed_at is not None or is_awaiting_customer(case.collections)
    if not exchange.is_standing or waits or is_over(case):
        return Change(case=case)
    missing = [each for each in case.collections if each.number not in exchange.superseded and not _stands(each)]
    if missing:
        return fall_back(case, FallbackCause.NOT_PAID, _say_missing(missing[0]), at=at)
    back_by = policy.due(at, policy.deadlines.advance) if exchange.in_advance else None
    facts = exchange.with_facts(agreed_at=at, back_by=back_by)
    if not case.collections:
        return Change(case=case.with_facts(exchange=facts))
    return tell(case, facts, entry(at, "exchange.agreed", "The customer has done their part before the goods move."))


def note_kept(case: ReturnCase, *, at: datetime) -> Change:
    """The deadline of an exchange in advance has passed with nothing on its way."""
    exchange = facts_of(case)
    if exchange.charged_at is not None or not went(exchange) or not exchange.in_advance:
        return Change(case=case)
    if case.goods.overdue_at is None or case.goods.arrivals:
        return Change(case=case)
    line = entry(at, "exchange.not_sent_back", "The old goods were not sent back in time, so they are charged.")
    return tell(case, exchange.with_facts(charged_at=at), line)


def is_hold_settled_now(case: ReturnCase) -> bool:
    """Whether it is known what a hold is to be charged with."""
    exchange = case.exchange
    if exchange is None or not any(each.kind is CollectionKind.HOLD for each in case.collections):
        return False
    if not exchange.is_standing or case.cancelled_at is not None:
        return True
    return exchange.charged_at is not None or case.plan is not None or is_over(case)


def went(exchange: ExchangeFacts) -> bool:
    """Whether new goods left, or may any moment."""
    return bool(exchange.let_go) and exchange.fallback is None


def is_approved(case: ReturnCase) -> bool:
    """Whether nobody has to approve what was proposed, or somebody did."""
    if not case.approval_reasons:
        return True
    return case.approval is not None and case.approval.decision is not Decision.REFUSE


def is_rejected(case: ReturnCase) -> bool:
    """Whether somebody refused what was proposed."""
    return case.approval is not None and case.approval.decision is Decision.REFUSE


def _stands(collection: Collection) -> bool:
    """Whether the customer's part is done, or was taken over by a renewal or settled since."""
    if collection.kind is CollectionKind.HOLD:
        return collection.state is CollectionState.AUTHORIZED or collection.state in COLLECTED
    return collection.state in COLLECTED


def _say_missing(collection: Collection) -> str:
    amount = Money(minor=collection.amount_minor, currency=collection.currency)
    what = "hold" if collection.kind is CollectionKind.HOLD else "payment"
    return f"the {what} of {amount} did not come about ({collection.state})."


def facts_of(case: ReturnCase) -> ExchangeFacts:
    """What the case knows as an exchange."""
    assert case.exchange is not None, "the caller knows that it is an exchange"
    return case.exchange


def tell(case: ReturnCase, facts: ExchangeFacts, *lines: TimelineEntry) -> Change:
    """The exchange with these facts, and what its timeline says of them."""
    return Change(case=case.with_facts(exchange=facts), entries=lines)
