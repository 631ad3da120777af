"""What an exchange knows beyond a return: what is wanted, what was promised for it, and what became of the new goods."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.catalogue.prices import PricedGoods
from domain.catalogue.products import Sku
from domain.orders import Quantity
from domain.reimbursements import DifferenceKind, ExchangeDifference
from domain.replacement_shipments.case import Goods
from domain.replacement_shipments.reports import ShipmentReport


class ExchangePart(BaseModel):
    """Parts of an exchange are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WantedGoods(ExchangePart):
    """What the customer wants for a line."""

    sku: Sku
    quantity: Quantity = 1


class WantedOffer(ExchangePart):
    """What the catalogue said about goods that a line wants, kept with the verdict; no product: it does not know them."""

    line_id: str
    sku: str
    quantity: int
    product_id: str = ""
    title: str = ""
    category: str = ""
    gtin: str = ""
    weight_grams: int = 0
    final_sale: bool = False
    withdrawn: bool = False
    same_product: bool = False
    available: int | None = None
    price: PricedGoods | None = None


class ExchangeAsk(ExchangePart):
    """What a request wants beyond what a return does: those goods, and whether they should leave first.

    `has_no_address`: it is a recipient's of a gift, who did not say where they should go.
    """

    offers: tuple[WantedOffer, ...] = ()
    in_advance: bool = False
    has_no_address: bool = False

    def offers_for(self, line_id: str) -> tuple[WantedOffer, ...]:
        """What is wanted for that line."""
        return tuple(offer for offer in self.offers if offer.line_id == line_id)


NOTHING_WANTED = ExchangeAsk()


class Swap(ExchangePart):
    """One line as it was promised: what its units count for, and the goods that are given for them.

    `paid_minor` of the value was really paid; `new_minor` is what the goods cost with their taxes. A replacement has the
    line's own SKU and costs what was paid, so it names no price.
    """

    line_id: str
    quantity: int
    goods: Annotated[tuple[WantedOffer, ...], Field(min_length=1)]
    value_minor: int
    paid_minor: int
    new_minor: int
    replaces: bool = False

    def goods_for(self, accepted: int) -> tuple[int, tuple[WantedOffer, ...]]:
        """Of so many accepted units, how many are exchanged, and for what: a part of them where the goods divide like them."""
        if accepted >= self.quantity:
            return self.quantity, self.goods
        only = self.goods[0]
        if len(self.goods) > 1 or only.quantity % self.quantity or not accepted:
            return 0, ()
        part = only.model_copy(update={"quantity": only.quantity // self.quantity * accepted})
        return accepted, (part,)


class FallbackCause(StrEnum):
    """Why an exchange became a plain return."""

    NOT_PAID = "not_paid"
    OUT_OF_STOCK = "out_of_stock"
    NOT_ON_SALE = "not_on_sale"
    CALLED_OFF = "called_off"
    REJECTED = "rejected"


class Fallback(ExchangePart):
    """From then on the lines of the exchange are refunded."""

    at: AwareDatetime
    cause: FallbackCause
    detail: str


class RecallOutcome(StrEnum):
    """What came of calling goods back that were let go."""

    ASKED = "asked"
    HELD_BACK = "held_back"
    TOO_LATE = "too_late"


class Recall(ExchangePart):
    """That the new goods are called back after they were let go, by the exception of that number."""

    exception: int
    at: AwareDatetime
    outcome: RecallOutcome = RecallOutcome.ASKED
    ended_at: AwareDatetime | None = None


class CutShort(ExchangePart):
    """From then on no more of the new goods leave than those that `left`."""

    at: AwareDatetime
    cause: FallbackCause
    detail: str
    left: tuple[Goods, ...]


class ChoiceKind(StrEnum):
    """What a customer takes whose goods are out of stock: other goods, the same later, or the money."""

    OTHER_GOODS = "other_goods"
    WAIT = "wait"
    REFUND = "refund"


class StockChoice(ExchangePart):
    """That the goods of a shipment are out of stock, and what the customer chose instead, until then."""

    shipment: str
    asked_at: AwareDatetime
    until: AwareDatetime
    missing: tuple[Goods, ...]
    given_at: AwareDatetime | None = None
    answer: ChoiceKind | None = None
    wait_until: AwareDatetime | None = None


class ExchangeFacts(ExchangePart):
    """Facts are only ever added. `agreed_at`: nothing is waited for any more that the customer has to pay or confirm first.

    `let_go` are the goods that may leave, by the SKU, and since when; `sold_at` is when they became lines of the order.
    `repriced_at` is when other goods were chosen in their place; the collections `superseded` were for the first ones.
    `back_by` is the deadline of an exchange in advance, `charged_at` when it had passed with nothing on its way.
    """

    in_advance: bool = False
    pay_with: str = ""
    promised_at: AwareDatetime | None = None
    swaps: tuple[Swap, ...] = ()
    difference: ExchangeDifference | None = None
    hold_minor: int = 0
    agreed_at: AwareDatetime | None = None
    fallback: Fallback | None = None
    let_go: tuple[Goods, ...] = ()
    let_go_at: AwareDatetime | None = None
    shipments: tuple[ShipmentReport, ...] = ()
    sold_at: AwareDatetime | None = None
    back_by: AwareDatetime | None = None
    charged_at: AwareDatetime | None = None
    uncollected_minor: int = 0
    recall: Recall | None = None
    cut: CutShort | None = None
    choices: tuple[StockChoice, ...] = ()
    repriced_at: AwareDatetime | None = None
    superseded: tuple[int, ...] = ()

    def with_facts(self, **facts: Any) -> Self:
        """The same exchange with those facts added."""
        return self.model_copy(update=facts)

    @property
    def is_standing(self) -> bool:
        """Whether it was promised and did not become a plain return."""
        return self.promised_at is not None and self.fallback is None

    @property
    def open_choice(self) -> StockChoice | None:
        """What the customer is asked to choose and has not."""
        last = self.choices[-1] if self.choices and self.is_standing else None
        return last if last is not None and last.answer is None else None

    @property
    def waits_for_stock(self) -> StockChoice | None:
        """The choice to wait, as long as the goods are not put aside."""
        last = self.choices[-1] if self.choices and self.is_standing else None
        latest = self.shipments[-1] if self.shipments else None
        if last is None or last.answer is not ChoiceKind.WAIT or (latest is not None and latest.was_reserved):
            return None
        return last

    @property
    def is_recalled(self) -> bool:
        """Whether the warehouse is asked to hold the new goods back and has not answered."""
        return self.recall is not None and self.recall.outcome is RecallOutcome.ASKED

    @property
    def customer_owes_minor(self) -> int:
        """What the customer pays before anything leaves."""
        if self.difference is None or self.difference.kind is not DifferenceKind.CUSTOMER_OWES:
            return 0
        return self.difference.amount_minor

    def swap(self, line_id: str) -> Swap | None:
        """What was promised for that line; nothing for a line that is refunded."""
        return next((swap for swap in self.swaps if swap.line_id == line_id), None)

    def recall_ended(self, outcome: RecallOutcome, *, at: datetime) -> Self:
        """The same once it is known what came of calling the goods back."""
        recall = self.recall and self.recall.model_copy(update={"outcome": outcome, "ended_at": at})
        return self.with_facts(recall=recall)

    def fell_back(self, cause: FallbackCause, detail: str, *, at: datetime) -> Self:
        """The same as a plain return; the first cause stays."""
        return self if self.fallback else self.with_facts(fallback=Fallback(at=at, cause=cause, detail=detail))
