"""Money paid outside enters the ledger under four eyes, whatever case owes it, and who confirms follows the matrix."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.cases import Actor, EventKind, EventOutcome, Role, WaitingFor
from domain.errors import Rejected
from domain.payouts import PayoutMethod, PayoutState
from domain.policies import AmountByCurrency, ApprovalRules, AuthorityRow, May
from tests.builders import (
    MERCHANT,
    a_policy,
    an_order,
    an_order_line,
)
from tests.workflows.adjusting import (
    AGENT,
    FINANCE,
    TRANSFER,
    adjust,
    computed_again,
    confirm,
    goodwill,
    kinds,
    left,
    record,
    say,
    view,
)
from tests.workflows.house import House, until

DAY = timedelta(days=1)


async def test_who_confirms_a_large_amount_follows_the_matrix(house: House) -> None:
    """Supervisors approve up to 50.00 and finance the rest, two of them above 60.00: so it is with 80.00 paid outside."""
    rows = (
        AuthorityRow(rule="sup", role=Role.SUPERVISOR, may=May.APPROVE, up_to=AmountByCurrency(minor={"GBP": 5000})),
        AuthorityRow(rule="fin", role=Role.FINANCE, may=May.APPROVE),
    )
    rules = ApprovalRules(matrix=rows, two_above=AmountByCurrency(minor={"GBP": 6000}))
    house.records.put_policy(MERCHANT, a_policy(approval=rules))
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9000),)))
    another = Actor(name="flo", role=Role.FINANCE)
    async with house.open_for_business():
        ref = await adjust(house, goodwill("80.00", paid_outside=TRANSFER), policy_version=2)
        supervisor = await confirm(house, ref)
        first = await confirm(house, ref, actor=FINANCE)
        waiting = view(house, ref)
        twice = await confirm(house, ref, actor=FINANCE)
        await confirm(house, ref, actor=another)
        await house.handle(ref).result()
    assert (supervisor.code, first.code, twice.code) == ("no_authority", "applied", "second_person_needed")
    assert (waiting.waiting_for, "ann and fay" in waiting.next_step) == (WaitingFor.CONFIRMATION, True)
    assert view(house, ref).state == "settled"


async def test_money_paid_outside_counts_once_two_people_vouch_for_it(house: House) -> None:
    """Until it is confirmed it keeps anybody from paying it again; confirmed, it is in the ledger with its proof."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await adjust(house, goodwill("20.00", paid_outside=TRANSFER))
        assert (view(house, ref).waiting_for, left(house)) == (WaitingFor.CONFIRMATION, 400)
        second = await adjust(house, goodwill("5.00"))
        own = await confirm(house, ref, actor=AGENT)
        stranger = await confirm(house, ref, actor=AGENT.model_copy(update={"name": "abe"}))
        await confirm(house, ref, actor=FINANCE)
        await house.handle(ref).result()
        again = view(house, second)
    assert (own.code, stranger.code) == ("recorder_cannot_confirm", "no_authority")
    assert again.refusal is not None
    assert again.refusal.left_minor == 400
    seen = view(house, ref)
    assert [(payout.method, payout.state) for payout in seen.payouts] == [(PayoutMethod.MANUAL, PayoutState.SETTLED)]
    assert kinds(house, ref) == [("refund_intended", 2000), ("manual_refund_reported", 2000), ("manual_refund", 2000)]
    (*_, settled) = house.records.reads.case_ledger(MERCHANT, ref.rma)
    assert (settled.provider_reference, settled.actor) == (TRANSFER["proof"], FINANCE)
    assert settled.facts == {"method": "bank_transfer", "paid_on": "2025-12-30", "recorded_by": "ann"}
    assert house.payments.orders == []
    assert house.records.reads.contradictions() == []
    assert "adjustment" in computed_again(house)


async def test_money_paid_outside_that_nobody_confirms_is_owed_again(house: House) -> None:
    """The second person finds no such transfer: the amount is free again, and a person decides about it."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await adjust(house, goodwill("20.00", paid_outside=TRANSFER))
        await confirm(house, ref, "refuse", actor=FINANCE)
        assert (view(house, ref).waiting_for, left(house)) == (WaitingFor.APPROVAL, 2400)
        assert [payout.state for payout in view(house, ref).payouts] == [PayoutState.FAILED]
        await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": "approve"})
        await house.handle(ref).result()
    assert [order.amount.minor for order in house.payments.orders] == [2000]
    assert house.records.reads.contradictions() == []


async def test_a_return_whose_card_is_closed_is_paid_outside(house: House) -> None:
    """The provider declines; an agent pays by transfer, a supervisor confirms, and the return closes: nothing twice."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.APPROVAL)
        too_much = await record(house, ref, "12.01")
        assert (await record(house, ref, "12.00")).outcome is EventOutcome.APPLIED
        assert house.view(ref).waiting_for is WaitingFor.CONFIRMATION
        approved = await house.decide(ref)
        twice = await record(house, ref, "1.00")
        await confirm(house, ref)
        ended = await house.end(ref)
    assert (too_much.code, approved.outcome, twice.code) == (
        "refund_exceeds_balance",
        EventOutcome.REFUSED,
        "confirmation_pending",
    )
    assert [payout.state for payout in ended.payouts] == [PayoutState.FAILED, PayoutState.SETTLED]
    assert ended.state == "closed"
    assert len(house.payments.orders) == 1
    assert left(house) == 1200
    assert house.records.reads.contradictions() == []
    assert computed_again(house) == {"eligibility", "reimbursement", "payouts 1", "payouts 2"}


async def test_a_return_said_to_be_paid_outside_and_not_confirmed_waits_again(house: House) -> None:
    """Part was paid by hand, a supervisor finds no proof: all of it waits for an approval, and is then paid once."""
    house.payments.faults.fail(Rejected("expired_or_canceled_card"))
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.APPROVAL)
        await record(house, ref, "7.00")
        await confirm(house, ref, "refuse")
        view_now = house.view(ref)
        assert view_now.approval is not None
        assert (view_now.waiting_for, view_now.approval.reasons[-1].rule) == ("approval", "manual_refund_refused")
        await house.decide(ref)
        ended = await house.end(ref)
    assert [payout.amount_minor for payout in ended.payouts if payout.state is PayoutState.SETTLED] == [1200]
    assert left(house) == 1200


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("0.00", "GBP", "amount_not_positive"),
        ("-1.00", "GBP", "amount_not_positive"),
        ("1.001", "GBP", "unusable_amount"),
        ("1e2", "GBP", "unusable_amount"),
        ("5.00", "EUR", "wrong_currency"),
    ],
)
async def test_an_unusable_manual_amount_says_what_is_left(house: House, amount: str, currency: str, code: str) -> None:
    """Whatever is wrong with the amount, the answer names what is left, and nothing is held."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    async with house.open_for_business():
        ref = await adjust(house, goodwill("80.00"))
        answer = await record(house, ref, amount, currency=currency)
        assert left(house) == 19800
        await house.handle(ref).terminate()
    assert (answer.outcome, answer.code) == (EventOutcome.REFUSED, code)
    assert "80.00 GBP" in answer.detail
