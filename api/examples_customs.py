"""An order whose goods would come back across a border."""

from __future__ import annotations

from typing import Any

from api.examples import ORDER

ORDER_ABROAD: dict[str, Any] = {
    **ORDER,
    "order_id": "1043",
    "lines": [
        {
            **ORDER["lines"][0],
            "weight_grams": 350,
            "hs_code": "6912.00",
            "origin_country": "PT",
            "customs_description": "Ceramic mug",
        }
    ],
    "payments": [{**ORDER["payments"][0], "captured_minor": 2645}],
    "customer": {
        "customer_id": "c-78",
        "name": "Grete Beispiel",
        "email": "grete@example.com",
        "address": {"street1": "Am Hof 1", "city": "Köln", "postal_code": "50667", "country": "DE"},
    },
}
ORDERS: dict[str, Any] = {"abroad": {"summary": "Sent abroad, with what customs asks", "value": ORDER_ABROAD}}
