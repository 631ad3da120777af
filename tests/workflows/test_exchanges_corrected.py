"""A wrong inspection that is found after an exchange was settled, from the request to the ledger."""

from __future__ import annotations

from domain.cases import EventKind, WaitingFor
from tests.builders import MERCHANT, inspected, received
from tests.exchanges import swapped
from tests.workflows.adjusting import FINANCE, adjust, computed_again, correction, kinds, say, view
from tests.workflows.exchanging import Bazaar, an_exchange
from tests.workflows.house import House


async def exchanged(house: House, *, accepted: int) -> Bazaar:
    """Two small mugs for two large ones, of which so many were accepted."""
    bazaar = await an_exchange(house, swapped(quantity=2, units=2))
    await bazaar.confirm()
    await bazaar.waits_for(WaitingFor.PARCEL)
    await house.tell(bazaar.ref, EventKind.ITEM_RECEIVED, received(("1", 2)))
    await house.ask(bazaar.ref, EventKind.INSPECTION_RECORDED, inspected(("1", accepted)))
    if rest := 2 - accepted:
        await house.ask(bazaar.ref, EventKind.INSPECTION_RECORDED, inspected(("1", rest), grade="D", accepted=False))
    await bazaar.ship()
    assert await bazaar.end() == "exchanged"
    return bazaar


async def test_a_unit_that_was_rejected_by_mistake_is_paid(house: House) -> None:
    """One large mug left for one small one; the other small one was good as well, so its 12.00 are paid."""
    async with house.open_for_business():
        bazaar = await exchanged(house, accepted=1)
        ref = await adjust(house, correction(bazaar.ref, ("1", 2)))
        await house.handle(ref).result()
    assert (view(house, ref).state, view(house, ref).total_minor) == ("settled", 1200)
    assert sum(bazaar.refunded()) == 300 + 1200
    assert {"adjustment", "reimbursement"} <= computed_again(house)
    assert house.records.reads.contradictions() == []


async def test_a_unit_that_was_accepted_by_mistake_is_owed(house: House) -> None:
    """Two large mugs left for two small ones, of which one was another shop's: the customer owes its 12.00."""
    async with house.open_for_business():
        bazaar = await exchanged(house, accepted=2)
        ref = await adjust(house, correction(bazaar.ref, ("1", 1)))
        assert (view(house, ref).state, view(house, ref).receivable_minor) == ("receivable", 1200)
        body = {"resolution": "received", "proof": "FT-77"}
        await say(house, ref, EventKind.RESOLUTION_DECIDED, body, actor=FINANCE)
        await house.handle(ref).result()
    assert kinds(house, ref) == [("receivable_recorded", 1200), ("receivable_received", 1200)]
    assert bazaar.refunded() == []
    assert "adjustment" in computed_again(house)
    assert house.records.reads.contradictions() == []
    # Nothing was refunded, so no note credited it and none takes it back.
    assert house.records.reads.money.credit_notes(MERCHANT) == []
