"""Money that goes wrong: refunds that fail late, disputes that freeze, and people who decide."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from activities.payment_events import PaymentEventSteps
from domain.cases import CaseKind, CaseRef, EventAnswer, EventKind, EventOutcome, InboxEvent, WaitingFor
from domain.errors import Rejected
from domain.explanations import PaymentIssueExplanation, explain_case
from domain.ledger_port import PaymentEventKept
from domain.money import Money
from domain.orders import Payment
from domain.payment_events import PaymentEvent, PaymentEventKind
from domain.payment_issues.views import PaymentIssueView, view_issue
from domain.payouts import PayoutState
from domain.returns.progress import ReturnState
from tests.builders import CONDITIONS, MERCHANT, SUPERVISOR, an_order
from tests.workflows.adjusting import AGENT, FINANCE, confirm, record
from tests.workflows.house import House, until

DAY = timedelta(days=1)
_ids = itertools.count(1)


class Bank:
    """Tells what a provider would, and delivers what follows, as API and dispatch do."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.steps = PaymentEventSteps(house.records, house.payments, house.collections)

    async def tell(self, kind: PaymentEventKind, reference: str, **more: Any) -> PaymentEventKept:
        """The event is kept, applied, and whoever it concerns has heard of it."""
        values: dict[str, Any] = {"payment_references": ("pi_A-1001",), "amount": Money(minor=1200, currency="GBP")}
        event = PaymentEvent(
            provider="stripe",
            event_id=f"evt_bank_{next(_ids)}",
            merchant=MERCHANT,
            kind=kind,
            name=str(kind),
            reference=reference,
            occurred_at=datetime.now(UTC),
            **(values | more),
        )
        now = datetime.now(UTC)
        self.house.records.keep_payment_event(event)
        self.steps.apply(event.provider, event.event_id, at=now)
        for claim in self.house.records.queues.due_claims(now + DAY, limit=10):
            await self.house.gateway.open(claim.ref)
        for due in self.house.records.queues.due_events(now + DAY, limit=10):
            assert await self.house.gateway.deliver(due.event.ref, due.event)
            await self.house.gateway.ask(due.event.ref, due.event)
        (kept, *_) = [each for each in self.events() if each.event.event_id == event.event_id]
        return kept

    def events(self) -> list[PaymentEventKept]:
        """Everything that was told."""
        return self.house.records.reads.money.payment_events(MERCHANT)

    def issues(self) -> list[PaymentIssueView]:
        """Every payment issue, newest first."""
        page = self.house.records.reads.money.payment_issues(MERCHANT)
        return [view_issue(stored.case, stored.progress) for stored in page.issues]

    def the_issue(self) -> CaseRef:
        """The one payment issue there is."""
        (issue,) = self.issues()
        return CaseRef(merchant=MERCHANT, rma=issue.number, kind=CaseKind.PAYMENT_ISSUE)

    async def resolve(self, resolution: str, **more: Any) -> EventAnswer:
        """A supervisor decides on the one issue."""
        ref, now = self.the_issue(), datetime.now(UTC)
        event = InboxEvent(
            event_id=f"evt_resolve_{next(_ids)}",
            merchant=MERCHANT,
            rma=ref.rma,
            kind=EventKind.RESOLUTION_DECIDED,
            actor=SUPERVISOR,
            occurred_at=now,
            received_at=now,
            awaits_answer=True,
            payload={"resolution": resolution, **more},
            case_kind=CaseKind.PAYMENT_ISSUE,
        )
        self.house.records.keep_event(event, body_hash="x")
        return await self.house.gateway.ask(ref, event)


async def _paid_return(house: House) -> CaseRef:
    ref = await house.ask_for()
    await house.take_in(ref)
    assert (await house.end(ref)).state == ReturnState.CLOSED
    return ref


def _key(ref: CaseRef) -> str:
    return f"{ref.merchant}:{ref.rma}:payout:1"


async def test_a_refund_that_comes_back_weeks_later_is_followed(house: House) -> None:
    """The return is closed: an issue is opened once, a supervisor pays again on the other payment, and it closes."""
    card = Payment(payment_id="card", reference="pi_A-1001", captured_minor=1200)
    wallet = Payment(payment_id="wallet", reference="pi_2", captured_minor=1200)
    house.sell(an_order(payments=(wallet, card)))
    bank = Bank(house)
    async with house.open_for_business():
        ref = await _paid_return(house)
        house.payments.fail(_key(ref))
        for _ in range(2):
            await bank.tell(PaymentEventKind.REFUND_FAILED, "re_1", key=_key(ref), reason="lost_or_stolen_card")
        (issue,) = bank.issues()
        assert (issue.waiting_for, issue.owed_minor) == (WaitingFor.RESOLUTION, 1200)
        assert issue.deadline is not None
        assert [payout.state for payout in house.view(ref).payouts] == [PayoutState.REVERSED]
        answer = await bank.resolve("pay_again", payment_id="wallet")
        await house.handle(bank.the_issue()).result()
    assert answer.outcome is EventOutcome.APPLIED
    (ended,) = bank.issues()
    assert (ended.state, [payout.payment_id for payout in ended.payouts]) == ("paid_again", ["wallet"])
    explained = explain_case(house.records.reads.explanation_basis(MERCHANT, ended.number), conditions=CONDITIONS)
    assert isinstance(explained, PaymentIssueExplanation)
    assert (explained.continues, explained.owed_minor, explained.recomputation.equal) == (ref.rma, 0, True)
    assert [(each.decision, each.outcome) for each in explained.decisions] == [("resolution", "pay_again")]
    assert [row.paid_minor for row in explained.payouts[0].payments if row.payment_id == "wallet"] == [1200]
    assert house.records.reads.contradictions() == []


async def test_an_older_failure_does_not_undo_a_success(house: House) -> None:
    """The provider, asked, says that the refund is settled: the late news changes nothing and opens nothing."""
    house.sell(an_order())
    bank = Bank(house)
    async with house.open_for_business():
        ref = await _paid_return(house)
        kept = await bank.tell(PaymentEventKind.REFUND_FAILED, "re_1", key=_key(ref))
    assert kept.outcome is EventOutcome.REPEATED
    assert [payout.state for payout in house.view(ref).payouts] == [PayoutState.SETTLED]
    assert bank.issues() == []


async def test_a_dispute_freezes_a_refund_until_it_is_won(house: House) -> None:
    """Nothing is sent while the bank decides; the goods are put away meanwhile; won, the refund goes out."""
    house.sell(an_order())
    bank = Bank(house)
    async with house.open_for_business():
        ref = await house.ask_for()
        await bank.tell(PaymentEventKind.DISPUTE_OPENED, "du_1")
        await house.take_in(ref)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.DISPUTE)
        assert house.payments.orders == []
        await bank.tell(PaymentEventKind.DISPUTE_WON, "du_1")
        ended = await house.end(ref)
        await house.handle(bank.the_issue()).result()
    assert [payout.state for payout in ended.payouts] == [PayoutState.SETTLED]
    assert [issue.state for issue in bank.issues()] == ["won"]
    assert house.records.reads.contradictions() == []


async def test_a_dispute_whose_news_is_behind(house: House) -> None:
    """The provider refuses for a dispute that nobody told us of: it is asked again, and once we are told, the bank is waited for."""
    house.sell(an_order())
    house.payments.dispute("pi_A-1001")
    bank = Bank(house)
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.REFUND)
        await bank.tell(PaymentEventKind.DISPUTE_OPENED, "du_1")
        await house.pass_time(ref, timedelta(hours=1))
        await until(lambda: house.view(ref).waiting_for is WaitingFor.DISPUTE)
        house.payments.end_dispute("pi_A-1001")
        await bank.tell(PaymentEventKind.DISPUTE_WON, "du_1")
        ended = await house.end(ref)
    assert [payout.state for payout in ended.payouts] == [PayoutState.SETTLED]


async def test_a_dispute_whose_news_is_lost(house: House) -> None:
    """Nobody ever tells of the dispute, and the bank decides for the shop: the customer is paid all the same."""
    house.sell(an_order())
    house.payments.dispute("pi_A-1001")
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.REFUND)
        house.payments.end_dispute("pi_A-1001")
        await house.pass_time(ref, timedelta(hours=1))
        ended = await house.end(ref)
    assert ([payout.state for payout in ended.payouts], len(house.payments.made)) == ([PayoutState.SETTLED], 1)


async def test_a_lost_dispute_has_paid_the_customer(house: House) -> None:
    """The bank gave the customer the money: the frozen refund is closed, nothing is sent, and it counts as disputed."""
    house.sell(an_order())
    bank = Bank(house)
    async with house.open_for_business():
        ref = await house.ask_for()
        await bank.tell(PaymentEventKind.DISPUTE_OPENED, "du_1")
        await house.take_in(ref)
        await bank.tell(PaymentEventKind.DISPUTE_LOST, "du_1")
        ended = await house.end(ref)
    assert [payout.state for payout in ended.payouts] == [PayoutState.CHARGED_BACK]
    assert house.payments.orders == []
    (balance,) = house.records.reads.balances(MERCHANT, "A-1001")
    assert (balance.disputed_minor, balance.pending_minor, balance.refunded_minor) == (1200, 0, 0)


async def test_a_dispute_beyond_what_is_left_is_an_alarm(house: House) -> None:
    """Half was refunded before the bank took the whole: the excess is on the issue and the cap still holds."""
    house.sell(an_order())
    bank = Bank(house)
    async with house.open_for_business():
        await _paid_return(house)
        await bank.tell(PaymentEventKind.DISPUTE_OPENED, "du_1", amount=Money(minor=2400, currency="GBP"))
        (issue,) = bank.issues()
        await house.handle(bank.the_issue()).terminate()
    assert issue.dispute is not None
    assert issue.dispute.excess_minor == 1200
    assert "ALARM" in issue.next_step
    (balance,) = house.records.reads.balances(MERCHANT, "A-1001")
    assert (balance.refundable_minor, balance.excess_minor) == (0, 1200)


async def test_a_stranger_s_refund_is_parked(house: House) -> None:
    """A refund made at the provider by hand, and one of an unknown payment, wait for a person with the reason."""
    house.sell(an_order())
    bank = Bank(house)
    ours = await bank.tell(PaymentEventKind.REFUND_SETTLED, "re_hand")
    unknown = await bank.tell(PaymentEventKind.REFUND_SETTLED, "re_else", payment_references=("pi_unheard",))
    assert [(each.outcome, each.code) for each in (ours, unknown)] == [
        (EventOutcome.PARKED, "refund_not_ours"),
        (EventOutcome.PARKED, "unknown_payment"),
    ]


async def test_a_key_with_another_amount_is_an_alarm(house: House) -> None:
    """The provider knows our key otherwise: nothing is sent again on its own, and a person is asked to look first."""
    house.payments.faults.fail(Rejected("idempotency_error", "used for another amount"))
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await until(lambda: house.view(ref).waiting_for is WaitingFor.APPROVAL)
        view = house.view(ref)
        assert view.approval is not None
        assert view.approval.reasons[-1].rule == "refund_mismatched"
        assert [payout.state for payout in view.payouts] == [PayoutState.MISMATCHED]
        assert len(house.payments.orders) == 1
        await house.decide(ref)
        ended = await house.end(ref)
    assert [payout.state for payout in ended.payouts] == [PayoutState.FAILED, PayoutState.SETTLED]


async def test_an_issue_that_is_paid_outside(house: House) -> None:
    """The card is gone for good: an agent pays by transfer, finance confirms, and the issue ends as paid otherwise."""
    house.sell(an_order())
    bank = Bank(house)
    async with house.open_for_business():
        ref = await _paid_return(house)
        house.payments.fail(_key(ref))
        await bank.tell(PaymentEventKind.REFUND_FAILED, "re_1", key=_key(ref))
        issue = bank.the_issue()
        too_much = await record(house, issue, "12.01")
        await record(house, issue, "12.00")
        assert bank.issues()[0].waiting_for is WaitingFor.CONFIRMATION
        again = await bank.resolve("pay_again")
        own = await confirm(house, issue, actor=AGENT)
        await confirm(house, issue, actor=FINANCE)
        await house.handle(issue).result()
    assert (too_much.code, again.code, own.code) == (
        "refund_exceeds_balance",
        "nothing_to_decide",
        "recorder_cannot_confirm",
    )
    (ended,) = bank.issues()
    assert (ended.state, ended.owed_minor, [payout.state for payout in ended.payouts]) == (
        "paid_otherwise",
        0,
        [PayoutState.SETTLED],
    )
    assert len(house.payments.orders) == 1
    assert house.records.reads.contradictions() == []


async def test_an_issue_that_nobody_decides_is_escalated(house: House) -> None:
    """Past its deadline it is escalated once and goes on waiting; written off, it closes."""
    house.sell(an_order())
    bank = Bank(house)
    async with house.open_for_business():
        ref = await _paid_return(house)
        house.payments.fail(_key(ref))
        await bank.tell(PaymentEventKind.REFUND_FAILED, "re_1", key=_key(ref))
        issue = bank.the_issue()
        await house.pass_time(issue, 30 * DAY)
        await until(lambda: "resolution.escalated" in house.timeline(issue))
        await bank.resolve("write_off")
        await house.handle(issue).result()
    assert [each.state for each in bank.issues()] == ["written_off"]
    assert house.timeline(issue).count("resolution.escalated") == 1
