"""Exchanges that are called off after their new goods were let go, and goods that leave in part."""

from __future__ import annotations

import pytest

from domain.cases import EventKind, Role, WaitingFor
from domain.policies import Action, AuthorityRow, May
from tests.builders import STOREFRONT, SUPERVISOR, a_policy
from tests.exchanges import an_exchange_policy, replaced, swapped
from tests.workflows.adjusting import AGENT, computed_again
from tests.workflows.exchanging import Bazaar, an_exchange
from tests.workflows.house import House, until

WHY = {"note": "She has moved."}
TRUSTED = AuthorityRow(rule="agents", role=Role.AGENT, may=May.ACT, actions=(Action.LATE_CANCELLATION,))
RULES = a_policy().approval
AGENTS_MAY = an_exchange_policy(approval=RULES.model_copy(update={"matrix": (*RULES.matrix, TRUSTED)}))


async def let_go(house: House, *lines: object, units: int = 1, **more: object) -> Bazaar:
    """The old goods are here, and the warehouse was told to ship the new ones."""
    bazaar = await an_exchange(house, *(lines or (swapped(),)), **more)  # type: ignore[arg-type]
    if bazaar.case.collections:
        await bazaar.confirm()
        await bazaar.waits_for(WaitingFor.PARCEL)
    await house.take_in(bazaar.ref, ("1", units))
    await told_to_ship(bazaar)
    return bazaar


async def told_to_ship(bazaar: Bazaar) -> None:
    """The warehouse has the order to ship."""
    await bazaar.waits_for(WaitingFor.REPLACEMENT)
    await bazaar.start_shipments()
    await until(lambda: bool(bazaar.house.fulfilment.sent), seconds=10)


async def call_back(bazaar: Bazaar) -> str:
    """What an agent is told who asks to call the new goods back."""
    told = await bazaar.house.ask(bazaar.ref, EventKind.LATE_CANCELLATION_REQUESTED, WHY, actor=AGENT)
    return told.code


async def test_goods_that_are_still_there_are_held_back(house: House) -> None:
    """The agent asks, a supervisor agrees, the warehouse holds the mug back: the customer gets 12.00 and 3.00 back."""
    async with house.open_for_business():
        bazaar = await let_go(house)
        assert await call_back(bazaar) == "applied"
        assert await call_back(bazaar) == "already_asked"
        (asked,) = bazaar.case.exceptions
        assert (asked.action, asked.amount_minor, asked.granted) == (Action.LATE_CANCELLATION, 1500, None)
        body = {"decision": "approve", "exception": 1}
        told = await house.ask(bazaar.ref, EventKind.APPROVAL_DECIDED, body, actor=SUPERVISOR)
        assert told.outcome == "applied"
        assert await bazaar.end() == "closed"
    assert sum(bazaar.refunded()) == 1500
    assert house.fulfilment.free["MUG-L-BLUE"] == 5
    assert [line.added_by for line in bazaar.order().lines] == [""]
    assert "reimbursement" in computed_again(house)
    assert house.records.reads.contradictions() == []


async def test_goods_that_are_packed_go_on(house: House) -> None:
    """The agent may do it alone, and it is too late: the exchange ends as it was promised, and the timeline says why."""
    async with house.open_for_business():
        bazaar = await let_go(house, policy=AGENTS_MAY)
        house.fulfilment.packed |= set(house.fulfilment.sent)
        assert await call_back(bazaar) == "applied"
        await until(lambda: "exchange.not_held_back" in bazaar.events(), seconds=10)
        assert await call_back(bazaar) == "already_asked"
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    view = house.view(bazaar.ref).exchange
    assert view is not None
    assert view.recall is not None
    assert view.recall.outcome == "too_late"
    assert bazaar.refunded() == []


async def test_what_has_left_is_settled_and_the_rest_held_back(house: House) -> None:
    """One of two large mugs has left: it stays exchanged, and the other small one is refunded with its 3.00."""
    async with house.open_for_business():
        bazaar = await let_go(house, swapped(quantity=2, units=2), units=2, policy=AGENTS_MAY)
        await bazaar.ship(("MUG-L-BLUE", 1))
        assert await call_back(bazaar) == "applied"
        assert await bazaar.end() == "exchanged"
    assert sum(bazaar.refunded()) == 1200 + 300
    new = bazaar.order().lines[-1]
    assert (new.sku, new.quantity, new.price_minor) == ("MUG-L-BLUE", 1, 1500)
    assert "reimbursement" in computed_again(house)


async def test_the_rest_that_is_lost_at_the_warehouse_is_refunded(house: House) -> None:
    """Two for two, and the second one breaks on the shelf: nobody waits for it, and its small mug is refunded."""
    async with house.open_for_business():
        bazaar = await let_go(house, swapped(quantity=2, units=2), units=2)
        await bazaar.ship(("MUG-L-BLUE", 1))
        await bazaar.run_short()
        assert await bazaar.end() == "exchanged"
    assert sum(bazaar.refunded()) == 1500
    assert "exchange.cut_short" in bazaar.events()


async def test_a_customer_needs_somebody_of_the_shop(house: House) -> None:
    """Who is refused a cancellation is told that the shop may still do it; before anything was let go it is not needed."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, replaced())
        assert await call_back(bazaar) == "not_let_go"
        await house.take_in(bazaar.ref)
        await told_to_ship(bazaar)
        told = await house.ask(bazaar.ref, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
        assert (told.code, "late cancellation" in told.detail) == ("already_shipping", True)
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"


@pytest.mark.usefixtures("by_dispatch")
async def test_in_advance_nothing_has_moved(house: House) -> None:
    """The old mug was not sent and the new one is held back: the exchange is over, and the hold is let go."""
    async with house.open_for_business():
        bazaar = await an_exchange(house, replaced(), in_advance=True, policy=AGENTS_MAY)
        await bazaar.confirm()
        await bazaar.waits_for(WaitingFor.PARCEL)
        await bazaar.start_shipments()
        await until(lambda: bool(house.fulfilment.sent), seconds=10)
        assert await call_back(bazaar) == "applied"
        assert await bazaar.end() == "cancelled"
    assert house.collections.captured() == []
    assert bazaar.case.collections[0].state == "released"
    assert house.records.reads.units_in_cases("demo", "A-1001") == {}
