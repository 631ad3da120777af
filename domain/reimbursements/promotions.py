"""What becomes of a promotion when a part of the goods that earned it comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.money import allocate, share
from domain.orders import Order, OrderDiscount
from domain.policies import GiftRule, Policy, PromotionRule
from domain.reimbursements.amounts import AmountKind, AmountLine, PaidBefore, ReimbursedUnits
from domain.reimbursements.entries import Entry, total_of
from domain.reimbursements.goods import NOT_THE_CUSTOMER
from domain.reimbursements.positions import PositionKind, position_key
from domain.reimbursements.pricing import price_lines
from domain.reimbursements.standing import Standing
from domain.reimbursements.wording import say


def settle_promotions(
    order: Order,
    units: Sequence[ReimbursedUnits],
    entries: Sequence[Entry],
    *,
    standings: Mapping[str, Standing],
    before: PaidBefore,
    policy: Policy,
) -> list[Entry]:
    """What the promotions of the order add to the entries of these units, or take off; never more than they pay.

    Source: policy fields promotions and gifts; see `PromotionRule`. Units that come back through the fault of the
    shop or the carrier still count as kept when a promotion is tested again.
    """
    goods = _Goods(order, units, standings=standings)
    settled: list[Entry] = []
    for discount in order.discounts:
        rule = _rule(discount, policy)
        if not discount.is_conditional or discount.discount_id in before.withdrawn:
            continue
        if rule is PromotionRule.KEEP:
            settled += goods.move_to_kept(discount, [*entries, *settled])
        elif rule is PromotionRule.TEST_AGAIN and not goods.still_earns(discount):
            settled += goods.withdraw(discount, at_most=total_of(entries) + total_of(settled))
    return settled


def _rule(discount: OrderDiscount, policy: Policy) -> PromotionRule:
    if discount.is_gift:
        return PromotionRule.TEST_AGAIN if policy.gifts is GiftRule.CHARGE else PromotionRule.SHARE
    return policy.promotions


class _Goods:
    """The lines of an order with the units that came back before, come back now, and stay."""

    def __init__(
        self,
        order: Order,
        units: Sequence[ReimbursedUnits],
        *,
        standings: Mapping[str, Standing],
    ) -> None:
        self._order = order
        self._standings = {
            line.line_id: standings[position_key(PositionKind.LINE, line.line_id)] for line in order.lines
        }
        self._prices = price_lines(order)
        self._coming = dict.fromkeys(self._standings, 0)
        self._excused = {line_id: standing.paid.excused for line_id, standing in self._standings.items()}
        for unit in units:
            self._coming[unit.line_id] += unit.quantity
            self._excused[unit.line_id] += unit.quantity if unit.fault in NOT_THE_CUSTOMER else 0

    def still_earns(self, discount: OrderDiscount) -> bool:
        """Whether the goods that stay, and those that others made come back, reach what the promotion asks.

        True as well when even the whole order does not: then we do not know how the shop counted.
        """
        earning = discount.earned_by or discount.line_ids or tuple(self._standings)
        needed = max(1, discount.minimum_minor)
        whole = sum(self._prices[line_id].before_discounts_minor for line_id in earning)
        counted = sum(self._worth_of_counted(line_id) for line_id in earning)
        return counted >= needed or whole < needed

    def withdraw(self, discount: OrderDiscount, *, at_most: int) -> list[Entry]:
        """The discount on the goods that stay is taken off the refund; what the refund cannot bear is forgiven."""
        lost = {line_id: self._discount_on_kept(line_id, discount) for line_id in self._standings}
        lost = {line_id: amount for line_id, amount in lost.items() if amount}
        if not lost:
            return []
        taken = dict(zip(lost, allocate(min(at_most, sum(lost.values())), list(lost.values())), strict=True))
        why = f"the goods that stay no longer earn {_name(discount)}, and it took {{}} off line {{}}"
        return [
            Entry(
                line=self._line(
                    discount, line_id, -amount, why.format(say(lost[line_id], self._order.currency), line_id)
                ),
                worth={position_key(PositionKind.LINE, line_id): -amount},
                by_amount=True,
                withdraws=discount.discount_id,
            )
            for line_id, amount in taken.items()
        ]

    def move_to_kept(self, discount: OrderDiscount, entries: Sequence[Entry]) -> list[Entry]:
        """The discount on the units that come back now is paid out, and counts as refunded on the goods that stay."""
        moved = sum(self._discount_on_coming(line_id, discount) for line_id in self._standings)
        applies = discount.line_ids or tuple(self._standings)
        room = {line_id: left for line_id in applies if (left := self._left_on_kept(line_id, entries)) > 0}
        moved = min(moved, sum(room.values()))
        if moved <= 0:
            return []
        parts = dict(zip(room, allocate(moved, list(room.values())), strict=True))
        why = f"{_name(discount)} stays whole with the goods that stay, here with line {{}}"
        return [
            Entry(
                line=self._line(discount, line_id, amount, why.format(line_id)),
                worth={position_key(PositionKind.LINE, line_id): amount},
                by_amount=True,
            )
            for line_id, amount in parts.items()
            if amount
        ]

    def _line(self, discount: OrderDiscount, line_id: str, amount_minor: int, why: str) -> AmountLine:
        words = f"{say(abs(amount_minor), self._order.currency)} {'less' if amount_minor < 0 else 'more'}: {why}."
        return AmountLine(
            kind=AmountKind.PROMOTION,
            line_id=line_id,
            amount_minor=amount_minor,
            explanation=words,
            rule="gifts" if discount.is_gift else "promotions",
        )

    def _worth_of_counted(self, line_id: str) -> int:
        standing = self._standings[line_id]
        gone = standing.taken + self._coming[line_id] - self._excused[line_id]
        quantity = standing.position.quantity
        return share(self._prices[line_id].before_discounts_minor, quantity - gone, quantity)

    def _discount_on_kept(self, line_id: str, discount: OrderDiscount) -> int:
        return self._discount_between(
            line_id, discount, self._gone(line_id), self._standings[line_id].position.quantity
        )

    def _discount_on_coming(self, line_id: str, discount: OrderDiscount) -> int:
        return self._discount_between(line_id, discount, self._standings[line_id].taken, self._gone(line_id))

    def _discount_between(self, line_id: str, discount: OrderDiscount, start: int, end: int) -> int:
        """What the discount took off the units from `start` to `end`, with the tax it saved on top."""
        position = self._standings[line_id].position
        amount = sum(cut.amount_minor for cut in position.cuts if cut.discount_id == discount.discount_id)
        part = share(amount, end, position.quantity) - share(amount, start, position.quantity)
        return position.with_tax(part)

    def _gone(self, line_id: str) -> int:
        return self._standings[line_id].taken + self._coming[line_id]

    def _left_on_kept(self, line_id: str, entries: Sequence[Entry]) -> int:
        if self._gone(line_id) >= self._standings[line_id].position.quantity:
            return 0
        key = position_key(PositionKind.LINE, line_id)
        return self._standings[line_id].left_minor - sum(entry.worth.get(key, 0) for entry in entries)


def _name(discount: OrderDiscount) -> str:
    return f"{'gift' if discount.is_gift else 'promotion'} {discount.title or discount.discount_id}"
