"""What an order was worth, position by position: each line, each shipping charge, with the taxes inside it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from domain.money import allocate, split_running
from domain.orders import Order, OrderDiscount, OrderLine, ShippingCharge, TaxLine
from domain.reimbursements.amounts import ReimbursementPart


class PositionKind(StrEnum):
    """What kind of thing the customer paid for."""

    LINE = "line"
    SHIPPING = "shipping"


class DiscountShare(ReimbursementPart):
    """The part of an order discount that one line carries."""

    discount_id: str
    amount_minor: int


class Position(ReimbursementPart):
    """Something the customer paid for, all units together, taxes included in `gross_minor` also when charged on top."""

    kind: PositionKind
    name: str
    quantity: int = 1
    gross_minor: int
    taxes: tuple[TaxLine, ...] = ()
    discounts: tuple[DiscountShare, ...] = ()

    @property
    def key(self) -> str:
        """Its name among all positions of the order."""
        return position_key(self.kind, self.name)

    def split(self, credited_minor: int) -> tuple[int, list[int]]:
        """Net and each tax inside `credited_minor` of this position, counted from the first amount ever credited.

        Take differences of two running totals: the taxes then sum to those charged, over any number of refunds.
        """
        taxes = [tax.amount_minor for tax in self.taxes]
        tax, net = split_running(credited_minor, [sum(taxes), self.gross_minor - sum(taxes)])
        return net, split_running(tax, taxes) if taxes else []

    def split_between(self, start_minor: int, end_minor: int) -> tuple[int, list[int]]:
        """Net and each tax of what is credited from one running total to another."""
        (net_before, taxes_before), (net, taxes) = self.split(start_minor), self.split(end_minor)
        return net - net_before, [after - before for before, after in zip(taxes_before, taxes, strict=True)]


def position_key(kind: PositionKind, name: str) -> str:
    """The key of a position in credits and in `PaidBefore`."""
    return f"{kind}:{name}"


def list_positions(order: Order) -> tuple[Position, ...]:
    """Everything the customer paid for; the positions sum to what the order cost."""
    shares = share_discounts(order)
    lines = [_line_position(line, shares[line.line_id], order.tax_included) for line in order.lines]
    return (*lines, *(_shipping_position(charge, order.tax_included) for charge in order.shipping))


def share_discounts(order: Order) -> dict[str, tuple[DiscountShare, ...]]:
    """By line id, what each line carries of the order discounts, in proportion to the price it has left.

    Discounts on fewer lines are shared first. What the lines of a discount cannot carry falls on the other lines, so
    no line is ever worth less than nothing and the shares always sum to the discounts.
    """
    left = {line.line_id: line.price_minor for line in order.lines}
    shares: dict[str, list[DiscountShare]] = {line_id: [] for line_id in left}
    for discount in sorted(order.discounts, key=lambda discount: len(discount.line_ids) or len(left)):
        for line_id, part in _share_discount(discount, left):
            left[line_id] -= part
            shares[line_id].append(DiscountShare(discount_id=discount.discount_id, amount_minor=part))
    return {line_id: tuple(parts) for line_id, parts in shares.items()}


def _share_discount(discount: OrderDiscount, left: dict[str, int]) -> list[tuple[str, int]]:
    own = [line_id for line_id in left if not discount.line_ids or line_id in discount.line_ids]
    others = [line_id for line_id in left if line_id not in own]
    carried = min(discount.amount_minor, sum(left[line_id] for line_id in own))
    parts = zip(own, allocate(carried, [left[line_id] for line_id in own]), strict=True)
    overflow = discount.amount_minor - carried
    spilled = zip(others, allocate(overflow, [left[line_id] for line_id in others]), strict=True) if overflow else ()
    return [(line_id, part) for line_id, part in (*parts, *spilled) if part]


def _line_position(line: OrderLine, shares: tuple[DiscountShare, ...], tax_included: bool) -> Position:
    price = line.price_minor - sum(share.amount_minor for share in shares)
    return Position(
        kind=PositionKind.LINE,
        name=line.line_id,
        quantity=line.quantity,
        gross_minor=_gross(price, line.taxes, tax_included),
        taxes=line.taxes,
        discounts=shares,
    )


def _shipping_position(charge: ShippingCharge, tax_included: bool) -> Position:
    price = charge.amount_minor - charge.discount_minor
    return Position(
        kind=PositionKind.SHIPPING,
        name=charge.shipping_id,
        gross_minor=_gross(price, charge.taxes, tax_included),
        taxes=charge.taxes,
    )


def _gross(price_minor: int, taxes: Sequence[TaxLine], tax_included: bool) -> int:
    return price_minor if tax_included else price_minor + sum(tax.amount_minor for tax in taxes)
