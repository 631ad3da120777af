"""The shop that a fresh installation has, and what it sells."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

DEMO_MERCHANT = "demo"
CURRENCY = "GBP"
LAMP_MINOR, MUG_MINOR, LARGE_MUG_MINOR, SHIPPING_MINOR, DISCOUNT_MINOR = 8900, 1250, 1500, 395, 1000
ORDER_TOTAL_MINOR = LAMP_MINOR + 2 * MUG_MINOR - DISCOUNT_MINOR + SHIPPING_MINOR
PLENTY = 12


def demo_product() -> dict[str, Any]:
    """A mug in two sizes, of which the shop has plenty."""
    return {
        "product_id": "mug",
        "title": "Blue mug",
        "category": "kitchen",
        "variants": [_mug("MUG-BLUE", "S", MUG_MINOR), _mug("MUG-BLUE-L", "L", LARGE_MUG_MINOR)],
    }


def _mug(sku: str, size: str, amount_minor: int) -> dict[str, Any]:
    price = {"currency": CURRENCY, "amount_minor": amount_minor}
    return {"sku": sku, "options": {"size": size}, "prices": [price], "available": PLENTY}


def demo_order(order_id: str, *, reference: str, delivered: datetime) -> dict[str, Any]:
    """A lamp and two mugs with ten pounds off the order."""
    lamp = {"line_id": "1", "sku": "LAMP-OAK", "title": "Oak table lamp", "quantity": 1, "unit_price_minor": LAMP_MINOR}
    mugs = {"line_id": "2", "sku": "MUG-BLUE", "title": "Blue mug", "quantity": 2, "unit_price_minor": MUG_MINOR}
    address = {
        "name": "Sam Example",
        "street1": "1 High Street",
        "city": "Leeds",
        "postal_code": "LS1 1AA",
        "country": "GB",
    }
    return {
        "order_id": order_id,
        "currency": CURRENCY,
        "placed_at": (delivered - timedelta(days=3)).isoformat(),
        "lines": [lamp, mugs],
        "shipping": [{"amount_minor": SHIPPING_MINOR}],
        "discounts": [{"discount_id": "WELCOME10", "title": "Ten pounds off", "amount_minor": DISCOUNT_MINOR}],
        "payments": [{"payment_id": "card", "reference": reference, "captured_minor": ORDER_TOTAL_MINOR}],
        "parcels": [{"parcel_id": "out-1", "tracking_number": "OUT1", "delivered_at": delivered.isoformat()}],
        "customer": {"customer_id": "c-77", "name": "Sam Example", "email": "sam@example.com", "address": address},
    }
