"""A return whose customer takes store credit, and one whose refund the card does not take."""

from __future__ import annotations

from domain.cases import WaitingFor
from domain.credits import CreditAccount
from domain.errors import Rejected
from domain.explanations.cases import recompute_case
from domain.gifts import Gift, GiftProof, Recipient
from domain.payouts import PayoutMethod, PayoutState
from domain.policies import DeclinedRefund, Method, Methods, PayoutRules, StoreCreditRules, always
from tests.builders import CONDITIONS, MERCHANT, a_policy, a_return_line, an_order
from tests.workflows.house import House

METHODS = always(
    Methods(offer=(Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT), store_credit=StoreCreditRules(bonus_percent=10))
)
ACCOUNT = CreditAccount.named("store_credit:c-1")


def credit_of(house: House) -> int:
    """What the customer can spend."""
    balances = house.records.reads.money.credit_balances(MERCHANT, ACCOUNT, now=house.clock.now())
    return sum(each.available_minor for each in balances)


async def test_store_credit_is_given_without_the_provider(house: House) -> None:
    """A mug at 12.00 becomes 13.20 of credit; no provider is called, and the return closes as any other."""
    house.sell(an_order(), a_policy(methods=METHODS))
    async with house.open_for_business():
        chosen = a_return_line().model_copy(update={"resolution": Method.STORE_CREDIT})
        ref = await house.ask_for(chosen)
        await house.take_in(ref)
        ended = await house.end(ref)
    assert house.payments.orders == []
    assert credit_of(house) == 1320
    assert ended.refund is not None
    assert ended.refund.refunded_minor == 1200
    (payout,) = ended.payouts
    assert (payout.method, payout.state, payout.bonus_minor) == (PayoutMethod.STORE_CREDIT, PayoutState.SETTLED, 120)
    assert house.records.reads.contradictions() == []


async def test_a_gift_is_credited_to_who_got_it(house: House) -> None:
    """The buyer paid by card and hears nothing: the recipient has 12.00 to spend, and all of it can be computed again."""
    gift = Gift(code="XMAS-24", recipient=Recipient(customer_id="c-lee"))
    house.sell(an_order(gifts=(gift,)), a_policy())
    async with house.open_for_business():
        ref = await house.ask_for(gift=GiftProof(code="xmas 24"))
        await house.take_in(ref)
        ended = await house.end(ref)
    assert house.payments.orders == []
    assert [(payout.account, payout.amount_minor) for payout in ended.payouts] == [("store_credit:c-lee", 1200)]
    assert credit_of(house) == 0
    found = house.records.reads.explanation_basis(ref.merchant, ref.rma)
    assert recompute_case(found, conditions=CONDITIONS).differences == ()
    assert house.records.reads.contradictions() == []


async def test_a_declined_refund_becomes_credit_by_policy(house: House) -> None:
    """The card is closed and the shop has said what happens then: nobody is asked, the customer has 12.00 to spend."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    rules = PayoutRules(when_declined=DeclinedRefund.STORE_CREDIT)
    house.sell(an_order(), a_policy(methods=METHODS, payouts=rules))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        ended = await house.end(ref)
    assert [(p.method, p.state) for p in ended.payouts] == [
        (PayoutMethod.PROVIDER, PayoutState.FAILED),
        (PayoutMethod.STORE_CREDIT, PayoutState.SETTLED),
    ]
    assert credit_of(house) == 1200
    assert ended.waiting_for is WaitingFor.NOTHING
    found = house.records.reads.explanation_basis(ref.merchant, ref.rma)
    assert [each.payouts for each in found.case.payout_bases] == [(1,), (2,)]
