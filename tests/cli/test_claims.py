"""An engineer sees a claim on one page, why it was decided, what arrived for it, and that its run replays."""

from __future__ import annotations

from domain.cases import EventKind, WaitingFor
from tests.builders import DOCK, an_order, inspected, received
from tests.cli.test_cases import cases, env, fresh_machine, house, installation
from tests.workflows.claiming import decide, file_claim, say, waits_for
from tests.workflows.house import House

__all__ = ["env", "fresh_machine", "house", "installation"]


async def test_a_claim_on_the_command_line(house: House) -> None:
    """A broken mug that was asked for, inspected and paid: each command knows it by its number, and names no customer."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await file_claim(house)
        await decide(house, ref, goods_back=True, note="Please send it.")
        await waits_for(house, ref, WaitingFor.PARCEL)
        event = house.keep(ref, EventKind.ITEM_RECEIVED, received(("1", 1)), case_kind=ref.kind)
        await house.gateway.deliver(ref, event)
        await waits_for(house, ref, WaitingFor.INSPECTION)
        await say(house, ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1)), actor=DOCK)
        await house.handle(ref).result()

    shown, explained = await cases("show", ref.rma), await cases("explain", ref.rma)
    arrived, replayed = await cases("events", ref.rma), await cases("replay", ref.rma)

    assert (shown.code, explained.code, arrived.code, replayed.code) == (0, 0, 0, 0), shown.text + replayed.text
    for word in ("damaged", "Please send it.", "Parcels back", "arrived", "restock", "12.00 GBP", "settled", "closed"):
        assert word in shown.out, word
    for entry in house.records.reads.timeline(ref.merchant, ref.rma):
        assert entry.summary in shown.out
    customer = an_order().customer
    assert [word for word in (customer.name, customer.email, customer.address.street1) if word in shown.out] == []
    for word in ("claim: in_review", "remedy: refund", "Reimbursement of 12.00 GBP", "All of it is equal."):
        assert word in explained.out, word
    for word in ("approval_decided", "item_received", "inspection_recorded"):
        assert word in arrived.out, word
    assert "replay alike" in replayed.out
