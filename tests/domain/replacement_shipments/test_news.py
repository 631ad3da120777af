"""What the timeline of a case says of goods that it promised."""

from __future__ import annotations

from typing import Any

import pytest

from domain.replacement_shipments.case import Goods
from domain.replacement_shipments.news import NOTHING_NEW, say_news
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.replacement_shipments.reports import ShipmentReport

ONE, TWO = ((Goods(sku="MUG", quantity=many),) for many in (1, 2))


def report(state: str, **facts: Any) -> ShipmentReport:
    """Two mugs, nothing of which has left."""
    values: dict[str, Any] = {"number_in_case": 1, "open": True, "may_be_cancelled": False, "unshipped": TWO}
    return ShipmentReport(number="9WQ4-T6MX", state=ReplacementShipmentState(state), **(values | facts))


RESERVED, SHIPPING = report("reserved"), report("shipping")
PARTLY = report("partly_shipped", shipped=ONE, unshipped=ONE)
SHIPPED = report("shipped", shipped=TWO, unshipped=())


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ((), (report("planned"),), "The warehouse is asked to put 2 of MUG aside."),
        ((RESERVED,), (SHIPPING,), "The warehouse is told to ship 2 of MUG."),
        ((SHIPPING,), (PARTLY,), "Left the warehouse: 1 of MUG; still to come: 1 of MUG."),
        ((PARTLY,), (SHIPPED,), "On its way to the customer: 2 of MUG."),
        (
            (report("stopping", stop_asked=True),),
            (report("shipping", stop_asked=True, stop_refused="already_packed"),),
            "The warehouse cannot hold back 2 of MUG any more.",
        ),
        (
            (report("releasing"),),
            (report("released", open=False),),
            "Does not leave, and is free for others again: 2 of MUG.",
        ),
        (
            (report("delivered", shipped=TWO, delivered=TWO, unshipped=()),),
            (report("delivered", shipped=TWO, delivered=TWO, unshipped=(), open=False),),
            "Nothing more is waited for of shipment 9WQ4-T6MX.",
        ),
        ((SHIPPED,), (SHIPPED,), NOTHING_NEW),
    ],
)
def test_each_move_is_told(before: tuple[ShipmentReport, ...], after: tuple[ShipmentReport, ...], words: str) -> None:
    """Whoever reads the case sees what became of the goods, and not only that something did."""
    assert say_news(before, after) == words


@pytest.mark.parametrize("state", ReplacementShipmentState)
def test_no_state_is_without_words(state: ReplacementShipmentState) -> None:
    """Whatever becomes of goods, the timeline has a sentence for it."""
    assert "MUG" in say_news((), (report(state, shipped=ONE, delivered=ONE),))
