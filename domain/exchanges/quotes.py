"""What a customer is told of an exchange before asking: the very promise that opening it would make."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.catalogue.prices import PricedGoods
from domain.exchanges.promises import Promise
from domain.reimbursements import DifferenceKind


class QuotePart(BaseModel):
    """Parts of a quote are values."""

    model_config = ConfigDict(frozen=True)


class QuotedGoods(QuotePart):
    """New goods of a line; no price for a replacement, which costs what was paid."""

    sku: str
    title: str
    quantity: int
    price: PricedGoods | None = None


class QuotedSwap(QuotePart):
    """One line that is exchanged: what its units count for, and the new goods with what they cost, taxes included."""

    line_id: str
    quantity: int
    value_minor: int | None
    new_goods: tuple[QuotedGoods, ...]
    new_minor: int


class QuotedExchange(QuotePart):
    """What an exchange comes to over all its lines; the very promise that opening it would make."""

    currency: str
    lines: tuple[QuotedSwap, ...]
    difference: DifferenceKind
    customer_pays_minor: Annotated[int, Field(description="Collected before anything leaves.")] = 0
    shop_pays_minor: Annotated[int, Field(description="Paid after the inspection; part of the refund.")] = 0
    lost_minor: Annotated[int, Field(description="Value above what was paid that buys nothing.")] = 0
    hold_minor: Annotated[int, Field(description="Held until the old goods are back, for an exchange in advance.")] = 0

    def without_worth(self) -> QuotedExchange:
        """The same without what the old goods count for; what its customer has to pay stays."""
        lines = tuple(line.model_copy(update={"value_minor": None}) for line in self.lines)
        return self.model_copy(update={"lines": lines, "shop_pays_minor": 0, "lost_minor": 0, "hold_minor": 0})


def quote_exchange(promise: Promise, currency: str) -> QuotedExchange:
    """The promise as a quote tells it."""
    difference = promise.difference
    customer_owes = difference.kind is DifferenceKind.CUSTOMER_OWES
    return QuotedExchange(
        currency=currency,
        lines=tuple(
            QuotedSwap(
                line_id=swap.line_id,
                quantity=swap.quantity,
                value_minor=swap.value_minor,
                new_goods=tuple(
                    QuotedGoods(sku=goods.sku, title=goods.title, quantity=goods.quantity, price=goods.price)
                    for goods in swap.goods
                ),
                new_minor=swap.new_minor,
            )
            for swap in promise.swaps
        ),
        difference=difference.kind,
        customer_pays_minor=difference.amount_minor if customer_owes else 0,
        shop_pays_minor=0 if customer_owes else difference.amount_minor,
        lost_minor=difference.lost_minor,
        hold_minor=promise.hold_minor,
    )
