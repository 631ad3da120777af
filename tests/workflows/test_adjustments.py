"""Goodwill, corrections and money paid outside, from the request to the ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.cases import Actor, CaseRef, EventKind, EventOutcome, Role, WaitingFor
from domain.policies import AmountByCurrency, ApprovalRules
from tests.builders import (
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
from tests.workflows.adjusting import (
    FINANCE,
    adjust,
    computed_again,
    correction,
    goodwill,
    kinds,
    left,
    say,
    view,
)
from tests.workflows.house import House, until

DAY = timedelta(days=1)


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
    """Two were paid, one came: 12.00 is owed to the shop and stands in the ledger until it came back, as says somebody
    other than who asked for the correction.
    """
    house.sell(an_order())
    async with house.open_for_business():
        returned = await _returned(house, quantity=2, accepted=2)
        asker = Actor(name="flo", role=Role.FINANCE)
        ref = await adjust(house, correction(returned, ("1", 1)), actor=asker)
        assert (view(house, ref).state, view(house, ref).receivable_minor) == ("receivable", 1200)
        bare = await say(house, ref, EventKind.RESOLUTION_DECIDED, {"resolution": "received"}, actor=FINANCE)
        body = {"resolution": "received", "proof": "FT-77"}
        own = await say(house, ref, EventKind.RESOLUTION_DECIDED, body, actor=asker)
        await say(house, ref, EventKind.RESOLUTION_DECIDED, body, actor=FINANCE)
        await house.handle(ref).result()
    assert (bare.code, own.code) == ("proof_missing", "requester_cannot_approve")
    assert view(house, ref).state == "received"
    assert kinds(house, ref) == [("receivable_recorded", 1200), ("receivable_received", 1200)]
    assert (len(house.payments.orders), left(house)) == (1, 0)
    assert house.records.reads.contradictions() == []
    first, second = house.records.reads.money.credit_notes(MERCHANT)
    assert (first.kind, second.kind, second.corrects) == ("credit", "correction", first.number)
    assert (first.total_minor, second.total_minor, second.net_minor + second.tax_minor) == (2400, -1200, -1200)
    assert [(line.position, line.quantity, line.gross_minor) for line in second.lines] == [("line:1", -1, -1200)]
    told = [entry.summary for entry in house.records.reads.timeline(MERCHANT, ref.rma)]
    assert f"Credit note {second.number} over -12.00 GBP was written." in told
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
