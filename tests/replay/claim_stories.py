"""The stories of claims that are recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from domain.cases import CaseRef, EventKind, WaitingFor
from domain.errors import Rejected
from domain.policies import (
    Answer,
    ClaimRuling,
    DeclinedRefund,
    Destination,
    Method,
    Methods,
    PayoutRules,
    Rule,
    always,
)
from tests.builders import (
    DOCK,
    OTHER_SUPERVISOR,
    STOREFRONT,
    a_policy,
    an_order,
    an_order_line,
    inspected,
    received,
)
from tests.workflows.adjusting import confirm, record
from tests.workflows.claiming import (
    PHOTO,
    a_claim,
    claims_policy,
    decide,
    file_claim,
    replacement_moves,
    say,
    view,
    waits_for,
)
from tests.workflows.house import House, until

DAY = timedelta(days=1)
Story = Callable[[House], Awaitable[CaseRef]]


async def claim_paid_after_a_declined_card(house: House) -> CaseRef:
    """Granted by a rule, declined by the card, and paid once somebody approved another try."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order(), claims_policy(*always(ClaimRuling(answer=Answer.ACCEPT))))
    ref = await file_claim(house)
    await waits_for(house, ref, WaitingFor.APPROVAL)
    await decide(house, ref)
    await house.handle(ref).result()
    return ref


async def claim_denied_appealed_and_replaced(house: House) -> CaseRef:
    """The customer is asked, denied, appeals, and gets a replacement after the shelf was empty once."""
    house.sell(an_order())
    ref = await file_claim(house, a_claim(wish="replace"))
    await decide(house, ref, "ask_evidence", note="A photo, please.")
    await say(house, ref, EventKind.EVIDENCE_GIVEN, {"evidence": [PHOTO]}, actor=STOREFRONT)
    await decide(house, ref, "refuse", note="That is another mug.")
    await say(house, ref, EventKind.APPEAL_REQUESTED, {"note": "It is not."}, actor=STOREFRONT)
    await decide(house, ref, actor=OTHER_SUPERVISOR)
    await waits_for(house, ref, WaitingFor.REVIEW)
    house.fulfilment.free["MUG-1"] = 1
    await decide(house, ref, actor=OTHER_SUPERVISOR)
    await waits_for(house, ref, WaitingFor.REPLACEMENT)
    await replacement_moves(house, ref, "shipped", "delivered")
    await house.handle(ref).result()
    return ref


async def claim_with_goods_back(house: House) -> CaseRef:
    """The goods are asked for, come late, and are paid after the inspection."""
    house.sell(an_order())
    ref = await file_claim(house)
    await decide(house, ref, goods_back=True)
    await waits_for(house, ref, WaitingFor.PARCEL)
    await house.pass_time(ref, 22 * DAY)
    event = house.keep(ref, EventKind.ITEM_RECEIVED, received(("1", 1)), case_kind=ref.kind)
    await house.gateway.deliver(ref, event)
    await waits_for(house, ref, WaitingFor.INSPECTION)
    await say(house, ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1)), actor=DOCK)
    await house.handle(ref).result()
    return ref


async def claim_whose_goods_never_came(house: House) -> CaseRef:
    """Asked for, never sent; the label is voided."""
    house.sell(an_order())
    ref = await file_claim(house)
    await decide(house, ref, goods_back=True)
    await waits_for(house, ref, WaitingFor.PARCEL)
    await house.pass_time(ref, 22 * DAY)
    await house.pass_time(ref, 15 * DAY)
    await house.handle(ref).result()
    return ref


async def claim_denied_for_good(house: House) -> CaseRef:
    """Denied by a rule, and nobody appeals."""
    never = ClaimRuling(answer=Answer.REFUSE, says="Sold as seen.", way_out="Ask the maker.")
    house.sell(an_order(), claims_policy(*always(never)))
    ref = await file_claim(house)
    await house.pass_time(ref, 15 * DAY)
    await house.handle(ref).result()
    return ref


async def claim_waiting_for_a_person(house: House) -> CaseRef:
    """Still open, in the middle of its story."""
    house.sell(an_order())
    ref = await file_claim(house)
    await waits_for(house, ref, WaitingFor.REVIEW)
    return ref


async def claim_in_two_parcels_as_credit(house: House) -> CaseRef:
    """Two lines go to two warehouses, come one after the other, and are paid as store credit."""
    order = an_order(lines=(an_order_line("1"), an_order_line("2", category="furniture", sku="SOFA")))
    both = Methods(offer=(Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT))
    north = Rule(rule="bulky", when='category == "furniture"', then=Destination(warehouse="north"))
    house.sell(order, a_policy(warehouses=(north, *always(Destination(warehouse="main"))), methods=always(both)))
    ref = await file_claim(house, a_claim(("1", 1), ("2", 1), refund_as="store_credit"))
    await decide(house, ref, goods_back=True)
    await waits_for(house, ref, WaitingFor.PARCEL)
    await until(lambda: all(each.label for each in view(house, ref).deliveries))
    for line in ("1", "2"):
        event = house.keep(ref, EventKind.ITEM_RECEIVED, received((line, 1)), case_kind=ref.kind)
        await house.gateway.deliver(ref, event)
    await waits_for(house, ref, WaitingFor.INSPECTION)
    await say(house, ref, EventKind.INSPECTION_RECORDED, inspected(("1", 1), ("2", 1)), actor=DOCK)
    await house.handle(ref).result()
    return ref


async def claim_paid_outside(house: House) -> CaseRef:
    """The card declines; a transfer is recorded, not confirmed, recorded again and confirmed."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order(), claims_policy(*always(ClaimRuling(answer=Answer.ACCEPT))))
    ref = await file_claim(house)
    await waits_for(house, ref, WaitingFor.APPROVAL)
    await record(house, ref, "12.00")
    await confirm(house, ref, "refuse")
    await waits_for(house, ref, WaitingFor.APPROVAL)
    await record(house, ref, "12.00")
    await confirm(house, ref)
    await house.handle(ref).result()
    return ref


async def claim_that_falls_to_credit(house: House) -> CaseRef:
    """The card declines, and by policy the customer gets store credit instead."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    rules = PayoutRules(when_declined=DeclinedRefund.STORE_CREDIT)
    house.sell(an_order(), claims_policy(*always(ClaimRuling(answer=Answer.ACCEPT)), payouts=rules))
    ref = await file_claim(house)
    await house.handle(ref).result()
    return ref


async def claim_whose_rest_is_refused(house: House) -> CaseRef:
    """A part was paid in cash, and the rest is not paid after all."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order(), claims_policy(*always(ClaimRuling(answer=Answer.ACCEPT))))
    ref = await file_claim(house)
    await waits_for(house, ref, WaitingFor.APPROVAL)
    await record(house, ref, "7.00")
    await confirm(house, ref)
    await waits_for(house, ref, WaitingFor.APPROVAL)
    await decide(house, ref, "refuse", note="A saucer only.")
    await house.handle(ref).result()
    return ref


CLAIM_STORIES: tuple[Story, ...] = (
    claim_in_two_parcels_as_credit,
    claim_paid_outside,
    claim_that_falls_to_credit,
    claim_whose_rest_is_refused,
    claim_paid_after_a_declined_card,
    claim_denied_appealed_and_replaced,
    claim_with_goods_back,
    claim_whose_goods_never_came,
    claim_denied_for_good,
    claim_waiting_for_a_person,
)
