"""What providers tell, in whatever order, and what the ledger then says of a payment. Played on real records."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from activities.payment_events import PaymentEventSteps
from activities.payments import PaymentSteps
from activities.steps import PayoutStep
from domain.cases import SYSTEM, CaseRef, EventOutcome
from domain.errors import OutcomeUnknown, Rejected
from domain.money import Money
from domain.orders import Payment
from domain.payment_events import PaymentEvent, PaymentEventKind
from domain.payouts import Payout, PayoutState, payout_key
from domain.policies import Policy
from records.database import SqlRecords, open_records
from records.models import PaymentBalance
from tests.builders import ASKED
from tests.fakes.collections import FakeCollections
from tests.fakes.payments import FakePayments
from tests.records.builders import MERCHANT, a_case, an_order
from tests.records.databases import new_sqlite
from tests.scenarios.catalogue import Figures, otherwise, passes

SALEOR = "saleor/saleor"
ORDER = "1001"


@dataclass
class Books:
    """An order whose payments are captured, a case that pays on it, and a provider that tells."""

    records: SqlRecords
    ref: CaseRef
    provider: FakePayments = field(default_factory=FakePayments)
    told: int = 0

    def plan(self, *pounds: int) -> None:
        """Payouts over these amounts on the first payment, each an intent in the ledger."""
        payouts = [
            Payout(
                number=number,
                payment_id="p1",
                amount_minor=amount * 100,
                currency="GBP",
                state=PayoutState.PLANNED,
                key=payout_key(self.ref, number),
            )
            for number, amount in enumerate(pounds, start=1)
        ]
        with self.records.transaction() as tx:
            tx.case(self.ref)
            assert tx.plan_payouts(self.ref, payouts, SYSTEM)

    def send(self, number: int) -> None:
        """The payout is made by the step that workflows take."""
        PaymentSteps(self.records, self.provider).refund(PayoutStep(ref=self.ref, at=ASKED, number=number))

    def tell(self, kind: PaymentEventKind, pounds: int, *, reference: str, payout: int = 0, on: str = "p1") -> str:
        """The provider tells; how it was taken."""
        self.told += 1
        event = PaymentEvent(
            provider="stripe",
            event_id=f"evt_{self.told}",
            merchant=MERCHANT,
            kind=kind,
            name=str(kind),
            occurred_at=ASKED,
            reference=reference,
            payment_references=(f"pi_{on}",),
            key=payout_key(self.ref, payout) if payout else "",
            amount=Money(minor=pounds * 100, currency="GBP"),
        )
        self.records.keep_payment_event(event)
        verdict = PaymentEventSteps(self.records, self.provider, FakeCollections()).apply(
            "stripe", event.event_id, at=ASKED
        )
        assert verdict is not None
        return str(verdict.outcome)

    def state(self, number: int) -> PayoutState:
        """Where the payout stands in the ledger."""
        with self.records.transaction() as tx:
            return tx.payouts(self.ref)[number - 1].state

    def record(self, number: int, state: PayoutState) -> bool:
        """The payout is recorded in that state; False when it was already."""
        with self.records.transaction() as tx:
            return tx.record_payout(self.ref, tx.payout(self.ref, number).model_copy(update={"state": state}), SYSTEM)

    @property
    def balances(self) -> list[PaymentBalance]:
        """What the ledger says of each payment."""
        assert self.records.reads.contradictions() == []
        return self.records.reads.balances(MERCHANT, ORDER)

    def sum(self, field: str) -> str:
        """That of all payments together, in pounds."""
        return str(sum(getattr(balance, field) for balance in self.balances) // 100)

    @property
    def charged(self) -> str:
        """What the shop has of the payments, without what is about to leave."""
        return str(sum(balance.refundable_minor for balance in self.balances) // 100)


@cache
def _template() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="aftercart-scenarios-")


@contextmanager
def books(policy: Policy, *captured_pounds: int) -> Iterator[Books]:
    """Fresh records with one order whose payments hold these pounds."""
    folder = Path(_template().name)
    with new_sqlite(folder, folder / "template.db") as address:
        records = open_records(address)
        try:
            records.put_policy(MERCHANT, policy)
            payments = tuple(
                Payment(payment_id=f"p{number}", reference=f"pi_p{number}", captured_minor=pounds * 100)
                for number, pounds in enumerate(captured_pounds, start=1)
            )
            order = an_order(ORDER, quantity=10).model_copy(update={"payments": payments})
            assert records.put_order(MERCHANT, order).stored
            yield Books(records, a_case(records))
        finally:
            records.close()


@passes("SC103", SALEOR, charged="13")
def a_chargeback(policy: Policy) -> Figures:
    """Charges of 11 and 12 and a chargeback of 10: 13 charged."""
    with books(policy, 11, 12) as shop:
        shop.tell(PaymentEventKind.DISPUTE_OPENED, 10, reference="du_1", on="p2")
        return {"charged": shop.charged}


@otherwise(
    "SC104",
    SALEOR,
    {"charged": "27", "refunded": "13"},
    ours={"charged": "17", "refunded": "23", "told": "parked"},
    reason="Providers send a refund back whole. One that tells of a part of it is an alarm: nothing moves until a "
    "person has looked there.",
)
def a_refund_reversed_in_part(policy: Policy) -> Figures:
    """A charge of 40, refunds of 11 and 12, one reversed by 10: 27 charged, 13 refunded."""
    with books(policy, 40) as shop:
        shop.plan(11, 12)
        for number in (1, 2):
            shop.send(number)
        told = shop.tell(PaymentEventKind.REFUND_FAILED, 10, reference="re_2", payout=2)
        return {"charged": shop.charged, "refunded": shop.sum("refunded_minor"), "told": told}


@passes("SC106", SALEOR, refunded="0")
def a_success_that_failed_later(policy: Policy) -> Figures:
    """A refund of 11 succeeds and later fails: nothing is refunded."""
    with books(policy, 40) as shop:
        shop.plan(11)
        shop.send(1)
        shop.provider.fail(payout_key(shop.ref, 1))
        shop.tell(PaymentEventKind.REFUND_FAILED, 11, reference="re_1", payout=1)
        assert shop.state(1) is PayoutState.REVERSED
        return {"refunded": shop.sum("refunded_minor")}


@passes("SC107", SALEOR, refunded="11")
def an_older_failure(policy: Policy) -> Figures:
    """An older failure arrives after the success: 11 stay refunded."""
    with books(policy, 40) as shop:
        shop.plan(11)
        shop.send(1)
        assert shop.tell(PaymentEventKind.REFUND_FAILED, 11, reference="re_1", payout=1) == EventOutcome.REPEATED
        return {"refunded": shop.sum("refunded_minor")}


@passes("SC108", SALEOR, pending="11", refunded="12")
def two_refunds_one_pending(policy: Policy) -> Figures:
    """Refunds of 11 and 12 asked, 12 succeeded: 11 are pending."""
    with books(policy, 40) as shop:
        shop.plan(11, 12)
        shop.provider.pend_next()
        shop.send(1)
        shop.send(2)
        return {"pending": shop.sum("pending_minor"), "refunded": shop.sum("refunded_minor")}


@passes("SC109", SALEOR, refunded="11", pending="0")
def request_and_success(policy: Policy) -> Figures:
    """Request and success of one refund count once."""
    with books(policy, 40) as shop:
        shop.plan(11)
        shop.provider.pend_next()
        shop.send(1)
        shop.tell(PaymentEventKind.REFUND_ACCEPTED, 11, reference="re_1", payout=1)
        shop.tell(PaymentEventKind.REFUND_SETTLED, 11, reference="re_1", payout=1)
        return {"refunded": shop.sum("refunded_minor"), "pending": shop.sum("pending_minor")}


@otherwise(
    "SC111",
    SALEOR,
    {"charged": "155", "authorized": "0"},
    ours={"charged": "155", "refunded": "30", "pending": "15"},
    reason="Same sum. We hold what was captured: an authorization is no money of the shop, so nothing of it can be "
    "paid back, and the shop's payment system watches over it.",
)
def captured_refunded_and_pending(policy: Policy) -> Figures:
    """250 authorized, 200 charged, 50 pending, 30 refunded, 15 pending back: 155 charged."""
    with books(policy, 200) as shop:
        shop.plan(30, 15)
        shop.send(1)
        shop.provider.pend_next()
        shop.send(2)
        return {
            "charged": shop.charged,
            "refunded": shop.sum("refunded_minor"),
            "pending": shop.sum("pending_minor"),
        }


@passes("SC029", "Sylius/RefundPlugin", first="completed", second_accepted=False)
def completed_once(policy: Policy) -> Figures:
    """A refund payment is completed once; completing it again is refused."""
    with books(policy, 40) as shop:
        shop.plan(11)
        first, second = shop.record(1, PayoutState.SETTLED), shop.record(1, PayoutState.SETTLED)
        assert shop.sum("refunded_minor") == "11"
        return {"first": "completed" if first else "refused", "second_accepted": second}


@passes("SC074", "spree/spree")
def a_decline_and_a_lost_answer(policy: Policy) -> Figures:
    """A declined refund leaves nothing refunded; a success stays when a later step fails."""
    with books(policy, 40) as shop:
        shop.plan(11, 12)
        shop.provider.faults.fail(Rejected("expired_or_canceled_card"))
        shop.send(1)
        assert (shop.state(1), shop.sum("refunded_minor"), shop.charged) == (PayoutState.FAILED, "0", "28")
        shop.provider.faults.lose_answer()
        with pytest.raises(OutcomeUnknown):
            shop.send(2)
        assert (shop.state(2), shop.sum("pending_minor")) == (PayoutState.UNKNOWN, "12")
        shop.send(2)
        assert (shop.sum("refunded_minor"), len(shop.provider.made)) == ("12", 1)
        return {}
