"""The exchange as everybody outside sees it, as one part of the return's view."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.collections import Collection, CollectionKind, CollectionState
from domain.exchanges.facts import ChoiceKind, ExchangeFacts, FallbackCause, RecallOutcome, Swap
from domain.reimbursements import DifferenceKind
from domain.replacement_shipments.case import Goods
from domain.replacement_shipments.progress import ReplacementShipmentState


class ExchangeViewPart(BaseModel):
    """Parts of a view are values."""

    model_config = ConfigDict(frozen=True)


class NewGoodsView(ExchangeViewPart):
    """Goods that are given for a line; a replacement has no price of its own."""

    sku: str
    title: str
    quantity: int
    price_minor: int | None


class SwapView(ExchangeViewPart):
    """One line of the exchange as it was promised."""

    line_id: str
    quantity: int
    value_minor: int | None
    new_minor: int | None
    new_goods: tuple[NewGoodsView, ...]


class ShipmentOutView(ExchangeViewPart):
    """A replacement shipment of the exchange, by its number."""

    number: str
    state: ReplacementShipmentState
    shipped: tuple[Goods, ...]
    delivered: tuple[Goods, ...]
    unshipped: tuple[Goods, ...]


class CollectedView(ExchangeViewPart):
    """What the customer is asked for, or was; `GET /v1/collections` has what a page needs to confirm it."""

    number: int
    kind: CollectionKind
    state: CollectionState
    amount_minor: int
    captured_minor: int
    confirm_by: AwareDatetime | None


class FallbackView(ExchangeViewPart):
    """Why it became a plain return, and when."""

    at: AwareDatetime
    cause: FallbackCause
    detail: str


class RecallView(ExchangeViewPart):
    """That the new goods were called back after they were let go, by that exception, and what came of it."""

    exception: int
    at: AwareDatetime
    outcome: RecallOutcome
    ended_at: AwareDatetime | None


class CutShortView(ExchangeViewPart):
    """That only a part of the new goods left, and why; for the others the customer is paid."""

    at: AwareDatetime
    cause: FallbackCause
    detail: str
    left: tuple[Goods, ...]


class ChoiceView(ExchangeViewPart):
    """That goods are out of stock and the customer chooses what else until then, and what they chose."""

    asked_at: AwareDatetime
    until: AwareDatetime
    missing: tuple[Goods, ...]
    given_at: AwareDatetime | None
    answer: ChoiceKind | None
    wait_until: AwareDatetime | None


class ExchangeView(ExchangeViewPart):
    """What was promised, what it takes, and what became of it."""

    in_advance: bool
    difference: DifferenceKind | None
    customer_pays_minor: int
    shop_pays_minor: int
    hold_minor: int
    lines: tuple[SwapView, ...]
    promised_at: AwareDatetime | None
    agreed_at: AwareDatetime | None
    back_by: AwareDatetime | None
    charged_at: AwareDatetime | None
    shipped_at: AwareDatetime | None
    collections: tuple[CollectedView, ...]
    shipments: tuple[ShipmentOutView, ...]
    fallback: FallbackView | None
    recall: RecallView | None = None
    cut_short: CutShortView | None = None
    choices: tuple[ChoiceView, ...] = ()


def view_exchange(exchange: ExchangeFacts, collections: tuple[Collection, ...]) -> ExchangeView:
    """The view of the exchange and of what its customer is asked for."""
    difference = exchange.difference
    owes = exchange.customer_owes_minor
    return ExchangeView(
        in_advance=exchange.in_advance,
        difference=difference.kind if difference else None,
        customer_pays_minor=owes,
        shop_pays_minor=difference.amount_minor if difference and not owes else 0,
        hold_minor=exchange.hold_minor,
        lines=tuple(_view_swap(swap) for swap in exchange.swaps),
        promised_at=exchange.promised_at,
        agreed_at=exchange.agreed_at,
        back_by=exchange.back_by,
        charged_at=exchange.charged_at,
        shipped_at=exchange.sold_at,
        collections=tuple(
            CollectedView(**each.model_dump(include=set(CollectedView.model_fields))) for each in collections
        ),
        shipments=tuple(
            ShipmentOutView(**each.model_dump(include=set(ShipmentOutView.model_fields))) for each in exchange.shipments
        ),
        fallback=FallbackView(**exchange.fallback.model_dump()) if exchange.fallback else None,
        recall=RecallView(**exchange.recall.model_dump()) if exchange.recall else None,
        cut_short=CutShortView(**exchange.cut.model_dump()) if exchange.cut else None,
        choices=tuple(ChoiceView(**choice.model_dump(exclude={"shipment"})) for choice in exchange.choices),
    )


def _view_swap(swap: Swap) -> SwapView:
    return SwapView(
        line_id=swap.line_id,
        quantity=swap.quantity,
        value_minor=swap.value_minor,
        new_minor=swap.new_minor,
        new_goods=tuple(
            NewGoodsView(
                sku=goods.sku,
                title=goods.title,
                quantity=goods.quantity,
                price_minor=goods.price.total_minor if goods.price else None,
            )
            for goods in swap.goods
        ),
    )


def hide_worth(view: ExchangeView) -> ExchangeView:
    """The exchange without what the old goods count for; what its customer has to pay stays."""
    lines = tuple(line.model_copy(update={"value_minor": None, "new_minor": None}) for line in view.lines)
    return view.model_copy(update={"lines": lines, "shop_pays_minor": 0, "hold_minor": 0})
