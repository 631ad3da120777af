"""Promised goods that the warehouse does not have: what the policy says, and how long somebody waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.cases import EventKind, WaitingFor
from domain.exchanges.choices import find_choice_fault, pass_choice, take_time
from domain.exchanges.facts import FallbackCause
from domain.exchanges.progress import derive_progress
from domain.exchanges.shipping import hear_shipments, let_go
from domain.policies import OutOfStockRule, Policy
from domain.replacement_shipments.case import Goods
from domain.replacement_shipments.opening import ShipmentPlan, open_shipment, pass_deadline
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.replacement_shipments.progress import derive_progress as shipment_progress
from domain.replacement_shipments.reports import ShipmentReport
from domain.returns.case import ReturnCase
from tests.builders import ASKED, STOREFRONT, a_policy, an_event
from tests.domain.baskets import basket, goods
from tests.domain.exchanges.trading import offered, promised, swapping

DAY = timedelta(days=1)
MUGS = basket(goods("1", 2, 1200))
ASKS = a_policy(out_of_stock=OutOfStockRule.ASK)
NEW = (Goods(sku="NEW", quantity=1),)


def report(number: str, state: str, **facts: Any) -> ShipmentReport:
    """A shipment of the new goods, nothing of which has left."""
    values: dict[str, Any] = {"number_in_case": 1, "open": False, "may_be_cancelled": False, "unshipped": NEW}
    return ShipmentReport(number=number, state=ReplacementShipmentState(state), **(values | facts))


GONE = report("first", "out_of_stock")


def ran_out(policy: Policy = ASKS) -> ReturnCase:
    """The shelf is empty."""
    case = promised(MUGS, (swapping("1", 1),), [offered("1", 1200)])
    return hear_shipments(case, (GONE,), policy=policy, at=ASKED).case


def waiting() -> ReturnCase:
    """The customer chose to wait, and the warehouse is asked again."""
    case = take_time(ran_out(), an_event(EventKind.CHOICE_GIVEN, actor=STOREFRONT), ASKS, at=ASKED).case
    return hear_shipments(case, (GONE, report("second", "planned", open=True)), policy=ASKS, at=ASKED).case


def test_by_default_it_is_a_plain_return() -> None:
    """Nobody is asked unless the policy says so."""
    case = ran_out(a_policy())
    assert case.exchange is not None
    assert case.exchange.fallback is not None
    assert (case.exchange.fallback.cause, case.exchange.choices) == (FallbackCause.OUT_OF_STOCK, ())


def test_the_customer_is_asked_once() -> None:
    """However often the case looks at the empty shelf, there is one question, and nothing may leave meanwhile."""
    case = ran_out()
    again = hear_shipments(case, (GONE,), policy=ASKS, at=ASKED + DAY)
    assert (again.case, again.entries) == (case, ())
    assert let_go(case, at=ASKED).case == case
    assert find_choice_fault(case) is None


def test_the_choice_ends_while_the_case_waits_for_its_parcel() -> None:
    """The case wakes on that day, and not before; from then on it is a plain return."""
    case = ran_out()
    progress = derive_progress(case, ASKS)
    assert (progress.waiting_for, progress.choose_by) == (WaitingFor.PARCEL, ASKED + 7 * DAY)
    assert progress.wakes_at == progress.choose_by
    assert pass_choice(case, at=ASKED + 6 * DAY) is None
    late = pass_choice(case, at=ASKED + 7 * DAY)
    assert late is not None
    assert late.case.exchange is not None
    assert late.case.exchange.fallback is not None


@pytest.mark.parametrize(
    ("state", "was_reserved", "falls_back"),
    [("planned", False, False), ("reserved", True, False), ("lapsed", False, True), ("lapsed", True, False)],
)
def test_waiting_for_stock(state: str, was_reserved: bool, falls_back: bool) -> None:
    """It ends when the goods are put aside, or when the time is over without them; a later lapse is another matter."""
    second = report("second", state, was_reserved=was_reserved)
    case = hear_shipments(waiting(), (GONE, second), policy=ASKS, at=ASKED + 30 * DAY).case
    assert case.exchange is not None
    assert (case.exchange.fallback is not None) is falls_back
    assert (case.exchange.waits_for_stock is not None) is (not falls_back and not was_reserved)


def test_a_shipment_waits_as_long_as_the_customer_does() -> None:
    """Told to ship or not, it asks the warehouse until the time is over, and then lapses."""
    until = ASKED + 30 * DAY
    plan = ShipmentPlan(number_in_case=2, goods=NEW, warehouse="main", ship_at_once=True, wait_until=until)
    case = waiting()
    shipment = open_shipment(case.ref, case, plan, actor=STOREFRONT, at=ASKED)
    progress = shipment_progress(shipment, ASKS)
    assert (progress.waiting_for, progress.deadline) == (WaitingFor.STOCK, until)
    late = pass_deadline(shipment, WaitingFor.STOCK, policy=ASKS, at=until)
    assert late is not None
    assert late.entries[0].summary == "The goods did not come into stock in time."
