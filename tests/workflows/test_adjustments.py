"""Goodwill, corrections and money paid outside, from the request to the ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.cases import Actor, CaseRef, EventKind, EventOutcome, Role, WaitingFor
from domain.errors import Rejected
from domain.explanations import recompute_case
from domain.payouts import PayoutMethod, PayoutState
from domain.policies import AmountByCurrency, ApprovalRules, AuthorityRow, May
from tests.builders import (
    CONDITIONS,
    MERCHANT,
    OTHER_SUPERVISOR,
    SUPERVISOR,
    a_policy,
    a_return_line,
    an_order,
    an_order_line,
    inspected,
    received,
)
from tests.workflows.adjusting import AGENT, FINANCE, TRANSFER, adjust, confirm, correction, goodwill, record, say, view
from tests.workflows.house import House, until

DAY = timedelta(days=1)


def kinds(house: House, ref: CaseRef) -> list[tuple[str, int]]:
    """The ledger entries of the case."""
    return [(entry.kind, entry.amount_minor) for entry in house.records.reads.case_ledger(MERCHANT, ref.rma)]


def computed_again(house: House) -> set[str]:
    """What came out as it is stored when every case was computed again; nothing was left without what it rests on."""
    names: set[str] = set()
    for basis in house.records.reads.next_bases():
        found = recompute_case(basis, conditions=CONDITIONS)
        assert (found.differences, found.without_basis) == ((), ()), basis.case.ref
        names |= set(found.computed)
    return names


def left(house: House) -> int:
    """What the order's payments still hold."""
    return sum(balance.refundable_minor for balance in house.records.reads.balances(MERCHANT, "A-1001"))


async def _returned(house: House, *, quantity: int, accepted: int) -> CaseRef:
    ref = await house.ask_for(a_return_line(quantity=quantity))
    await house.tell(ref, EventKind.ITEM_RECEIVED, received(("1", quantity)))
    good = inspected(("1", accepted))["units"] if accepted else []
    bad = inspected(("1", quantity - accepted), accepted=False)["units"] if quantity > accepted else []
    await house.ask(ref, EventKind.INSPECTION_RECORDED, {"units": [*good, *bad]})
    await house.end(ref)
    return ref


async def test_goodwill_within_the_rules_is_paid_at_once(house: House) -> None:
    """An agent gives 5.00 for a late parcel: it goes back to the card, and a later return brings 5.00 less."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await adjust(house, goodwill("5.00"))
        await house.handle(ref).result()
        seen = view(house, ref)
        returned = await _returned(house, quantity=2, accepted=2)
    assert (seen.state, seen.total_minor, seen.owed_minor) == ("settled", 500, 0)
    assert [order.amount.minor for order in house.payments.orders] == [500, 1900]
    assert house.view(returned).refund is not None
    assert left(house) == 0
    assert house.records.reads.contradictions() == []


async def test_goodwill_above_the_limit_needs_another_person(house: House) -> None:
    """A supervisor who asked for it may not approve it; another one may."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    async with house.open_for_business():
        ref = await adjust(house, goodwill("80.00"), actor=SUPERVISOR)
        assert view(house, ref).waiting_for is WaitingFor.APPROVAL
        own = await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": "approve"}, actor=SUPERVISOR)
        other = await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": "approve"}, actor=OTHER_SUPERVISOR)
        await house.handle(ref).result()
    assert (own.outcome, own.code) == (EventOutcome.REFUSED, "requester_cannot_approve")
    assert other.outcome is EventOutcome.APPLIED
    assert view(house, ref).state == "settled"
    assert [order.amount.minor for order in house.payments.orders] == [8000]


async def test_goodwill_is_lowered(house: House) -> None:
    """80.00 are asked for; the supervisor pays 30.00 of it. More than was asked for, or nothing, is no lowering."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9000),)))
    async with house.open_for_business():
        ref = await adjust(house, goodwill("80.00"))
        for amount in (8000, None):
            body = {"decision": "reduce", "amount_minor": amount}
            answer = await say(house, ref, EventKind.APPROVAL_DECIDED, body)
            assert (answer.outcome, answer.code) == (EventOutcome.REFUSED, "amount_not_lower")
        answer = await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": "reduce", "amount_minor": 3000})
        assert answer.outcome is EventOutcome.APPLIED
        assert "lowered it to 30.00 GBP" in answer.detail
        await house.handle(ref).result()
    ended = view(house, ref)
    assert (ended.state, ended.total_minor) == ("settled", 3000)
    assert [payout.amount_minor for payout in ended.payouts] == [3000]
    assert computed_again(house) == {"adjustment", "payouts 1"}


@pytest.mark.parametrize("asked", [goodwill("20.00", line_id="1"), goodwill("20.00")])
async def test_a_gesture_needs_a_row_of_its_own(house: House, asked: dict[str, Any]) -> None:
    """The rules pay refunds up to 50.00, and no gesture: on a line it is a part of what goods are worth, else goodwill."""
    house.records.put_policy(
        MERCHANT, a_policy(approval=ApprovalRules(refund_above=AmountByCurrency(minor={"GBP": 5000})))
    )
    house.sell(an_order())
    async with house.open_for_business():
        ref = await adjust(house, asked, policy_version=2)
        action = "partial_refund" if "line_id" in asked else "goodwill"
        approval = view(house, ref).approval
        assert approval is not None
        assert [reason.rule for reason in approval.reasons] == [f"{action}_needs_approval"]
        (item,) = house.records.reads.approvals.queue(MERCHANT).approvals
        assert item.item.action == action
        await house.handle(ref).terminate()


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


async def test_goodwill_that_is_refused_pays_nothing(house: House) -> None:
    """Refused, it is closed as rejected, and all of the payment is free again."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    async with house.open_for_business():
        ref = await adjust(house, goodwill("80.00"))
        await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": "refuse"})
        await house.handle(ref).result()
    assert view(house, ref).state == "rejected"
    assert (house.payments.orders, left(house)) == ([], 19800)


async def test_an_amount_that_cannot_be_is_refused_in_the_end(house: House) -> None:
    """Money left between quote and request: the case says so and what is left."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await adjust(house, goodwill("24.01"))
        await house.handle(ref).result()
    seen = view(house, ref)
    assert seen.refusal is not None
    assert (seen.state, seen.refusal.code, seen.refusal.left_minor) == ("refused", "refund_exceeds_balance", 2400)


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


async def test_a_correction_pays_what_was_found_too_little(house: House) -> None:
    """One of two mugs was rejected by mistake: the correction pays it, with its own entries; the return stays as it was."""
    house.sell(an_order())
    async with house.open_for_business():
        returned = await _returned(house, quantity=2, accepted=1)
        before = house.view(returned)
        ref = await adjust(house, correction(returned, ("1", 2)))
        await house.handle(ref).result()
    seen = view(house, ref)
    assert (seen.state, seen.total_minor) == ("settled", 1200)
    assert [line.amount_minor for line in seen.amounts if line.kind == "earlier_refund"] == [-1200]
    assert house.view(returned) == before
    assert [order.amount.minor for order in house.payments.orders] == [1200, 1200]
    assert left(house) == 0


async def test_a_correction_of_too_much_is_a_receivable(house: House) -> None:
    """Two were paid, one came: 12.00 is owed to the shop, stands in the ledger, and ends when it came back."""
    house.sell(an_order())
    async with house.open_for_business():
        returned = await _returned(house, quantity=2, accepted=2)
        ref = await adjust(house, correction(returned, ("1", 1)))
        assert (view(house, ref).state, view(house, ref).receivable_minor) == ("receivable", 1200)
        bare = await say(house, ref, EventKind.RESOLUTION_DECIDED, {"resolution": "received"}, actor=FINANCE)
        body = {"resolution": "received", "proof": "FT-77"}
        await say(house, ref, EventKind.RESOLUTION_DECIDED, body, actor=FINANCE)
        await house.handle(ref).result()
    assert bare.code == "proof_missing"
    assert view(house, ref).state == "received"
    assert kinds(house, ref) == [("receivable_recorded", 1200), ("receivable_received", 1200)]
    assert (len(house.payments.orders), left(house)) == (1, 0)
    assert house.records.reads.contradictions() == []
    assert "adjustment" in computed_again(house)


async def test_a_correction_is_corrected(house: House) -> None:
    """The second look was wrong as well: the next correction starts from the latest count, and all of it sums."""
    house.sell(an_order())
    async with house.open_for_business():
        returned = await _returned(house, quantity=2, accepted=0)
        totals = []
        for accepted in (1, 2):
            ref = await adjust(house, correction(returned, ("1", accepted)))
            await house.handle(ref).result()
            totals.append(view(house, ref).total_minor)
        same = await adjust(house, correction(returned, ("1", 2)))
        await house.handle(same).result()
    assert totals == [1200, 1200]
    refusal = view(house, same).refusal
    assert refusal is not None
    assert refusal.code == "nothing_to_correct"
    assert "adjustment" in computed_again(house)


async def test_an_adjustment_that_nobody_decides_is_escalated(house: House) -> None:
    """Past the deadline it is escalated once, and goes on waiting."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    async with house.open_for_business():
        ref = await adjust(house, goodwill("80.00"))
        await house.pass_time(ref, 30 * DAY)
        await until(lambda: "approval.escalated" in house.timeline(ref))
        await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": "refuse"})
        await house.handle(ref).result()
    assert house.timeline(ref).count("approval.escalated") == 1
