"""Documents that were stored while a return kept the facts of its goods in fields of its own."""

from __future__ import annotations

from typing import Any

_OF_THE_DELIVERY = {
    "label": "label",
    "label_problem": "label_problem",
    "label_voided_at": "label_voided_at",
    "label_scanned_at": "scanned_at",
}
_OF_THE_GOODS = {
    "receipts": "receipts",
    "receiving_ended_at": "receiving_ended_at",
    "inspections": "inspections",
    "dispositions": "dispositions",
    "restocked_at": "put_away_at",
    "goods_problem": "put_away_problem",
    "expired_at": "overdue_at",
    "given_up_at": "given_up_at",
}


def lift_goods(document: Any) -> Any:
    """The document with what it says about goods in one place, as it is stored today; others are left alone."""
    if not isinstance(document, dict) or not document.keys() & (_OF_THE_DELIVERY.keys() | _OF_THE_GOODS.keys()):
        return document
    rest = dict(document)
    delivery = {new: rest.pop(old) for old, new in _OF_THE_DELIVERY.items() if old in rest}
    goods = {new: rest.pop(old) for old, new in _OF_THE_GOODS.items() if old in rest}
    return rest | {"goods": goods | {"deliveries": [delivery]}}
