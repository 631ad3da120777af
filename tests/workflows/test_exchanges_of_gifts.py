"""Gifts that their recipients exchange for other goods, without the buyer hearing of it."""

from __future__ import annotations

from domain.addresses import Address
from domain.cases import WaitingFor
from domain.gifts import Gift, GiftProof, Recipient
from domain.orders import Order
from records.joined_orders import hide_gift_returns
from tests.builders import MERCHANT
from tests.exchanges import a_mug_order, swapped
from tests.workflows.adjusting import adjust, computed_again, correction
from tests.workflows.exchanging import Bazaar, an_exchange
from tests.workflows.house import House

LEE = Recipient(customer_id="c-lee", email="lee@mail.example", postal_code="N1 1AA")
GIVEN = a_mug_order(gifts=(Gift(code="XMAS-24", recipient=LEE),))
HERS = Address(name="Lee", street1="2 Gift Road", city="York", postal_code="YO1 1AA", country="GB")


async def exchanged(house: House) -> Bazaar:
    """Lee pays 3.00 for a large mug in place of the small one that she got."""
    proof = GiftProof(code="XMAS-24", ship_to=HERS)
    bazaar = await an_exchange(house, swapped(), order=GIVEN, gift=proof)
    await bazaar.confirm()
    await bazaar.waits_for(WaitingFor.PARCEL)
    await house.take_in(bazaar.ref)
    await bazaar.ship()
    assert await bazaar.end() == "exchanged"
    return bazaar


def buyers(house: House) -> tuple[Order, list[tuple[str, int, int]], list[str]]:
    """What the buyer sees: the order, what its payments hold, and its cases."""
    reads = house.records.reads
    found, balances = hide_gift_returns(reads.order_with_cases(MERCHANT, "A-1001"), reads.balances(MERCHANT, "A-1001"))
    money = [(each.payment_id, each.captured_minor, each.refundable_minor) for each in balances]
    return found.stored.order, money, [each.case.ref.rma for each in found.cases]


async def test_the_new_goods_go_to_the_recipient_and_the_buyer_sees_nothing(house: House) -> None:
    """The large mug goes to Lee's address; for the buyer there is one line, one payment, and no case, as before."""
    house.sell(GIVEN)
    before = buyers(house)
    async with house.open_for_business():
        bazaar = await exchanged(house)
    assert [order.address for order in house.fulfilment.sent.values()] == [HERS]
    assert buyers(house) == before
    assert [gift.code for gift in before[0].gifts] == [""]
    assert [line.added_by for line in bazaar.order().lines] == ["", bazaar.ref.rma]
    assert (house.collections.captured(), bazaar.refunded()) == ([300], [])


async def test_what_is_corrected_later_is_credited_and_hidden(house: House) -> None:
    """The other mug was in the parcel as well: its worth goes to Lee's account, and its note is none of the buyer's."""
    async with house.open_for_business():
        proof = GiftProof(code="XMAS-24", ship_to=HERS)
        bazaar = await an_exchange(house, swapped(units=2), order=GIVEN, gift=proof)
        await house.take_in(bazaar.ref, ("1", 2))
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
        before = buyers(house)
        ref = await adjust(house, correction(bazaar.ref, ("1", 1)))
        assert (before[2], buyers(house)[2]) == ([], [])
        await house.handle(ref).terminate()
    assert [(payout.method, payout.amount_minor, payout.account) for payout in bazaar.case.payouts] == [
        ("store_credit", 900, "store_credit:c-lee")
    ]
    money = house.records.reads.money
    assert len(money.credit_notes(MERCHANT)) == 1
    assert money.credit_notes(MERCHANT, for_buyer=True) == []
    assert "reimbursement" in computed_again(house)
