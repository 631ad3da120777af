"""Claims from the photo to the refund, the replacement or the denial, with real workflows."""

from __future__ import annotations

from datetime import timedelta

from domain.cases import EventKind, EventOutcome, WaitingFor
from domain.errors import Rejected
from domain.policies import Answer, ClaimRuling, Remedy, Rule, always
from tests.builders import (
    DOCK,
    MERCHANT,
    OTHER_SUPERVISOR,
    STOREFRONT,
    SUPERVISOR,
    a_return_line,
    an_order,
    an_order_line,
    inspected,
    received,
)
from tests.workflows.adjusting import computed_again
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
from tests.workflows.house import House

DAY = timedelta(days=1)
GRANT = Rule(rule="small", when="value_minor <= 2000", then=ClaimRuling(answer=Answer.ACCEPT))


def free_units(house: House) -> int:
    """Units of the first line that no case holds or has taken."""
    return 2 - house.records.reads.units_in_cases(MERCHANT, "A-1001").get("1", 0)


async def test_a_small_claim_is_paid_by_the_rules(house: House) -> None:
    """A broken mug within what the rules may give alone: 12.00 leave at once, no goods come, the unit is settled."""
    house.sell(an_order(), claims_policy(GRANT))
    async with house.open_for_business():
        ref = await file_claim(house)
        await house.handle(ref).result()
    seen = view(house, ref)
    assert (seen.state, seen.total_minor, seen.fault, seen.charged_to) == ("closed", 1200, "carrier", "carrier")
    assert [order.amount.minor for order in house.payments.orders] == [1200]
    assert (house.carrier.bookings, free_units(house)) == ([], 1)
    assert house.records.reads.contradictions() == []


async def test_nothing_is_given_before_somebody_approves(house: House) -> None:
    """Without a rule a person decides; until then nothing leaves, and who claimed has no say."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await file_claim(house)
        own = await decide(house, ref, actor=STOREFRONT)
        before = (list(house.payments.orders), view(house, ref).state)
        await decide(house, ref)
        await house.handle(ref).result()
    assert own.code == "no_authority"
    assert before == ([], "in_review")
    assert [order.amount.minor for order in house.payments.orders] == [1200]


async def test_a_part_above_what_was_paid_is_refused(house: House) -> None:
    """A part of 13.00 for a mug of 12.00 is refused with what is left; 4.00 is paid and the mug may still come back."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await file_claim(house)
        above = await decide(house, ref, "reduce", amount_minor=1300)
        await decide(house, ref, "reduce", amount_minor=400)
        await house.handle(ref).result()
        returned = await house.ask_for(a_return_line(quantity=2))
        await house.take_in(returned, ("1", 2))
        await house.end(returned)
    assert (above.outcome, above.code) == (EventOutcome.REFUSED, "refund_exceeds_balance")
    assert "12.00 GBP" in above.detail
    assert [order.amount.minor for order in house.payments.orders] == [400, 2000]


async def test_a_replacement_goes_out_and_the_claim_follows_it(house: House) -> None:
    """The same mug is sent again without money; when it arrives the claim closes and the units are free again."""
    house.sell(an_order())
    house.fulfilment.free["MUG-1"] = 3
    async with house.open_for_business():
        ref = await file_claim(house, a_claim(wish="replace", evidence=[PHOTO]))
        await decide(house, ref)
        seen = await waits_for(house, ref, WaitingFor.REPLACEMENT)
        await replacement_moves(house, ref, "shipped", "delivered")
        await house.handle(ref).result()
    (sent,) = seen.replacement_shipments
    assert [(goods.sku, goods.quantity) for goods in sent.unshipped or sent.shipped] == [("MUG-1", 1)]
    assert (view(house, ref).state, house.payments.orders, free_units(house)) == ("closed", [], 2)


async def test_a_replacement_out_of_stock_comes_back_to_a_person(house: House) -> None:
    """The shelf is empty: somebody decides anew, and the money goes back instead."""
    house.sell(an_order())
    house.fulfilment.free["MUG-1"] = 0
    async with house.open_for_business():
        ref = await file_claim(house, a_claim(wish="replace"))
        await decide(house, ref)
        await waits_for(house, ref, WaitingFor.REVIEW)
        await decide(house, ref, remedy="refund")
        await house.handle(ref).result()
    assert "replacement.failed" in house.timeline(ref)
    assert [order.amount.minor for order in house.payments.orders] == [1200]


async def test_goods_that_are_asked_for_come_first(house: House) -> None:
    """Of two mugs one passes the inspection: 12.00 are paid, both are dealt with, and only then."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await file_claim(house, a_claim(("1", 2)))
        await decide(house, ref, goods_back=True)
        await waits_for(house, ref, WaitingFor.PARCEL)
        paid_early = list(house.payments.orders)
        event = house.keep(ref, EventKind.ITEM_RECEIVED, received(("1", 2)), case_kind=ref.kind)
        await house.gateway.deliver(ref, event)
        await waits_for(house, ref, WaitingFor.INSPECTION)
        good, bad = inspected(("1", 1))["units"], inspected(("1", 1), accepted=False)["units"]
        await say(house, ref, EventKind.INSPECTION_RECORDED, {"units": [*good, *bad]}, actor=DOCK)
        await house.ended(ref)
    seen = view(house, ref)
    assert (paid_early, seen.state, seen.total_minor) == ([], "closed", 1200)
    assert sorted(str(unit.disposition) for unit in seen.dispositions) == ["back_to_customer", "restock"]
    assert [order.amount.minor for order in house.payments.orders] == [1200]
    assert free_units(house) == 1
    assert computed_again(house) == {"claim", "reimbursement", "payouts 1"}


async def test_goods_that_never_come_expire_the_claim(house: House) -> None:
    """Asked for and never sent: the claim expires, the label is voided, and the units are free."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await file_claim(house)
        await decide(house, ref, goods_back=True)
        await waits_for(house, ref, WaitingFor.PARCEL)
        await house.pass_time(ref, 22 * DAY)
        await house.pass_time(ref, 15 * DAY)
        await house.handle(ref).result()
    assert (view(house, ref).state, house.payments.orders, free_units(house)) == ("expired", [], 2)


async def test_a_denial_can_be_appealed_once_and_is_looked_at_by_another(house: House) -> None:
    """Denied with a reason, appealed with a photo; the one who denied it may not decide again, another one grants it."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await file_claim(house)
        silent = await decide(house, ref, "refuse")
        await decide(house, ref, "refuse", note="The photo is missing.")
        denied = await waits_for(house, ref, WaitingFor.APPEAL)
        appeal = {"note": "Here it is.", "evidence": [PHOTO]}
        await say(house, ref, EventKind.APPEAL_REQUESTED, appeal, actor=STOREFRONT)
        same = await decide(house, ref)
        await decide(house, ref, actor=OTHER_SUPERVISOR)
        await house.handle(ref).result()
    assert silent.code == "reason_missing"
    assert (denied.state, denied.may_be_appealed) == ("denied", True)
    assert "appeal" in denied.denials[0].way_out
    assert same.code == "denier_cannot_decide"
    assert [order.amount.minor for order in house.payments.orders] == [1200]


async def test_a_denial_stands_when_nobody_appeals(house: House) -> None:
    """Denied by the policy's rule; two weeks later it is closed as denied and the units are free again."""
    never = ClaimRuling(answer=Answer.REFUSE, says="We sell it as seen.", way_out="Ask the maker.")
    house.sell(an_order(), claims_policy(*always(never)))
    async with house.open_for_business():
        ref = await file_claim(house)
        held = free_units(house)
        await house.pass_time(ref, 15 * DAY)
        await house.handle(ref).result()
    assert (held, view(house, ref).state, free_units(house)) == (1, "denied", 2)


async def test_the_customer_is_asked_and_does_not_answer(house: House) -> None:
    """A photo is asked for; an unusable one is refused; after a week it is decided without."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await file_claim(house)
        await decide(house, ref, "ask_evidence", note="A photo, please.")
        archive = {"evidence": [PHOTO | {"media_type": "application/zip"}]}
        unusable = await say(house, ref, EventKind.EVIDENCE_GIVEN, archive, actor=STOREFRONT)
        early = await decide(house, ref)
        await house.pass_time(ref, 8 * DAY)
        await waits_for(house, ref, WaitingFor.REVIEW)
        await decide(house, ref)
        await house.handle(ref).result()
    assert (unusable.code, early.code) == ("evidence_not_usable", "waits_for_customer")
    assert "evidence.overdue" in house.timeline(ref)


async def test_what_the_rules_may_not_give_alone_waits(house: House) -> None:
    """A rule grants a claim of 99.00; above the limit of 50.00 a supervisor says yes to it first."""
    house.sell(
        an_order(lines=(an_order_line(unit_price_minor=9900),)),
        claims_policy(*always(ClaimRuling(answer=Answer.ACCEPT))),
    )
    async with house.open_for_business():
        ref = await file_claim(house)
        waiting = view(house, ref)
        await decide(house, ref)
        await house.handle(ref).result()
    assert (waiting.state, waiting.waiting_for) == ("awaiting_approval", WaitingFor.APPROVAL)
    assert [order.amount.minor for order in house.payments.orders] == [9900]
    queue = house.records.reads.approvals.approval(MERCHANT, ref.rma, "remedy")
    assert queue is not None
    assert (queue.item.action, queue.item.state) == ("returnless_refund", "approved")


async def test_a_part_by_the_rules(house: House) -> None:
    """A rule pays a third of what small things are worth, and the customer keeps them."""
    third = ClaimRuling(answer=Answer.ACCEPT, remedy=Remedy.REFUND_PART, part_percent=33)
    house.sell(an_order(), claims_policy(*always(third)))
    async with house.open_for_business():
        ref = await file_claim(house)
        await house.handle(ref).result()
    assert [order.amount.minor for order in house.payments.orders] == [396]
    assert free_units(house) == 2


async def test_units_are_in_one_case_only(house: House) -> None:
    """Both mugs are claimed: neither can be returned meanwhile, nor claimed again; withdrawn, both are free."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await file_claim(house, a_claim(("1", 2)))
        returned = await house.ask_for()
        again = await file_claim(house)
        await say(house, ref, EventKind.CANCEL_REQUESTED, actor=STOREFRONT)
        await house.handle(ref).result()
    assert house.view(returned).state == "refused"
    assert (view(house, again).state, view(house, again).reasons[0].rule) == ("refused", "units_in_other_case")
    assert (view(house, ref).state, free_units(house)) == ("cancelled", 2)


async def test_a_declined_refund_asks_again(house: House) -> None:
    """The card is closed: a supervisor approves another try, which works."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order(), claims_policy(GRANT))
    async with house.open_for_business():
        ref = await file_claim(house)
        await waits_for(house, ref, WaitingFor.APPROVAL)
        await decide(house, ref, actor=SUPERVISOR)
        await house.handle(ref).result()
    seen = view(house, ref)
    assert [payout.state for payout in seen.payouts] == ["failed", "settled"]
    assert seen.owed_minor == 0
