"""Goods that come back across a customs border: whether they do, and what customs is told about them.

The border is between customs territories, not between countries, see docs/goods.md. Great Britain and Northern Ireland
have one country code and count as one territory; that goods of Northern Ireland follow EU rules is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from domain.addresses import Address
from domain.goods_back.counts import Counted
from domain.goods_back.declarations import CustomsDeclaration, CustomsFact, DeclaredLine
from domain.goods_back.parts import GoodsPart
from domain.money import share
from domain.orders import Order, OrderLine
from domain.reimbursements.positions import PositionKind, list_positions

# Countries that are one territory for customs. The EU's own (Council Regulation 952/2013, article 4) with Monaco; parts of
# member states with a country code of their own (Åland, Réunion) are left out: most are outside its VAT territory, and
# a paper too many does no harm. Of Turkey, Andorra and San Marino not all goods are in the union: they count as abroad.
_TERRITORIES = (
    frozenset(
        [
            "AT",
            "BE",
            "BG",
            "CY",
            "CZ",
            "DE",
            "DK",
            "EE",
            "ES",
            "FI",
            "FR",
            "GR",
            "HR",
            "HU",
            "IE",
            "IT",
            "LT",
            "LU",
            "LV",
            "MC",
            "MT",
            "NL",
            "PL",
            "PT",
            "RO",
            "SE",
            "SI",
            "SK",
        ]
    ),
    frozenset(("GB", "GG", "IM", "JE")),
    frozenset(("CH", "LI")),
    frozenset(("US", "PR")),
)

_SAID = {
    CustomsFact.DESCRIPTION: "a description",
    CustomsFact.HS_CODE: "the HS code",
    CustomsFact.ORIGIN_COUNTRY: "the country of origin",
    CustomsFact.WEIGHT: "the weight",
    CustomsFact.VALUE: "a value",
}


class CustomsInvoice(GoodsPart):
    """A declaration as the paper that goes with the parcel. It names the sender: personal data."""

    number: str
    order_id: str
    tracking_number: str
    date: str
    sender: Address
    receiver: Address
    declaration: CustomsDeclaration


class CustomsPages(Protocol):
    """What puts customs invoices on paper."""

    def draw_invoice(self, invoice: CustomsInvoice) -> bytes:
        """The invoice as PDF; the same bytes for the same invoice."""
        ...


def crosses_customs_border(sender_country: str, warehouse_country: str) -> bool:
    """Whether a parcel between them is seen by customs; not as long as one of the countries is unknown."""
    between = {sender_country.upper(), warehouse_country.upper()}
    return "" not in between and len(between) > 1 and not any(between <= territory for territory in _TERRITORIES)


def declare_customs(units: Iterable[Counted], order: Order, *, warehouse: Address | None) -> CustomsDeclaration | None:
    """What customs is told about those units on their way to the warehouse, or None where no border is crossed.

    The value is what was paid for them in the order's currency, taxes and discounts included, without shipping and duties.
    """
    sender = order.customer.address
    if warehouse is None or not crosses_customs_border(sender.country, warehouse.country):
        return None
    paid = {one.name: one.gross_minor for one in list_positions(order) if one.kind is PositionKind.LINE}
    bought = {line.line_id: line for line in order.lines}
    lines = tuple(
        _declare(bought[unit.line_id], unit.quantity, paid_minor=paid[unit.line_id])
        for unit in units
        if unit.line_id in bought
    )
    return CustomsDeclaration(
        sender_country=sender.country.upper(),
        warehouse_country=warehouse.country.upper(),
        currency=order.currency,
        lines=lines,
    )


def describe_missing(declaration: CustomsDeclaration) -> str:
    """What the shop did not tell about its goods, as a sentence; nothing when all is known."""
    lacking = [
        f"{', '.join(_SAID[fact] for fact in line.missing)} of line {line.line_id}"
        for line in declaration.lines
        if line.missing
    ]
    if not lacking:
        return ""
    return f"The customs declaration lacks {'; '.join(lacking)}: customs may hold the parcel."


def _declare(line: OrderLine, quantity: int, *, paid_minor: int) -> DeclaredLine:
    known = {
        CustomsFact.DESCRIPTION: line.customs_description or line.title,
        CustomsFact.HS_CODE: line.hs_code,
        CustomsFact.ORIGIN_COUNTRY: line.origin_country,
        CustomsFact.WEIGHT: line.weight_grams,
        CustomsFact.VALUE: paid_minor,
    }
    return DeclaredLine(
        line_id=line.line_id,
        sku=line.sku,
        description=line.customs_description or line.title or line.sku,
        quantity=quantity,
        value_minor=share(paid_minor, quantity, line.quantity),
        weight_grams=line.weight_grams * quantity,
        hs_code=line.hs_code,
        origin_country=line.origin_country,
        missing=tuple(fact for fact, told in known.items() if not told),
    )
