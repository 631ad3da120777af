"""Decisions in a running story: evidence, escalation, a second approval, and signals that do what updates do."""

from __future__ import annotations

from datetime import timedelta

from domain.authority import Delegation
from domain.cases import Actor, EventKind, EventOutcome, Role, WaitingFor
from domain.policies import Action, AmountByCurrency, ApprovalRules
from records.approval_claims import ClaimAnswer
from tests.builders import OTHER_SUPERVISOR, SUPERVISOR, a_policy, an_order, an_order_line
from tests.workflows.adjusting import adjust, goodwill, say
from tests.workflows.house import House, until

DAY = timedelta(days=1)
LARGE = an_order(lines=(an_order_line(unit_price_minor=9900),))


async def test_evidence_that_never_comes_does_not_stop_the_case(house: House) -> None:
    """Seven days for the customer; then it is back with the supervisor, whose time begins anew, and asks the next role."""
    house.sell(LARGE)
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        question = {"decision": "ask_evidence", "note": "A photo, please."}
        await house.ask(ref, EventKind.APPROVAL_DECIDED, question, actor=SUPERVISOR)
        assert house.view(ref).waiting_for is WaitingFor.EVIDENCE
        assert not house.warehouse.done
        await house.pass_time(ref, 7 * DAY + DAY)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.APPROVAL)
        assert house.view(ref).deadline is not None
        await house.pass_time(ref, 3 * DAY)
        await until(lambda: "approval.escalated" in house.timeline(ref))
        (item,) = house.records.reads.approvals.queue(ref.merchant).approvals
        assert (item.item.role, item.item.priority) == (Role.ADMIN, "urgent")
        await house.decide(ref)
        ended = await house.end(ref)
    assert (ended.state, len(house.payments.made)) == ("closed", 1)


async def test_two_approvals_by_signal(house: House) -> None:
    """A signal decides as an update does: the first of two pays nothing, the same person counts once, the second pays."""
    rules = ApprovalRules(
        refund_above=AmountByCurrency(minor={"GBP": 5000}), two_above=AmountByCurrency(minor={"GBP": 9000})
    )
    house.sell(LARGE, a_policy(approval=rules))
    approve = {"decision": "approve"}
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        for actor in (SUPERVISOR, SUPERVISOR):
            event = house.keep(ref, EventKind.APPROVAL_DECIDED, approve, actor=actor)
            assert await house.gateway.deliver(ref, event)
        await until(lambda: "approval_decided.refused" in house.timeline(ref))
        assert not house.payments.made
        event = house.keep(ref, EventKind.APPROVAL_DECIDED, approve, actor=OTHER_SUPERVISOR)
        assert await house.gateway.deliver(ref, event)
        ended = await house.end(ref)
    assert ended.approval is not None
    assert (ended.approval.first_by, ended.approval.decided_by) == ("sue", "otto")
    assert len(house.payments.made) == 1


async def test_an_agent_is_refused_on_the_spot(house: House) -> None:
    """The update answers with the rule and the way out, and the case still waits."""
    house.sell(LARGE)
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        answer = await house.decide(ref, actor=Actor(name="ann", role=Role.AGENT))
        assert (answer.outcome, answer.code) == (EventOutcome.REFUSED, "no_authority")
        assert "Ask somebody with the role supervisor or admin" in answer.detail
        assert house.view(ref).waiting_for is WaitingFor.APPROVAL
        await house.handle(ref).terminate()


async def test_goodwill_in_small_pieces_is_caught_and_queued(house: House) -> None:
    """20.00 and 20.00 pass under a limit of 50.00; the third makes 60.00, waits for somebody and is in the queue."""
    house.sell(LARGE)
    async with house.open_for_business():
        refs = [await adjust(house, goodwill("20.00")) for _ in range(3)]
        for ref in refs[:2]:
            await house.handle(ref).result()
        (item,) = house.records.reads.approvals.queue(refs[2].merchant).approvals
        assert (item.ref, item.item.action, item.item.amount_minor) == (refs[2], Action.GOODWILL, 2000)
        assert {reason.rule for reason in item.item.reasons} == {"split_above_limit"}
        await house.handle(refs[2]).terminate()


async def test_goodwill_counts_with_the_refund_of_a_return(house: House) -> None:
    """A gesture of 20.00 passed alone; so would 35.00 for a unit of the same order, but both make 55.00."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=4500),)))
    async with house.open_for_business():
        gesture = await adjust(house, goodwill("20.00", line_id="1"))
        await house.handle(gesture).result()
        ref = await house.ask_for()
        await house.take_in(ref)
        waiting = house.view(ref)
        assert waiting.approval is not None
        assert {reason.rule for reason in waiting.approval.reasons} == {"split_above_limit"}
        assert "20.00 GBP" in waiting.approval.reasons[0].detail
        await house.handle(ref).terminate()


async def test_goodwill_is_approved_by_a_stand_in_unless_somebody_has_it(house: House) -> None:
    """Ann stands in for Sue; while Otto has taken it on she is told so, and decides once it is free."""
    house.sell(LARGE)
    ann = Actor(name="nan", role=Role.AGENT)
    now = house.clock.now()
    lent = Delegation(
        delegation_id="d-1",
        delegator=SUPERVISOR,
        delegate=ann.person,
        starts_at=now - 400 * DAY,
        ends_at=now + 400 * DAY,
        made_at=now,
    )
    async with house.open_for_business():
        ref = await adjust(house, goodwill("60.00"))
        refused = await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": "approve"}, actor=ann)
        assert refused.code == "no_authority"
        house.records.add_api_key(ref.merchant, SUPERVISOR)
        house.records.add_delegation(ref.merchant, lent)
        claim = house.records.claim_approval(ref.merchant, ref.rma, "adjustment", by=OTHER_SUPERVISOR)
        assert claim[0] is ClaimAnswer.DONE
        taken = await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": "approve"}, actor=ann)
        assert taken.code == "claimed_by_another"
        house.records.release_approval(ref.merchant, ref.rma, "adjustment", by=OTHER_SUPERVISOR)
        done = await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": "approve"}, actor=ann)
        assert done.outcome is EventOutcome.APPLIED
        await house.handle(ref).result()
    found = house.records.reads.approvals.approval(ref.merchant, ref.rma, "adjustment")
    assert found is not None
    assert (found.item.state, found.item.stands_in_for) == ("approved", "sue")


async def test_other_fees_that_nobody_decides_on_ask_the_next_role(house: House) -> None:
    """While everybody waits for the parcel, two days pass: the administrator is asked, and the case waits as before."""
    house.sell(LARGE)
    async with house.open_for_business():
        ref = await house.ask_for()
        wish = {"fees": {"return_shipping": {"minor": {"GBP": 500}}}, "note": "Two parcels."}
        await house.ask(ref, EventKind.EXCEPTION_REQUESTED, wish, actor=Actor(name="ann", role=Role.AGENT))
        (before,) = house.records.reads.approvals.queue(ref.merchant).approvals
        assert (before.item.role, before.item.deadline is not None) == (Role.SUPERVISOR, True)
        await house.pass_time(ref, 3 * DAY)
        await until(lambda: "exception.escalated" in house.timeline(ref))
        (after,) = house.records.reads.approvals.queue(ref.merchant).approvals
        assert (after.item.role, after.item.priority, after.item.state) == (Role.ADMIN, "urgent", "open")
        assert house.view(ref).waiting_for is WaitingFor.PARCEL
        await house.handle(ref).terminate()
