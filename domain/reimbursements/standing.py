"""Where each position of an order stands after what was paid back on it before."""

from __future__ import annotations

from domain.money import Rounding, share
from domain.orders import Order
from domain.reimbursements.amounts import Credit, PaidBefore, PaidOn, ReimbursementPart
from domain.reimbursements.positions import Position, PositionKind, list_positions


class Pool(ReimbursementPart):
    """An amount that some alike units share, and how many of them came back already."""

    minor: int
    units: int
    since: int = 0

    def worth(self, quantity: int, rounding: Rounding) -> int:
        """What the next units bring; rounded once for all units so far, see `share`."""
        upto = share(self.minor, self.since + quantity, self.units, rounding)
        return upto - share(self.minor, self.since, self.units, rounding)


class Standing(ReimbursementPart):
    """A position and what was paid back on it."""

    position: Position
    paid: PaidOn = PaidOn()

    @property
    def taken(self) -> int:
        """Units that came back."""
        return self.paid.quantity

    @property
    def left_minor(self) -> int:
        """What the units that are still out are worth together."""
        return self.position.gross_minor - self.paid.worth_minor

    @property
    def credited_minor(self) -> int:
        """What reached the customer so far."""
        return self.paid.worth_minor - self.paid.kept_minor

    @property
    def open_minor(self) -> int:
        """What the shop still has of this position, kept fees included."""
        return self.position.gross_minor - self.credited_minor

    def plain_worth(self, quantity: int, rounding: Rounding) -> int:
        """What the next units are worth when nothing but units was ever paid for."""
        gross, count = self.position.gross_minor, self.position.quantity
        return share(gross, self.taken + quantity, count, rounding) - share(gross, self.taken, count, rounding)

    def units_worth(self, quantity: int, rounding: Rounding) -> int:
        """What the next units are worth, of which there must be as many; the last one brings all that is left.

        Nothing when an order that was changed afterwards is worth less than what was paid back on it.
        """
        if self.left_minor <= 0 or not quantity:
            return 0
        return self.pool(rounding).worth(quantity, rounding)

    def pool(self, rounding: Rounding) -> Pool:
        """What is shared evenly by which units.

        Once an amount was refunded on the position, the units that were out then share what it left.
        """
        paid, count = self.paid, self.position.quantity
        pool = Pool(
            minor=self.position.gross_minor - paid.shared_from_minor,
            units=count - paid.shared_from_units,
            since=paid.quantity - paid.shared_from_units,
        )
        if self.left_minor == pool.minor - share(pool.minor, pool.since, pool.units, rounding):
            return pool
        # The order or the rounding was changed meanwhile: what is left is shared anew.
        return Pool(minor=self.left_minor, units=count - paid.quantity)

    def after_units(self, quantity: int, worth_minor: int) -> Standing:
        """The position when these units were paid for as well."""
        credit = Credit(position=self.position.key, quantity=quantity, worth_minor=worth_minor)
        return Standing(position=self.position, paid=self.paid.after(credit))


def stand(order: Order, before: PaidBefore, rounding: Rounding) -> dict[str, Standing]:
    """Every position by its key, as `before` left it."""
    positions = list_positions(order)
    paid = before.positions or _paid_by_hand(positions, before, rounding)
    return {position.key: Standing(position=position, paid=paid.get(position.key, PaidOn())) for position in positions}


def _paid_by_hand(positions: tuple[Position, ...], before: PaidBefore, rounding: Rounding) -> dict[str, PaidOn]:
    """What is used up when `before` only counts units and shipping."""
    paid, shipping_minor = {}, before.shipping_minor
    for position in positions:
        if position.kind is PositionKind.SHIPPING:
            worth = min(position.gross_minor, shipping_minor)
            shipping_minor -= worth
            paid[position.key] = PaidOn(worth_minor=worth)
        else:
            taken = before.units.get(position.name, 0)
            worth = share(position.gross_minor, taken, position.quantity, rounding)
            paid[position.key] = PaidOn(quantity=taken, worth_minor=worth)
    return paid
