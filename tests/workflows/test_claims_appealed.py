"""Claims that the inspection denied, and that somebody else grants when the customer appeals."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import CaseRef, EventKind
from tests.builders import DOCK, OTHER_SUPERVISOR, STOREFRONT, an_order, inspected, received
from tests.workflows.claiming import claims_policy, decide, file_claim, say, view
from tests.workflows.house import House, until


async def _denied_by_the_inspector(house: House) -> CaseRef:
    """The goods were asked for, and the inspector accepts none; the customer appeals."""
    ref = await file_claim(house)
    await decide(house, ref, remedy="refund", goods_back=True)
    await say(house, ref, EventKind.ITEM_RECEIVED, received(("1", 1)), actor=DOCK)
    await say(house, ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1), accepted=False), actor=DOCK)
    await until(lambda: view(house, ref).may_be_appealed)
    await say(house, ref, EventKind.APPEAL_REQUESTED, {"note": "It was broken."}, actor=STOREFRONT)
    return ref


@pytest.mark.parametrize(
    ("asked", "refunded"), [({"remedy": "refund"}, [1200]), ({"remedy": "refund_part", "amount_minor": 500}, [500])]
)
async def test_money_is_granted_on_appeal(house: House, asked: dict[str, Any], refunded: list[int]) -> None:
    """What the inspector did not accept counts all the same, since a person looked at it again and says so."""
    house.sell(an_order(), claims_policy())
    async with house.open_for_business():
        ref = await _denied_by_the_inspector(house)
        answer = await decide(house, ref, goods_back=False, actor=OTHER_SUPERVISOR, **asked)
        assert answer.code == "applied", answer.detail
        await until(lambda: bool(house.payments.made))
        assert not view(house, ref).may_be_appealed
        await house.handle(ref).terminate()
    assert [refund.amount.minor for _, refund in house.payments.made] == refunded
    assert house.records.reads.contradictions() == []


async def test_a_replacement_is_granted_on_appeal(house: House) -> None:
    """The same goods go out again; the rules do not deny it a second time in the same step."""
    house.sell(an_order(), claims_policy())
    async with house.open_for_business():
        ref = await _denied_by_the_inspector(house)
        answer = await decide(house, ref, remedy="replace", goods_back=False, actor=OTHER_SUPERVISOR)
        assert answer.code == "applied", answer.detail
        await until(lambda: bool(view(house, ref).replacement_shipments))
        assert len(view(house, ref).denials) == 1
        await house.handle(ref).terminate()
