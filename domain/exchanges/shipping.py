"""The new goods of an exchange on their way: let go, left, out of stock, held back, or left in part."""

from __future__ import annotations

from datetime import datetime

from domain.cases import SYSTEM, Actor
from domain.changes import entry
from domain.exchanges.choices import give_up_waiting, run_out
from domain.exchanges.facts import CutShort, ExchangeFacts, FallbackCause, RecallOutcome
from domain.exchanges.following import facts_of, fall_back, is_approved, is_over, is_rejected, propose_anew, tell, went
from domain.exchanges.settling import goods_to_ship, promised_goods
from domain.policies import Policy
from domain.replacement_shipments.case import Goods
from domain.replacement_shipments.counts import as_goods, count_goods, say_goods
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.replacement_shipments.reports import ShipmentReport
from domain.returns.case import ReturnCase
from domain.returns.changes import Change

# A shipment in one of these sends nothing any more.
STOPPED = (
    ReplacementShipmentState.RELEASING,
    ReplacementShipmentState.RELEASED,
    ReplacementShipmentState.LAPSED,
    ReplacementShipmentState.OUT_OF_STOCK,
)


def hear_shipments(case: ReturnCase, reports: tuple[ShipmentReport, ...], *, policy: Policy, at: datetime) -> Change:
    """Where the shipments stand is a fact; of goods that the warehouse does not have the customer chooses, or is refunded.

    Of goods that left in part, what left is settled and the rest falls back.
    """
    exchange = facts_of(case)
    changed = case.with_facts(exchange=exchange.with_facts(shipments=reports))
    latest = reports[-1] if reports else None
    if not exchange.is_standing or latest is None or exchange.cut is not None:
        return Change(case=changed)
    if exchange.is_recalled:
        return _hear_recall(changed, latest, at=at)
    if latest.stopped and latest.shipped:
        detail = f"the warehouse does not have {say_goods(count_goods(latest.unshipped))} any more."
        return _cut_short(changed, latest, FallbackCause.OUT_OF_STOCK, detail, at=at)
    if latest.state is ReplacementShipmentState.OUT_OF_STOCK:
        return run_out(changed, latest, policy, at=at)
    waiting = facts_of(changed).waits_for_stock
    if waiting is not None and latest.number != waiting.shipment and latest.state in STOPPED:
        return give_up_waiting(changed, latest, at=at)
    return Change(case=changed)


def let_go(case: ReturnCase, *, at: datetime) -> Change:
    """The new goods may leave, once: in advance when it is agreed, else when what came back is settled."""
    exchange = facts_of(case)
    if not exchange.is_standing or exchange.agreed_at is None or exchange.let_go_at is not None:
        return Change(case=case)
    if case.cancelled_at is not None or exchange.open_choice or exchange.waits_for_stock:
        return Change(case=case)
    if exchange.in_advance:
        goods = promised_goods(exchange)
    elif case.plan is not None and is_approved(case):
        goods = goods_to_ship(case)
    else:
        return Change(case=case)
    if not goods:
        return Change(case=case)
    facts = exchange.with_facts(let_go=goods, let_go_at=at)
    return tell(case, facts, entry(at, "exchange.let_go", f"May leave: {say_goods(count_goods(goods))}."))


def hear_departure(case: ReturnCase, *, at: datetime) -> Change:
    """All new goods have left: they are sold from now on."""
    exchange = facts_of(case)
    if not exchange.let_go or exchange.sold_at is not None or exchange.fallback is not None:
        return Change(case=case)
    shipped = count_goods(units for each in exchange.shipments for units in each.shipped)
    if count_goods(exchange.let_go) - shipped:
        return Change(case=case)
    line = entry(at, "exchange.shipped", f"The new goods have left: {say_goods(shipped)}.")
    return tell(case, exchange.with_facts(sold_at=at), line)


def shipments_to_stop(case: ReturnCase) -> tuple[str, ...]:
    """The shipments that must not leave: all of an exchange that is over, and those with other goods than may go."""
    exchange = facts_of(case)
    over = not exchange.is_standing or (is_over(case) and not went(exchange)) or is_rejected(case)
    if not over and exchange.let_go_at is None:
        settled = case.plan is not None and is_approved(case) and not goods_to_ship(case)
        return tuple(each.number for each in _live(exchange)) if settled else ()
    wrong = [each for each in _live(exchange) if over or _goods(each) != exchange.let_go]
    return tuple(each.number for each in wrong if each.may_be_cancelled)


def shipments_to_let_go(case: ReturnCase) -> tuple[str, ...]:
    """The shipments that may leave now and were put aside until then."""
    exchange = facts_of(case)
    if exchange.let_go_at is None or exchange.fallback is not None or exchange.is_recalled:
        return ()
    return tuple(each.number for each in _live(exchange) if _goods(each) == exchange.let_go and each.may_be_cancelled)


def shipments_to_hold_back(case: ReturnCase) -> tuple[str, ...]:
    """The shipments that were let go and are called back, as long as the warehouse was not asked."""
    exchange = facts_of(case)
    if not exchange.is_recalled or not exchange.is_standing:
        return ()
    return tuple(each.number for each in _live(exchange) if each.unshipped and not each.stop_asked)


def who_holds_back(case: ReturnCase) -> Actor:
    """Who granted that the goods are called back, or asked for it where nobody had to."""
    recall = facts_of(case).recall
    asked = next((each for each in case.exceptions if recall and each.number == recall.exception), None)
    if asked is None:
        return SYSTEM
    return asked.decision.actor if asked.decision else asked.asked_by


def is_shipment_missing(case: ReturnCase) -> bool:
    """Whether goods may leave that no shipment holds, nothing of an earlier one being put aside any more."""
    exchange = facts_of(case)
    if exchange.let_go_at is None or exchange.fallback is not None or exchange.sold_at is not None:
        return False
    return not any(each.open or each.shipped for each in exchange.shipments)


def may_be_held_back(exchange: ExchangeFacts) -> bool:
    """Whether some of the goods that were let go may still lie at the warehouse."""
    if not exchange.let_go or not exchange.is_standing or exchange.sold_at is not None or exchange.cut is not None:
        return False
    return any(each.unshipped and not each.stopped for each in _live(exchange))


def _hear_recall(case: ReturnCase, latest: ShipmentReport, *, at: datetime) -> Change:
    """What the warehouse says to goods that somebody called back."""
    name = latest.number
    if latest.stop_refused or not latest.unshipped:
        detail = (
            "The new goods could not be held back any more. The customer keeps them, or sends them back as a return of "
            "their own once they have arrived."
        )
        line = entry(at, "exchange.not_held_back", detail, shipment=name, code=latest.stop_refused)
        return tell(case, facts_of(case).recall_ended(RecallOutcome.TOO_LATE, at=at), line)
    if not latest.stopped and latest.state not in STOPPED:
        return Change(case=case)
    line = entry(at, "exchange.held_back", "The warehouse holds the new goods back.", shipment=name)
    told = tell(case, facts_of(case).recall_ended(RecallOutcome.HELD_BACK, at=at), line)
    detail = "it was called off after the new goods had been let go."
    if latest.shipped:
        more = _cut_short(told.case, latest, FallbackCause.CALLED_OFF, detail, at=at)
    elif case.goods.arrivals or case.goods.scanned_at is not None:
        more = fall_back(told.case, FallbackCause.CALLED_OFF, detail, at=at)
    else:
        ended = facts_of(told.case).fell_back(FallbackCause.CALLED_OFF, detail, at=at)
        more = tell(told.case, ended, entry(at, "exchange.called_off", "Nothing has moved: the exchange is over."))
        more = more.with_facts(cancelled_at=at)
    return Change(case=more.case, entries=(*told.entries, *more.entries))


def _cut_short(case: ReturnCase, latest: ShipmentReport, cause: FallbackCause, detail: str, *, at: datetime) -> Change:
    """What left is settled as it is, and the rest is given back in money."""
    exchange = facts_of(case)
    left = as_goods(count_goods(units for each in exchange.shipments for units in each.shipped))
    cut = CutShort(at=at, cause=cause, detail=detail, left=left)
    words = f"Of the new goods, {say_goods(count_goods(left))} left; for the others the customer is paid: {detail}"
    line = entry(at, "exchange.cut_short", words, cause=str(cause), shipment=latest.number)
    return tell(propose_anew(case), exchange.with_facts(cut=cut, let_go=left), line)


def _live(exchange: ExchangeFacts) -> list[ShipmentReport]:
    return [each for each in exchange.shipments if each.open and each.state not in STOPPED]


def _goods(report: ShipmentReport) -> tuple[Goods, ...]:
    counts = count_goods((*report.shipped, *report.unshipped))
    return tuple(Goods(sku=sku, quantity=units) for sku, units in sorted(counts.items()) if units)
