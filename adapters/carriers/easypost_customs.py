"""Customs declarations in EasyPost's words, see https://docs.easypost.com/guides/customs-guide."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

from domain.goods_back.declarations import CustomsDeclaration, DeclaredLine
from domain.money import currency_exponent
from domain.ports import LabelBooking

GRAMS_PER_OUNCE = Decimal("28.349523125")
# EasyPost cuts off what is smaller, and takes neither weight nor value of zero: unknown weights and free goods get the least.
LEAST_OUNCES = Decimal("0.001")
LONGEST_EXPLANATION = 255
# Exports of the United States need this exemption, or a filing of their own where goods of one number cost more.
NO_FILING = "NOEEI 30.37(a)"
NO_FILING_UP_TO_CENTS = 250_000


def customs_params(booking: LabelBooking) -> dict[str, Any]:
    """The part of a shipment that is for customs; none for a parcel that crosses no border."""
    declared = booking.customs
    if declared is None:
        return {}
    info: dict[str, Any] = {
        "contents_type": "returned_goods",
        "contents_explanation": f"{declared.reason}, {booking.rma}"[:LONGEST_EXPLANATION],
        "restriction_type": "none",
        "non_delivery_option": "return",
        "customs_items": [_item(line, declared.currency) for line in declared.lines],
    }
    if booking.sender.name:
        # Who is not named cannot certify anything.
        info |= {"customs_certify": True, "customs_signer": booking.sender.name}
    if _needs_no_filing(declared):
        info["eel_pfc"] = NO_FILING
    return {"customs_info": info}


def _item(line: DeclaredLine, currency: str) -> dict[str, Any]:
    exponent = currency_exponent(currency)
    ounces = (Decimal(line.weight_grams) / GRAMS_PER_OUNCE).quantize(LEAST_OUNCES, ROUND_DOWN)
    item: dict[str, Any] = {
        "description": line.description,
        "quantity": line.quantity,
        "value": float(Decimal(max(line.value_minor, 1)).scaleb(-exponent)),
        "currency": currency,
        # Rounded down, as the parcel is rounded up: the goods never weigh more than the parcel.
        "weight": float(max(ounces, LEAST_OUNCES)),
        "code": line.sku,
    }
    if line.hs_code:
        item["hs_tariff_number"] = line.hs_code
    if line.origin_country:
        item["origin_country"] = line.origin_country
    return item


def _needs_no_filing(declared: CustomsDeclaration) -> bool:
    """Whether it leaves the United States and is surely cheap enough: amounts in another currency cannot be compared."""
    if declared.sender_country != "US" or declared.currency != "USD":
        return False
    return declared.value_minor <= NO_FILING_UP_TO_CENTS
