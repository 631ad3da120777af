"""Where each position of an order stands after what was paid back on it before."""

from __future__ import annotations

from domain.money import Rounding, share
from domain.orders import Order
from domain.reimbursements.amounts import PaidBefore, ReimbursementPart
from domain.reimbursements.positions import Position, PositionKind, list_positions


class Standing(ReimbursementPart):
    """A position with the units that came back, the worth that is used up and the fees kept of that."""

    position: Position
    taken: int = 0
    worth_minor: int = 0
    kept_minor: int = 0

    @property
    def left_minor(self) -> int:
        """What the units that are still out are worth together."""
        return self.position.gross_minor - self.worth_minor

    @property
    def credited_minor(self) -> int:
        """What reached the customer so far."""
        return self.worth_minor - self.kept_minor

    @property
    def open_minor(self) -> int:
        """What the shop still has of this position, kept fees included."""
        return self.position.gross_minor - self.credited_minor

    def plain_worth(self, quantity: int, rounding: Rounding) -> int:
        """What the next units are worth when nothing but units was ever paid for."""
        gross, count = self.position.gross_minor, self.position.quantity
        return share(gross, self.taken + quantity, count, rounding) - share(gross, self.taken, count, rounding)

    def units_worth(self, quantity: int, rounding: Rounding) -> int:
        """What the next units are worth; the last one brings all that is left.

        Once an amount was refunded on the position, the units that are out share what it left. Nothing when an order
        that was changed afterwards is worth less than what was paid back on it.
        """
        gross, count = self.position.gross_minor, self.position.quantity
        if self.left_minor <= 0:
            return 0
        if self.left_minor == gross - share(gross, self.taken, count, rounding):
            return self.plain_worth(quantity, rounding)
        return share(self.left_minor, quantity, count - self.taken, rounding)

    def after_units(self, quantity: int, worth_minor: int) -> Standing:
        """The position when these units were paid for as well."""
        update = {"taken": self.taken + quantity, "worth_minor": self.worth_minor + worth_minor}
        return self.model_copy(update=update)


def stand(order: Order, before: PaidBefore, rounding: Rounding) -> dict[str, Standing]:
    """Every position by its key, as `before` left it."""
    positions = list_positions(order)
    worth = before.worth_minor or _plain_worth(positions, before, rounding)
    return {
        position.key: Standing(
            position=position,
            taken=_taken(position, before),
            worth_minor=worth.get(position.key, 0),
            kept_minor=before.kept_minor.get(position.key, 0),
        )
        for position in positions
    }


def _taken(position: Position, before: PaidBefore) -> int:
    return 0 if position.kind is PositionKind.SHIPPING else before.units.get(position.name, 0)


def _plain_worth(positions: tuple[Position, ...], before: PaidBefore, rounding: Rounding) -> dict[str, int]:
    """What is used up when `before` only counts units and shipping."""
    worth, shipping_minor = {}, before.shipping_minor
    for position in positions:
        if position.kind is PositionKind.SHIPPING:
            worth[position.key] = min(position.gross_minor, shipping_minor)
            shipping_minor -= worth[position.key]
        else:
            worth[position.key] = share(position.gross_minor, _taken(position, before), position.quantity, rounding)
    return worth
