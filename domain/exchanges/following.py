"""What follows from the facts of an exchange, one thing after the other; every function may be asked again and again."""

from __future__ import annotations

from datetime import datetime

from domain.cases import TimelineEntry
from domain.changes import entry
from domain.collections import COLLECTED, Collection, CollectionKind, CollectionState, is_awaiting_customer
from domain.exchanges.facts import ExchangeFacts, FallbackCause
from domain.exchanges.promises import Promise, say_goods_of
from domain.exchanges.settling import goods_to_ship, promised_goods
from domain.money import Money
from domain.policies import Policy
from domain.reimbursements import DifferenceKind
from domain.replacement_shipments.case import Goods
from domain.replacement_shipments.counts import count_goods, say_goods
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.replacement_shipments.reports import ShipmentReport
from domain.returns.case import Decision, ReturnCase, Verdict
from domain.returns.changes import Change

# A shipment in one of these sends nothing any more.
STOPPED = (
    ReplacementShipmentState.RELEASING,
    ReplacementShipmentState.RELEASED,
    ReplacementShipmentState.LAPSED,
    ReplacementShipmentState.OUT_OF_STOCK,
)


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
    facts = _facts(case).with_facts(
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
    return _with(case, facts, line)


def fall_back(case: ReturnCase, cause: FallbackCause, detail: str, *, at: datetime) -> Change:
    """The exchange is a plain return from now on; what was proposed for it is proposed anew."""
    facts = _facts(case).fell_back(cause, detail, at=at)
    line = entry(at, "exchange.fell_back", f"The exchange became a plain return: {detail}", cause=str(cause))
    changed = _with(case, facts, line)
    return changed.with_facts(plan=None, approval=None, first_approval=None, approval_reasons=(), approval_need=None)


def take_rejection(case: ReturnCase, *, at: datetime) -> Change:
    """A person refused what was proposed: nothing is exchanged, and what was collected goes back."""
    exchange = _facts(case)
    if not exchange.is_standing or not _is_rejected(case) or _went(exchange):
        return Change(case=case)
    facts = exchange.fell_back(FallbackCause.REJECTED, "what was proposed was refused.", at=at)
    line = entry(at, "exchange.fell_back", "Nothing is exchanged: what was proposed was refused.", cause="rejected")
    return _with(case, facts, line).with_facts(plan=None)


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
    undecided = exchange.is_standing and exchange.agreed_at is None and not is_over(case)
    return undecided or is_to_give_back(case)


def is_to_give_back(case: ReturnCase) -> bool:
    """Whether the customer paid for an exchange that is over, and nothing is proposed about it."""
    exchange = case.exchange
    if exchange is None or case.plan is not None or not is_over(case) or _went(exchange):
        return False
    return any(each.state in COLLECTED for each in case.collections)


def hear_payment(case: ReturnCase, policy: Policy, *, at: datetime) -> Change:
    """The customer has paid, and the hold stands: agreed. Or they have not, and it is a plain return."""
    exchange = _facts(case)
    waits = exchange.agreed_at is not None or is_awaiting_customer(case.collections)
    if not exchange.is_standing or waits or is_over(case):
        return Change(case=case)
    missing = [each for each in case.collections if not _stands(each)]
    if missing:
        return fall_back(case, FallbackCause.NOT_PAID, _say_missing(missing[0]), at=at)
    back_by = policy.due(at, policy.deadlines.advance) if exchange.in_advance else None
    facts = exchange.with_facts(agreed_at=at, back_by=back_by)
    if not case.collections:
        return Change(case=case.with_facts(exchange=facts))
    return _with(case, facts, entry(at, "exchange.agreed", "The customer has done their part before the goods move."))


def hear_shipments(case: ReturnCase, reports: tuple[ShipmentReport, ...], *, at: datetime) -> Change:
    """Where the shipments stand is a fact; goods that the warehouse does not have make it a plain return."""
    exchange = _facts(case)
    changed = case.with_facts(exchange=exchange.with_facts(shipments=reports))
    latest = reports[-1] if reports else None
    if exchange.is_standing and latest is not None and latest.state is ReplacementShipmentState.OUT_OF_STOCK:
        detail = f"the warehouse does not have {say_goods(count_goods((*latest.shipped, *latest.unshipped)))}."
        return fall_back(changed, FallbackCause.OUT_OF_STOCK, detail, at=at)
    return Change(case=changed)


def let_go(case: ReturnCase, *, at: datetime) -> Change:
    """The new goods may leave, once: in advance when it is agreed, else when what came back is settled."""
    exchange = _facts(case)
    if not exchange.is_standing or exchange.agreed_at is None or exchange.let_go_at is not None:
        return Change(case=case)
    if case.cancelled_at is not None:
        return Change(case=case)
    if exchange.in_advance:
        goods = promised_goods(exchange)
    elif case.plan is not None and _is_approved(case):
        goods = goods_to_ship(case)
    else:
        return Change(case=case)
    if not goods:
        return Change(case=case)
    facts = exchange.with_facts(let_go=goods, let_go_at=at)
    return _with(case, facts, entry(at, "exchange.let_go", f"May leave: {say_goods(count_goods(goods))}."))


def hear_departure(case: ReturnCase, *, at: datetime) -> Change:
    """All new goods have left: they are sold from now on."""
    exchange = _facts(case)
    if not exchange.let_go or exchange.sold_at is not None or exchange.fallback is not None:
        return Change(case=case)
    shipped = count_goods(units for each in exchange.shipments for units in each.shipped)
    if count_goods(exchange.let_go) - shipped:
        return Change(case=case)
    line = entry(at, "exchange.shipped", f"The new goods have left: {say_goods(shipped)}.")
    return _with(case, exchange.with_facts(sold_at=at), line)


def note_kept(case: ReturnCase, *, at: datetime) -> Change:
    """The deadline of an exchange in advance has passed with nothing on its way."""
    exchange = _facts(case)
    if exchange.charged_at is not None or not _went(exchange) or not exchange.in_advance:
        return Change(case=case)
    if case.goods.overdue_at is None or case.goods.arrivals:
        return Change(case=case)
    line = entry(at, "exchange.not_sent_back", "The old goods were not sent back in time, so they are charged.")
    return _with(case, exchange.with_facts(charged_at=at), line)


def is_hold_settled_now(case: ReturnCase) -> bool:
    """Whether it is known what a hold is to be charged with."""
    exchange = case.exchange
    if exchange is None or not any(each.kind is CollectionKind.HOLD for each in case.collections):
        return False
    if not exchange.is_standing or case.cancelled_at is not None:
        return True
    return exchange.charged_at is not None or case.plan is not None or is_over(case)


def shipments_to_stop(case: ReturnCase) -> tuple[str, ...]:
    """The shipments that must not leave: all of an exchange that is over, and those with other goods than may go."""
    exchange = _facts(case)
    over = not exchange.is_standing or (is_over(case) and not _went(exchange)) or _is_rejected(case)
    if not over and exchange.let_go_at is None:
        settled = case.plan is not None and _is_approved(case) and not goods_to_ship(case)
        return tuple(each.number for each in _live(exchange)) if settled else ()
    wrong = [each for each in _live(exchange) if over or _goods(each) != exchange.let_go]
    return tuple(each.number for each in wrong if each.may_be_cancelled)


def shipments_to_let_go(case: ReturnCase) -> tuple[str, ...]:
    """The shipments that may leave now and were put aside until then."""
    exchange = _facts(case)
    if exchange.let_go_at is None or exchange.fallback is not None:
        return ()
    return tuple(each.number for each in _live(exchange) if _goods(each) == exchange.let_go and each.may_be_cancelled)


def is_shipment_missing(case: ReturnCase) -> bool:
    """Whether goods may leave that no shipment holds, nothing of an earlier one being put aside any more."""
    exchange = _facts(case)
    if exchange.let_go_at is None or exchange.fallback is not None or exchange.sold_at is not None:
        return False
    return not any(each.open or each.shipped for each in exchange.shipments)


def _live(exchange: ExchangeFacts) -> list[ShipmentReport]:
    return [each for each in exchange.shipments if each.open and each.state not in STOPPED]


def _goods(report: ShipmentReport) -> tuple[Goods, ...]:
    counts = count_goods((*report.shipped, *report.unshipped))
    return tuple(Goods(sku=sku, quantity=units) for sku, units in sorted(counts.items()) if units)


def _went(exchange: ExchangeFacts) -> bool:
    """Whether new goods left, or may any moment."""
    return bool(exchange.let_go) and exchange.fallback is None


def _is_approved(case: ReturnCase) -> bool:
    if not case.approval_reasons:
        return True
    return case.approval is not None and case.approval.decision is not Decision.REFUSE


def _is_rejected(case: ReturnCase) -> bool:
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


def _facts(case: ReturnCase) -> ExchangeFacts:
    assert case.exchange is not None, "the caller knows that it is an exchange"
    return case.exchange


def _with(case: ReturnCase, facts: ExchangeFacts, *lines: TimelineEntry) -> Change:
    return Change(case=case.with_facts(exchange=facts), entries=lines)
