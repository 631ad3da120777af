"""Payouts that the provider knows with another amount: nobody answers that alarm by talking about other money."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from domain.cases import CaseKind, CaseRef, EventKind, WaitingFor
from domain.errors import Rejected
from domain.orders import Payment
from domain.payment_events import PaymentEventKind
from domain.payouts import Payout, PayoutState
from tests.builders import a_return_line, an_order
from tests.workflows import claiming
from tests.workflows.adjusting import adjust, confirm, goodwill, left, record, say
from tests.workflows.adjusting import view as adjustment
from tests.workflows.house import House, until
from tests.workflows.test_payment_issues import Bank

TWO_CARDS = (
    Payment(payment_id="a", reference="pi_a", captured_minor=1200),
    Payment(payment_id="b", reference="pi_b", captured_minor=1200),
)
Owed = Callable[[House], Awaitable[CaseRef]]
ANOTHER_AMOUNT = Rejected("idempotency_error", "used for another amount")


async def returned(house: House) -> CaseRef:
    """A return of all that two cards paid."""
    ref = await house.ask_for(a_return_line(quantity=2))
    await house.take_in(ref, ("1", 2))
    return ref


async def claimed(house: House) -> CaseRef:
    """A claim on all that two cards paid, which somebody approved."""
    ref = await claiming.file_claim(house, claiming.a_claim(("1", 2)))
    await claiming.decide(house, ref, remedy="refund")
    return ref


async def given(house: House) -> CaseRef:
    """Goodwill of all that two cards paid, which the rules allow."""
    return await adjust(house, goodwill("24.00"))


def payouts_of(house: House, ref: CaseRef) -> tuple[Payout, ...]:
    """The payouts of the case as it shows them."""
    with house.records.transaction() as tx:
        return tx.case(ref).payouts


def waits_of(house: House, ref: CaseRef) -> WaitingFor:
    """What the case waits for."""
    if ref.kind is CaseKind.CLAIM:
        return claiming.view(house, ref).waiting_for
    return (adjustment(house, ref) if ref.kind is CaseKind.ADJUSTMENT else house.view(ref)).waiting_for


@pytest.mark.parametrize("owed", [returned, claimed, given])
async def test_an_alarm_is_not_answered_by_confirming_other_money(house: House, owed: Owed) -> None:
    """One card is an alarm, the other is expired and paid outside: whoever confirms that says nothing about the alarm."""
    house.sell(an_order(payments=TWO_CARDS), claiming.claims_policy())
    house.payments.faults.fail(ANOTHER_AMOUNT)
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    async with house.open_for_business():
        ref = await owed(house)
        await until(lambda: [payout.state for payout in payouts_of(house, ref)] == ["mismatched", "failed"])
        await record(house, ref, "12.00")
        confirmed = await confirm(house, ref)
        assert confirmed.code == "applied"
        await until(lambda: waits_of(house, ref) is WaitingFor.APPROVAL)
        states = [payout.state for payout in payouts_of(house, ref)]
        await house.handle(ref).terminate()
    assert states == [PayoutState.MISMATCHED, PayoutState.FAILED, PayoutState.SETTLED]
    assert house.payments.made == []


@pytest.mark.parametrize("decision", ["approve", "refuse"])
@pytest.mark.parametrize("owed", [returned, claimed, given])
async def test_only_an_approval_frees_what_may_be_gone(house: House, owed: Owed, decision: str) -> None:
    """The customer got nothing: approved, it is paid anew. They got something: refused, and it can be paid to nobody else."""
    house.sell(an_order(), claiming.claims_policy())
    house.payments.faults.fail(ANOTHER_AMOUNT)
    async with house.open_for_business():
        ref = await owed(house)
        await until(lambda: waits_of(house, ref) is WaitingFor.APPROVAL)
        await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": decision, "note": "seen"})
        # A claim that is refused waits on, for an appeal.
        over = (WaitingFor.NOTHING, WaitingFor.APPEAL)
        await until(lambda: waits_of(house, ref) in over)
        if waits_of(house, ref) is WaitingFor.APPEAL:
            await house.handle(ref).terminate()
    states = [payout.state for payout in payouts_of(house, ref)]
    approved = [PayoutState.FAILED, PayoutState.SETTLED]
    assert states == (approved if decision == "approve" else [PayoutState.MISMATCHED])
    assert left(house) == 0


async def test_an_issue_whose_new_payout_is_an_alarm_asks_again(house: House) -> None:
    """The provider knows the new key with another amount: held while nobody has looked, paid anew once somebody has."""
    house.sell(an_order())
    bank = Bank(house)
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await house.end(ref)
        key = payouts_of(house, ref)[0].key
        house.payments.fail(key)
        await bank.tell(PaymentEventKind.REFUND_FAILED, "re_1", key=key)
        house.payments.faults.fail(Rejected("idempotency_error", "used for another amount"))
        await bank.resolve("pay_again")
        await until(lambda: bank.issues()[0].waiting_for is WaitingFor.RESOLUTION)
        asked = bank.issues()[0]
        wrong = await bank.resolve("pay_again", payment_id="unheard")
        held = [payout.state for payout in bank.issues()[0].payouts]
        await bank.resolve("pay_again")
        await house.handle(bank.the_issue()).result()
    assert ("ALARM" in asked.next_step, wrong.code, held) == (True, "not_enough_left", [PayoutState.MISMATCHED])
    (ended,) = bank.issues()
    assert [payout.state for payout in ended.payouts] == [PayoutState.FAILED, PayoutState.SETTLED]
