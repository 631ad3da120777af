"""What an order was worth, position by position: lines, their duties, shipping charges, with the taxes inside."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from domain.money import round_half_up, split_running
from domain.orders import Order, OrderLine, ShippingCharge, TaxLine
from domain.reimbursements.amounts import ReimbursementPart
from domain.reimbursements.pricing import LinePrice, PriceCut, price_lines


class PositionKind(StrEnum):
    """What kind of thing the customer paid for."""

    LINE = "line"
    DUTIES = "duties"
    SHIPPING = "shipping"


class Position(ReimbursementPart):
    """Something the customer paid for, all units together, taxes included in `gross_minor` also when charged on top."""

    kind: PositionKind
    name: str
    quantity: int = 1
    gross_minor: int
    taxes: tuple[TaxLine, ...] = ()
    taxes_on_top: bool = False
    cuts: tuple[PriceCut, ...] = ()

    @property
    def key(self) -> str:
        """Its name among all positions of the order."""
        return position_key(self.kind, self.name)

    def split_between(self, start_minor: int, end_minor: int) -> tuple[int, list[int]]:
        """Net and each tax of what is credited from one running total of the position to another.

        Both come from running totals, so over any number of refunds the taxes sum to those charged, without drift.
        """
        (net_before, taxes_before), (net, taxes) = self._split(start_minor), self._split(end_minor)
        return net - net_before, [after - before for before, after in zip(taxes_before, taxes, strict=True)]

    def with_tax(self, price_minor: int) -> int:
        """A part of the price together with the tax that was charged on top of it; the nearest minor unit."""
        net = self.gross_minor - sum(tax.amount_minor for tax in self.taxes)
        if not self.taxes_on_top or not net:
            return price_minor
        return round_half_up(Fraction(price_minor * self.gross_minor, net))

    def _split(self, credited_minor: int) -> tuple[int, list[int]]:
        taxes = [tax.amount_minor for tax in self.taxes]
        tax, net = split_running(credited_minor, [sum(taxes), self.gross_minor - sum(taxes)])
        return net, split_running(tax, taxes) if taxes else []


def position_key(kind: PositionKind, name: str) -> str:
    """The key of a position in credits and in `PaidBefore`."""
    return f"{kind}:{name}"


def list_positions(order: Order) -> tuple[Position, ...]:
    """Everything the customer paid for; the positions sum to what the order cost."""
    prices = price_lines(order)
    lines = [_line_position(line, prices[line.line_id], order.tax_included) for line in order.lines]
    duties = [_duties_position(line) for line in order.lines if line.duties_minor]
    shipping = [_shipping_position(charge, order.tax_included) for charge in order.shipping]
    return (*lines, *duties, *shipping)


def _line_position(line: OrderLine, price: LinePrice, tax_included: bool) -> Position:
    return Position(
        kind=PositionKind.LINE,
        name=line.line_id,
        quantity=line.quantity,
        gross_minor=_gross(price.price_minor, price.taxes, tax_included),
        taxes=price.taxes,
        taxes_on_top=not tax_included,
        cuts=price.cuts,
    )


def _duties_position(line: OrderLine) -> Position:
    return Position(kind=PositionKind.DUTIES, name=line.line_id, quantity=line.quantity, gross_minor=line.duties_minor)


def _shipping_position(charge: ShippingCharge, tax_included: bool) -> Position:
    return Position(
        kind=PositionKind.SHIPPING,
        name=charge.shipping_id,
        gross_minor=_gross(charge.amount_minor - charge.discount_minor, charge.taxes, tax_included),
        taxes=charge.taxes,
        taxes_on_top=not tax_included,
    )


def _gross(price_minor: int, taxes: tuple[TaxLine, ...], tax_included: bool) -> int:
    return price_minor if tax_included else price_minor + sum(tax.amount_minor for tax in taxes)
