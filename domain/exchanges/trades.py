"""The one function behind quote, settlement and payout of an exchange: what is owed when such units come and such goods go.

Owed is what was collected, and what the units are worth, less what the new goods cost. Units that are exchanged use up
their worth on the order like refunded ones; only the money that leaves is the total of the plan. See docs/exchanges.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.exchanges.facts import ExchangePart, Swap, WantedOffer
from domain.exchanges.given import GivenGoods
from domain.money import allocate, share
from domain.orders import Order
from domain.policies import Policy
from domain.reimbursements import (
    AmountKind,
    AmountLine,
    PaidBefore,
    ReimbursedUnits,
    ReimbursementPlan,
    plan_reimbursement,
)
from domain.reimbursements.entries import Entry, close_plan, total_of
from domain.reimbursements.goods import pay_units
from domain.reimbursements.positions import PositionKind, position_key
from domain.reimbursements.standing import stand
from domain.reimbursements.wording import say


class TradedUnits(ExchangePart):
    """Units of one line that came, the goods that are given for them, and what both count for."""

    units: ReimbursedUnits
    goods: tuple[WantedOffer, ...]
    value_minor: int
    paid_minor: int
    new_minor: int


class Settlement(ExchangePart):
    """What is refunded, what is exchanged, what was collected, and what stands held beside.

    `left_unpaid_minor` is set when an exchange is settled again: what had stayed unpaid then is not asked for again, and
    what is missing beyond it makes a plan below zero.
    """

    refunded: tuple[ReimbursedUnits, ...] = ()
    traded: tuple[TradedUnits, ...] = ()
    collected_minor: int = 0
    held_minor: int = 0
    left_unpaid_minor: int | None = None


def trade(swap: Swap, units: ReimbursedUnits, given: GivenGoods) -> TradedUnits:
    """Units of a promised line with their part of what was promised, and the goods that are given for them."""
    part, whole = units.quantity, swap.quantity
    return TradedUnits(
        units=units,
        goods=given.goods,
        value_minor=share(swap.value_minor, part, whole),
        paid_minor=share(swap.paid_minor, part, whole),
        new_minor=given.new_minor,
    )


def plan_trade(
    order: Order, settlement: Settlement, *, before: PaidBefore, policy: Policy, lower_to_minor: int | None = None
) -> ReimbursementPlan:
    """Everything owed. The refund alone can be lowered: what was promised for goods stands.

    Raises ValueError for units that are not on the order or came back before.
    """
    refund = plan_reimbursement(order, settlement.refunded, before=before, policy=policy)
    standings = stand(order, before.followed_by(refund), policy.rounding)
    entries, worths = list[Entry](), list[int]()
    for each in settlement.traded:
        key = position_key(PositionKind.LINE, each.units.line_id)
        paid = (
            pay_units(standings[key], each.units, order=order, rounding=policy.rounding) if each.units.quantity else []
        )
        worths.append(total_of(paid))
        entries += paid
    entries += _give_goods(settlement, worths, currency=order.currency)
    swapped = close_plan(entries, standings, order.currency)
    if lower_to_minor is not None and lower_to_minor < refund.total_minor + swapped.total_minor:
        wanted = max(0, lower_to_minor - swapped.total_minor)
        refund = plan_reimbursement(order, settlement.refunded, before=before, policy=policy, lower_to_minor=wanted)
    return ReimbursementPlan(
        currency=order.currency,
        lines=(*refund.lines, *swapped.lines),
        total_minor=refund.total_minor + swapped.total_minor,
        credits=(*refund.credits, *swapped.credits),
        withdrawn=refund.withdrawn,
    )


def still_owed_minor(settlement: Settlement, worths: Sequence[int]) -> int:
    """What the customer owes beyond all that came and was collected; 0 when it is the other way round."""
    return max(0, -_balance(settlement, worths))


def due_from_hold_minor(order: Order, settlement: Settlement, *, before: PaidBefore, policy: Policy) -> int:
    """What a hold must be charged with, so that the new goods are paid for."""
    refund = plan_reimbursement(order, settlement.refunded, before=before, policy=policy)
    standings = stand(order, before.followed_by(refund), policy.rounding)
    worths = [
        standings[position_key(PositionKind.LINE, each.units.line_id)].units_worth(each.units.quantity, policy.rounding)
        for each in settlement.traded
    ]
    return still_owed_minor(settlement, worths)


def _balance(settlement: Settlement, worths: Sequence[int]) -> int:
    new = sum(each.new_minor for each in settlement.traded)
    return sum(worths) - new + _extra(settlement, worths) + settlement.collected_minor


def _extra(settlement: Settlement, worths: Sequence[int]) -> int:
    """What units count for above what was paid, as far as the new goods cost so much."""
    above = sum(each.value_minor - each.paid_minor for each in settlement.traded)
    return min(max(0, sum(each.new_minor for each in settlement.traded) - sum(worths)), max(0, above))


def _give_goods(settlement: Settlement, worths: Sequence[int], *, currency: str) -> Iterator[Entry]:
    """What the new goods cost, and what pays for it beside the units."""
    paid, new = sum(worths), sum(each.new_minor for each in settlement.traded)
    used = allocate(min(paid, new), list(worths)) if paid else [0] * len(worths)
    for each, part in zip(settlement.traded, used, strict=True):
        key = position_key(PositionKind.LINE, each.units.line_id)
        line = AmountLine(
            kind=AmountKind.NEW_GOODS,
            line_id=each.units.line_id,
            quantity=sum(goods.quantity for goods in each.goods),
            amount_minor=-each.new_minor,
            explanation=f"Line {each.units.line_id} is exchanged for {_name(each, currency)}.",
            rule="exchanges",
        )
        yield Entry(line=line, exchanged={key: part} if part else {})
    if extra := _extra(settlement, worths):
        words = f"The goods count for {say(extra, currency)} more than was paid for them."
        yield Entry(
            line=AmountLine(
                kind=AmountKind.EXCHANGE_VALUE, amount_minor=extra, explanation=words, rule="exchange_value"
            )
        )
    if settlement.collected_minor:
        words = f"The customer paid {say(settlement.collected_minor, currency)} for the exchange."
        collected = settlement.collected_minor
        yield Entry(line=AmountLine(kind=AmountKind.COLLECTED, amount_minor=collected, explanation=words))
    yield from _cover(settlement, still_owed_minor(settlement, worths), currency=currency)


def _cover(settlement: Settlement, owed: int, *, currency: str) -> Iterator[Entry]:
    if settlement.left_unpaid_minor is not None:
        if forgiven := min(owed, settlement.left_unpaid_minor):
            words = f"{say(forgiven, currency)} had stayed unpaid before, and are not asked for again."
            yield Entry(line=AmountLine(kind=AmountKind.UNCOLLECTED, amount_minor=forgiven, explanation=words))
        return
    if from_hold := min(owed, settlement.held_minor):
        words = f"Of the {say(settlement.held_minor, currency)} held, {say(from_hold, currency)} are charged."
        yield Entry(line=AmountLine(kind=AmountKind.FROM_HOLD, amount_minor=from_hold, explanation=words))
    if rest := owed - from_hold:
        words = f"{say(rest, currency)} of the new goods stay unpaid: nothing more can be collected."
        yield Entry(line=AmountLine(kind=AmountKind.UNCOLLECTED, amount_minor=rest, explanation=words))


def _name(each: TradedUnits, currency: str) -> str:
    goods = " and ".join(f"{offer.quantity} of {offer.sku}" for offer in each.goods)
    return f"{goods}, which cost {say(each.new_minor, currency)}"
