"""What becomes of goods, and what they are still worth."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.cases import EventKind
from domain.policies import AmountByCurrency, Disposition, Rule
from domain.policies.terms import Disposal
from domain.returns.case import ReturnCase
from domain.returns.dispositions import dispose_return
from domain.returns.events import apply_event
from tests.builders import (
    ASKED,
    CONDITIONS,
    a_policy,
    a_return_line,
    an_authorized_return,
    an_event,
    an_order,
    an_order_line,
    received,
)

JOBBER = Disposal(
    disposition=Disposition.LIQUIDATE, recovers_percent=15, cost=AmountByCurrency(minor={"GBP": 50, "EUR": 60})
)
POLICY = a_policy(
    dispositions=(
        Rule[Disposal](rule="sellable", when='grade == "A"', then=Disposal(disposition=Disposition.RESTOCK)),
        Rule[Disposal](
            rule="worth_the_bench",
            when='grade == "B" && cost_minor >= 1000',
            then=Disposal(disposition=Disposition.REFURBISH, recovers_percent=60),
        ),
        Rule[Disposal](rule="the_rest", then=JOBBER),
    )
)


def inspected_case(*grades: str, accepted: bool = True) -> ReturnCase:
    """Mugs at 12.00, one for each grade."""
    case = an_authorized_return(lines=(a_return_line(quantity=len(grades)),))
    units = [
        {"line_id": "1", "quantity": 1, "condition": "used", "grade": grade, "accepted": accepted} for grade in grades
    ]
    dock = an_event(EventKind.ITEM_RECEIVED, received(("1", len(grades))))
    look = an_event(EventKind.INSPECTION_RECORDED, {"units": units})
    for event in (dock, look):
        case = apply_event(case, event, policy=POLICY, at=ASKED).case
    return case


def disposed(case: ReturnCase, *, cost_minor: int = 0) -> list[tuple[Disposition, int, int, int]]:
    """What becomes of them: disposition, units, recovered, cost."""
    order = an_order(lines=(an_order_line(quantity=4, cost_minor=cost_minor),))
    units = dispose_return(case, order, policy=POLICY, conditions=CONDITIONS)
    return [(unit.disposition, unit.quantity, unit.recovered_minor, unit.cost_minor) for unit in units]


def test_value_and_cost() -> None:
    """A mug on the shelf again is worth its price; the jobber pays 15 percent, and packing costs 50p each."""
    assert disposed(inspected_case("A", "C", "C")) == [
        (Disposition.RESTOCK, 1, 1200, 0),
        (Disposition.LIQUIDATE, 2, 360, 100),
    ]


@pytest.mark.parametrize(
    ("cost_minor", "fate"),
    [
        (1000, (Disposition.REFURBISH, 1, 720, 0)),
        (999, (Disposition.LIQUIDATE, 1, 180, 50)),
        (0, (Disposition.LIQUIDATE, 1, 180, 50)),
    ],
)
def test_by_what_it_cost_the_shop(cost_minor: int, fate: tuple[Disposition, int, int, int]) -> None:
    """Only what was dear to buy is worth the bench."""
    assert disposed(inspected_case("B"), cost_minor=cost_minor) == [fate]


def test_what_is_not_paid_for() -> None:
    """It goes back to the customer, and is worth nothing to the shop."""
    assert disposed(inspected_case("A", accepted=False)) == [(Disposition.BACK_TO_CUSTOMER, 1, 0, 0)]


def test_goods_that_came_cannot_be_kept() -> None:
    """A rule that says keep for inspected goods is a mistake, and is told so."""
    with pytest.raises(ValidationError, match="keep_items"):
        Disposal(disposition=Disposition.KEEP)
