"""How claims are paid: as store credit, as what a declined refund falls to, and outside by hand with four eyes."""

from __future__ import annotations

from domain.cases import WaitingFor
from domain.credits import CreditAccount
from domain.errors import Rejected
from domain.payouts import PayoutMethod, PayoutState
from domain.policies import (
    Answer,
    ClaimRuling,
    DeclinedRefund,
    Method,
    Methods,
    PayoutRules,
    Policy,
    Remedy,
    StoreCreditRules,
    always,
)
from tests.builders import MERCHANT, SUPERVISOR, an_order, an_order_line
from tests.workflows.adjusting import AGENT, computed_again, confirm, left, record
from tests.workflows.claiming import a_claim, claims_policy, decide, file_claim, view, waits_for
from tests.workflows.house import House

BOTH = always(
    Methods(offer=(Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT), store_credit=StoreCreditRules(bonus_percent=10))
)
GRANTED = always(ClaimRuling(answer=Answer.ACCEPT))
CREDIT = {"refund_as": "store_credit"}


def credit_of(house: House) -> int:
    """What the customer can spend."""
    account = CreditAccount.named("store_credit:c-1")
    balances = house.records.reads.money.credit_balances(MERCHANT, account, now=house.clock.now())
    return sum(each.available_minor for each in balances)


def granting(**changes: object) -> Policy:
    """Small claims are granted, and customers may take store credit with a tenth on top."""
    return claims_policy(*GRANTED, **({"methods": BOTH} | changes))  # type: ignore[arg-type]


async def test_a_claim_paid_as_store_credit(house: House) -> None:
    """A broken mug at 12.00 becomes 13.20 to spend; no provider is called, and the credit note says 12.00."""
    house.sell(an_order(), granting())
    async with house.open_for_business():
        ref = await file_claim(house, a_claim(**CREDIT))
        await house.handle(ref).result()
    seen = view(house, ref)
    assert (house.payments.orders, credit_of(house), seen.state) == ([], 1320, "closed")
    assert [(each.method, each.amount_minor, each.bonus_minor) for each in seen.paid_as] == [
        ("store_credit", 1200, 120)
    ]
    (payout,) = seen.payouts
    assert (payout.method, payout.state, payout.bonus_minor) == (PayoutMethod.STORE_CREDIT, PayoutState.SETTLED, 120)
    (note,) = house.records.reads.money.credit_notes(MERCHANT, rma=ref.rma)
    assert (note.total_minor, [line.quantity for line in note.lines]) == (1200, [1])
    assert house.records.reads.contradictions() == []


async def test_a_part_of_it_as_store_credit(house: House) -> None:
    """Half of the mug's price is granted and the customer keeps it: 6.00 with 0.60 on top, and the mug may still come back."""
    half = ClaimRuling(answer=Answer.ACCEPT, remedy=Remedy.REFUND_PART, part_percent=50)
    house.sell(an_order(), granting(claims=always(half)))
    async with house.open_for_business():
        ref = await file_claim(house, a_claim(**CREDIT))
        await house.handle(ref).result()
    assert (credit_of(house), house.payments.orders) == (660, [])
    (note,) = house.records.reads.money.credit_notes(MERCHANT, rma=ref.rma)
    assert note.total_minor == 600
    assert computed_again(house) == {"claim", "reimbursement", "payouts 1"}


async def test_a_way_that_is_not_offered(house: House) -> None:
    """The shop gives no store credit: the claim is refused with what is offered instead, and nothing is reserved."""
    house.sell(an_order(), claims_policy(*GRANTED))
    async with house.open_for_business():
        ref = await file_claim(house, a_claim(**CREDIT))
        await house.handle(ref).result()
    seen = view(house, ref)
    assert (seen.state, seen.reasons[0].rule) == ("refused", "method_not_offered")
    assert "original payment" in seen.reasons[0].detail
    assert seen.reasons[0].way_out == "Claim again with refund_as original_payment, or leave it out."
    assert house.records.reads.units_in_cases(MERCHANT, "A-1001") == {}


async def test_a_declined_refund_of_a_claim_becomes_credit_by_policy(house: House) -> None:
    """The card is closed and the shop has said what happens then: nobody is asked, the customer has 12.00 to spend."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order(), granting(payouts=PayoutRules(when_declined=DeclinedRefund.STORE_CREDIT)))
    async with house.open_for_business():
        ref = await file_claim(house)
        await house.handle(ref).result()
    assert [(p.method, p.state) for p in view(house, ref).payouts] == [
        (PayoutMethod.PROVIDER, PayoutState.FAILED),
        (PayoutMethod.STORE_CREDIT, PayoutState.SETTLED),
    ]
    assert (credit_of(house), view(house, ref).state) == (1200, "closed")
    assert computed_again(house) == {"claim", "reimbursement", "payouts 1", "payouts 2"}


async def test_a_claim_whose_card_is_closed_is_paid_outside(house: House) -> None:
    """The card declines; an agent pays in cash, who may not confirm it; a supervisor does, and nothing is paid twice."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order(), granting())
    async with house.open_for_business():
        ref = await file_claim(house)
        await waits_for(house, ref, WaitingFor.APPROVAL)
        too_much = await record(house, ref, "12.01")
        await record(house, ref, "12.00")
        waiting = await waits_for(house, ref, WaitingFor.CONFIRMATION)
        own = await confirm(house, ref, actor=AGENT)
        meanwhile = await decide(house, ref)
        await confirm(house, ref, actor=SUPERVISOR)
        await house.handle(ref).result()
    assert (too_much.code, own.code, meanwhile.code) == (
        "refund_exceeds_balance",
        "recorder_cannot_confirm",
        "nothing_to_decide",
    )
    assert (waiting.state, left(house)) == ("refunding", 1200)
    seen = view(house, ref)
    assert [(p.method, p.state) for p in seen.payouts] == [
        (PayoutMethod.PROVIDER, PayoutState.FAILED),
        (PayoutMethod.MANUAL, PayoutState.SETTLED),
    ]
    assert (seen.state, len(house.payments.orders)) == ("closed", 1)
    assert [note.total_minor for note in house.records.reads.money.credit_notes(MERCHANT, rma=ref.rma)] == [1200]
    assert house.records.reads.contradictions() == []


async def test_money_outside_needs_the_same_authority(house: House) -> None:
    """99.00 wait for a supervisor, and were paid in cash already: whoever confirms that has approved it as well."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)), granting())
    async with house.open_for_business():
        ref = await file_claim(house)
        await waits_for(house, ref, WaitingFor.APPROVAL)
        await record(house, ref, "99.00")
        await confirm(house, ref, "refuse")
        refused = await waits_for(house, ref, WaitingFor.APPROVAL)
        await record(house, ref, "99.00")
        await confirm(house, ref)
        await house.handle(ref).result()
    seen = view(house, ref)
    assert refused.approval is not None
    assert refused.approval.reasons[-1].rule == "manual_refund_refused"
    assert (seen.state, house.payments.orders) == ("closed", [])
    assert [payout.state for payout in seen.payouts] == [PayoutState.FAILED, PayoutState.SETTLED]


async def test_nothing_is_paid_outside_before_the_goods_came(house: House) -> None:
    """The mug is asked for first: nothing is owed yet, so nothing can be recorded."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await file_claim(house)
        await decide(house, ref, goods_back=True)
        await waits_for(house, ref, WaitingFor.PARCEL)
        early = await record(house, ref, "12.00")
        await house.handle(ref).terminate()
    assert early.code == "nothing_left"


async def test_the_rest_is_refused_and_what_was_paid_stays(house: House) -> None:
    """7.00 of 12.00 were paid in cash; the rest is not paid after all: the claim closes with what it was, and counts as 7.00."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order(), granting())
    async with house.open_for_business():
        ref = await file_claim(house)
        await waits_for(house, ref, WaitingFor.APPROVAL)
        await record(house, ref, "7.00")
        await confirm(house, ref)
        await waits_for(house, ref, WaitingFor.APPROVAL)
        await decide(house, ref, "refuse", note="A saucer only.")
        await house.handle(ref).result()
    seen = view(house, ref)
    assert (seen.state, seen.denials, seen.owed_minor, seen.total_minor) == ("closed", (), 0, 1200)
    assert "5.00 GBP still owed is not paid: A saucer only." in " ".join(
        entry.summary for entry in house.records.reads.timeline(ref.merchant, ref.rma)
    )
    assert left(house) == 1700
    assert computed_again(house) == {"claim", "reimbursement", "payouts 1", "payouts 2"}
