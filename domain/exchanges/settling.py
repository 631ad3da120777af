"""What of an exchange is refunded and what is exchanged, from the promise and from what was accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.exchanges.facts import ExchangeFacts, FallbackCause, WantedOffer
from domain.exchanges.given import give_all
from domain.exchanges.trades import Settlement, TradedUnits, due_from_hold_minor, plan_trade, trade
from domain.goods_back.counts import accepted_units
from domain.orders import Order, Payment
from domain.policies import Policy
from domain.reimbursements import AmountKind, PaidBefore, ReimbursedUnits, ReimbursementPlan
from domain.replacement_shipments.case import Goods
from domain.replacement_shipments.counts import as_goods, count_goods
from domain.returns.case import PlanBasis, ReturnCase
from domain.returns.service import terms_of
from domain.returns.units import settlement_policy, units_to_reimburse


def plan_exchange(case: ReturnCase, order: Order, *, policy: Policy, basis: PlanBasis) -> ReimbursementPlan:
    """Everything owed for the accepted units; `order` has the payments that were collected."""
    return plan_trade(
        order,
        settlement_of(case, policy, basis=basis),
        before=basis.before,
        policy=settlement_policy(policy, terms_of(case)),
        lower_to_minor=basis.lower_to_minor,
    )


def due_from_hold(case: ReturnCase, order: Order, *, policy: Policy, basis: PlanBasis) -> int:
    """What a hold must be charged with for what came back less or worse, or not at all."""
    settled_by = settlement_policy(policy, terms_of(case))
    settlement = settlement_of(case, policy, basis=basis)
    return due_from_hold_minor(order, settlement, before=basis.before, policy=settled_by)


def settlement_of(case: ReturnCase, policy: Policy, *, basis: PlanBasis) -> Settlement:
    """What the accepted units of the case are settled with."""
    units = units_to_reimburse(case.lines, accepted_units(case.goods), policy, terms=terms_of(case))
    exchange = case.exchange or ExchangeFacts()
    collected = collected_by(case, basis.collected)
    if exchange.fallback is not None and exchange.fallback.cause is FallbackCause.REJECTED:
        return Settlement(collected_minor=collected)
    if not exchange.is_standing:
        return Settlement(refunded=tuple(units), collected_minor=collected)
    refunded, traded = divide(exchange, {unit.line_id: unit for unit in units})
    return Settlement(
        refunded=tuple(refunded), traded=tuple(traded), collected_minor=collected, held_minor=basis.held_minor
    )


def settle_again(
    case: ReturnCase,
    order: Order,
    accepted: Mapping[str, int],
    *,
    before: PaidBefore,
    collected: Iterable[Payment],
    policy: Policy,
) -> ReimbursementPlan:
    """What the exchange comes to when so many units count, after it was settled; below zero, the customer owes that much.

    The goods that were given stay given. `collected` is what the customer paid by now, a charged hold included.
    """
    terms, exchange = terms_of(case), case.exchange or ExchangeFacts()
    units = {unit.line_id: unit for unit in units_to_reimburse(case.lines, accepted, policy, terms=terms)}
    settlement = Settlement(refunded=tuple(units.values()))
    if exchange.is_standing:
        refunded, traded = divide(exchange, units, settled=accepted_units(case.goods))
        settlement = Settlement(refunded=tuple(refunded), traded=tuple(traded))
    beside = {"collected_minor": collected_by(case, collected), "left_unpaid_minor": _left_unpaid(case)}
    settlement = settlement.model_copy(update=beside)
    return plan_trade(order, settlement, before=before, policy=settlement_policy(policy, terms))


def _left_unpaid(case: ReturnCase) -> int:
    """What the customer owed for goods that had left, and could not be collected."""
    lines = case.plan.lines if case.plan else ()
    return sum(line.amount_minor for line in lines if line.kind is AmountKind.UNCOLLECTED)


def divide(
    exchange: ExchangeFacts, accepted: Mapping[str, ReimbursedUnits], *, settled: Mapping[str, int] | None = None
) -> tuple[list[ReimbursedUnits], list[TradedUnits]]:
    """The accepted units by line id in those that are refunded and those that are exchanged.

    Goods that left in advance are settled whole, whatever came back for them; of others none are given that the accepted
    units and the customer's payment do not pay for. `settled` are the units for which goods
    were given before: whatever is found since, those goods stay given, and no others are.
    """
    refunded = [unit for line_id, unit in accepted.items() if exchange.swap(line_id) is None]
    traded = list[TradedUnits]()
    units = settled if settled is not None else {line_id: unit.quantity for line_id, unit in accepted.items()}
    for swap, given in give_all(exchange, units):
        unit = accepted.get(swap.line_id) or ReimbursedUnits(line_id=swap.line_id, quantity=0)
        count = min(unit.quantity, given.units)
        if given.goods:
            traded.append(trade(swap, unit.model_copy(update={"quantity": count}), given))
        if left := unit.quantity - count:
            refunded.append(unit.model_copy(update={"quantity": left}))
    return refunded, traded


def goods_to_ship(case: ReturnCase) -> tuple[Goods, ...]:
    """The new goods that are given for what was accepted."""
    exchange = case.exchange
    if exchange is None or not exchange.is_standing:
        return ()
    accepted = accepted_units(case.goods)
    units = {line: ReimbursedUnits(line_id=line, quantity=count) for line, count in accepted.items()}
    _, traded = divide(exchange, units)
    return goods_of(offer for each in traded for offer in each.goods)


def promised_goods(exchange: ExchangeFacts) -> tuple[Goods, ...]:
    """All new goods, by SKU."""
    return goods_of(offer for swap in exchange.swaps for offer in swap.goods)


def collected_by(case: ReturnCase, payments: Iterable[Payment]) -> int:
    """What the case itself collected from the customer."""
    own = f"{case.ref.rma}."
    return sum(payment.captured_minor for payment in payments if payment.payment_id.startswith(own))


def goods_of(offers: Iterable[WantedOffer]) -> tuple[Goods, ...]:
    """Offers as goods; those of one SKU are one position."""
    return as_goods(count_goods(Goods(sku=offer.sku, quantity=offer.quantity) for offer in offers))
