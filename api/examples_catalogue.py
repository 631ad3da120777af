"""Realistic bodies about goods for the reference; a test holds each against its model."""

from __future__ import annotations

from typing import Any


def _variant(sku: str, size: str, amount_minor: int, **told: Any) -> dict[str, Any]:
    price = {"currency": "GBP", "amount_minor": amount_minor, "tax_included": True, "tax_rates": ["0.20"]}
    return {"sku": sku, "options": {"size": size, "colour": "blue"}, "prices": [price], "weight_grams": 350, **told}


_PRODUCT: dict[str, Any] = {
    "product_id": "mug",
    "title": "Stoneware mug",
    "category": "kitchen",
    "image": "https://shop.example/images/mug.jpg",
    "variants": [
        _variant("MUG-BLUE", "S", 1250, gtin="4006381333931"),
        _variant("MUG-BLUE-L", "L", 1500),
    ],
    "as_of": "2026-10-01T06:00:00Z",
}
PRODUCT: dict[str, Any] = _PRODUCT | {
    "variants": [
        _PRODUCT["variants"][0] | {"available": 12},
        _PRODUCT["variants"][1] | {"available": 3},
    ]
}
PRODUCTS: dict[str, Any] = {"two_sizes": {"summary": "A mug in two sizes", "value": PRODUCT}}
PRODUCT_STORED: dict[str, Any] = {"product_id": "mug", "version": 1, "outcome": "created"}
_STOCK: dict[str, Any] = {"sku": "MUG-BLUE-L", "available": 3, "as_of": "2026-10-12T08:29:00Z", "source": "asked"}
PRODUCT_VIEW: dict[str, Any] = {
    "product": _PRODUCT,
    "version": 1,
    "as_of": "2026-10-01T06:00:00Z",
    "source": "told",
    "availability": [
        {"sku": "MUG-BLUE", "available": 12, "as_of": "2026-10-01T06:00:00Z", "source": "told"},
        _STOCK,
    ],
}
COUNTED: dict[str, Any] = {"availability": [_STOCK], "not_counted": ["MUG-GREEN"]}
SKUS_ASKED: dict[str, Any] = {"skus": ["MUG-BLUE-L", "MUG-GREEN"]}
PRODUCT_LIST: dict[str, Any] = {"products": [PRODUCT_VIEW], "next_cursor": None}
ALTERNATIVES: dict[str, Any] = {
    "order_id": "1042",
    "line_id": "1",
    "sku": "MUG-BLUE",
    "product_id": "mug",
    "options": {"size": "S", "colour": "blue"},
    "currency": "GBP",
    "quantity": 1,
    "alternatives": [
        {
            "sku": "MUG-BLUE-L",
            "title": "Stoneware mug",
            "options": {"size": "L", "colour": "blue"},
            "changes": {"size": "L"},
            "price": {
                "sku": "MUG-BLUE-L",
                "quantity": 1,
                "currency": "GBP",
                "unit_price_minor": 1500,
                "taxes": [{"rate": "0.20", "amount_minor": 250}],
                "total_minor": 1500,
            },
            "availability": _STOCK,
            "enough": True,
            "image": "https://shop.example/images/mug.jpg",
            "final_sale": False,
        }
    ],
}

_CARD: dict[str, Any] = {
    "instrument_id": "card-1",
    "method": "card",
    "provider": "stripe",
    "reference": "pm_1QxW2eLkdIwHu7ix",
    "customer": "cus_QxW2eLkdIwHu7i",
    "label": "Visa, ends in 4242",
    "expires_on": "2028-12-31",
}
_GIFT_CARD: dict[str, Any] = {
    "instrument_id": "gift-1",
    "method": "gift_card",
    "provider": "aftercart",
    "reference": "birthday-2026",
    "label": "Birthday gift card",
    "currency": "GBP",
    "balance_minor": 1500,
    "balance_as_of": "2026-10-12T08:00:00Z",
}
INSTRUMENTS: dict[str, Any] = {
    "card_and_gift_card": {"summary": "A card and a gift card", "value": {"instruments": [_CARD, _GIFT_CARD]}},
}
INSTRUMENTS_STORED: dict[str, Any] = {"customer_id": "c-77", "version": 1, "outcome": "created"}
INSTRUMENTS_VIEW: dict[str, Any] = {
    "customer_id": "c-77",
    "version": 1,
    "updated_at": "2026-10-12T08:00:00Z",
    "instruments": [_CARD, _GIFT_CARD],
}
CHOICES: dict[str, Any] = {
    "customer_id": "c-77",
    "direction": "from_customer",
    "amount_minor": 2000,
    "currency": "GBP",
    "choices": [
        {
            "instrument": _CARD,
            "allowed": True,
            "up_to_minor": 2000,
            "paid_the_order": False,
            "obstacle": None,
            "why": "",
        },
        {
            "instrument": _GIFT_CARD,
            "allowed": True,
            "up_to_minor": 1500,
            "paid_the_order": False,
            "obstacle": None,
            "why": "It can carry 15.00 GBP.",
        },
    ],
}
