"""Credit at the shop: store credit of a customer and gift cards, as accounts that are issued to, spent from, and expire."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.gifts import Gift
from domain.orders import Order, Payment, PaymentMethod

LONGEST_REFERENCE = 128


class AccountKind(StrEnum):
    """What an account is to its owner."""

    STORE_CREDIT = "store_credit"
    GIFT_CARD = "gift_card"


class MovementKind(StrEnum):
    """What happened to an account; the last two take from it."""

    ISSUED = "store_credit_issued"
    BONUS = "store_credit_bonus"
    GIVEN_BACK = "store_credit_given_back"
    SPENT = "store_credit_spent"
    EXPIRED = "store_credit_expired"


TAKING = frozenset({MovementKind.SPENT, MovementKind.EXPIRED})
_KIND_OF_PAYMENT = {
    PaymentMethod.STORE_CREDIT: AccountKind.STORE_CREDIT,
    PaymentMethod.GIFT_CARD: AccountKind.GIFT_CARD,
}


class CreditPart(BaseModel):
    """Parts of an account are values."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CreditAccount(CreditPart):
    """The name of an account within its merchant: of store credit the customer's id, of a gift card its reference.

    Each currency has a balance of its own.
    """

    kind: AccountKind
    reference: Annotated[str, Field(min_length=1, max_length=LONGEST_REFERENCE)]

    def __str__(self) -> str:
        return f"{self.kind}:{self.reference}"

    @classmethod
    def named(cls, text: str) -> Self:
        """The account that is written so. Raises ValueError."""
        kind, _, reference = text.partition(":")
        return cls(kind=AccountKind(kind), reference=reference)


class CreditMovement(CreditPart):
    """One entry of an account, as it was written."""

    kind: MovementKind
    amount_minor: Annotated[int, Field(gt=0)]
    currency: str
    at: AwareDatetime
    expires_at: AwareDatetime | None = None
    order_id: str = ""
    rma: str | None = None
    payout: int | None = None
    reference: Annotated[str, Field(description="The key of a spend, as the storefront chose it.")] = ""
    note: str = ""


class CreditLot(CreditPart):
    """What is left of an amount that was issued, and until when it can be spent."""

    left_minor: int
    expires_at: AwareDatetime | None = None


def customer_account(order: Order) -> CreditAccount:
    """The store credit of whoever bought; of a guest, of this order alone."""
    reference = order.customer.customer_id or f"order:{order.order_id}"
    return CreditAccount(kind=AccountKind.STORE_CREDIT, reference=reference)


def recipient_account(order: Order, gift: Gift) -> CreditAccount:
    """The store credit of whoever got the gift; of a guest, of this gift alone."""
    reference = gift.recipient.customer_id or f"gift:{order.order_id}:{gift.gift_id}"
    return CreditAccount(kind=AccountKind.STORE_CREDIT, reference=reference)


def account_of_payment(payment: Payment) -> CreditAccount | None:
    """The account that the payment was made from; None for money, which only its provider can give back."""
    kind = _KIND_OF_PAYMENT.get(payment.method)
    return CreditAccount(kind=kind, reference=payment.reference) if kind else None


def left_in_lots(movements: Iterable[CreditMovement]) -> list[CreditLot]:
    """What is left of each amount, by the movements in the order of their writing; what expires first is spent first."""
    lots: list[CreditLot] = []
    for movement in movements:
        if movement.kind not in TAKING:
            lots.append(CreditLot(left_minor=movement.amount_minor, expires_at=movement.expires_at))
            lots.sort(key=_soonest)
            continue
        left, rest = movement.amount_minor, []
        for lot in lots:
            taken = min(left, lot.left_minor)
            left -= taken
            if lot.left_minor > taken:
                rest.append(lot.model_copy(update={"left_minor": lot.left_minor - taken}))
        lots = rest
    return lots


def split_expired(lots: Iterable[CreditLot], at: AwareDatetime) -> tuple[list[CreditLot], int]:
    """The lots that can be spent at that time, and the sum of those that have expired and were not written off yet."""
    lots = list(lots)
    alive = [lot for lot in lots if lot.expires_at is None or at < lot.expires_at]
    return alive, sum(lot.left_minor for lot in lots) - sum(lot.left_minor for lot in alive)


def _soonest(lot: CreditLot) -> tuple[bool, float]:
    return lot.expires_at is None, lot.expires_at.timestamp() if lot.expires_at else 0
