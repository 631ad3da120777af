"""Who is behind an order as far as history goes, and the marks that several accounts can have in common.

Marks are hashes that hold nothing personal: they can be compared, and not be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from enum import StrEnum

from domain.orders import Order
from domain.risk.models import RiskPart


class MarkKind(StrEnum):
    """What accounts can have in common."""

    ADDRESS = "address"
    PAYMENT = "payment"


class Mark(RiskPart):
    """One thing that an account has, as a hash."""

    kind: MarkKind
    value: str


class Purchase(RiskPart):
    """What one order weighs in the history of its account."""

    account: str
    currency: str
    value_minor: int
    units: int
    marks: tuple[Mark, ...] = ()


def account_of(order: Order) -> str:
    """The shop's id of the customer; a guest is known by a hash of the e-mail address, nobody by nothing."""
    if order.customer.customer_id:
        return order.customer.customer_id
    email = order.customer.email.strip().casefold()
    return f"guest:{_hash('email', email)[:32]}" if email else ""


def purchase_of(order: Order) -> Purchase:
    """The order as a purchase of its account: its goods before order discounts, and the marks that came with it."""
    return Purchase(
        account=account_of(order),
        currency=order.currency,
        value_minor=order.goods_minor,
        units=sum(line.quantity for line in order.lines),
        marks=tuple(dict.fromkeys(_marks(order))),
    )


def _marks(order: Order) -> Iterator[Mark]:
    address = order.customer.address
    place = [address.country, address.postal_code, address.city, address.street1, address.street2]
    if address.street1 and (address.postal_code or address.city):
        yield Mark(kind=MarkKind.ADDRESS, value=_hash("address", "|".join(map(_plain, place))))
    for payment in order.payments:
        if payment.fingerprint:
            yield Mark(kind=MarkKind.PAYMENT, value=_hash("payment", f"{payment.provider}|{payment.fingerprint}"))


def _plain(text: str) -> str:
    """Spaces, case and punctuation do not make another address."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _hash(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}|{text}".encode()).hexdigest()
