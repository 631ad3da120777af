"""Gifts that come back: to whom their worth goes, and who hears of it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from activities.cases import ReturnSteps
from activities.payments import PaymentSteps
from activities.steps import EventStep, PayoutStep, Step
from domain.cases import CaseRef, EventKind, Progress
from domain.credits import CreditAccount, customer_account
from domain.gifts import Gift, GiftProof, Recipient
from domain.payouts import PayoutMethod
from domain.policies import Policy
from domain.returns.case import ReturnRequest
from records.database import SqlRecords, open_records
from records.models import ReturnClaim
from records.outbox import RECIPIENT
from records.schema import migrate
from records.tables import outbox
from tests.builders import (
    ASKED,
    CONDITIONS,
    MERCHANT,
    STOREFRONT,
    a_return_line,
    an_event,
    an_order,
    inspected,
    received,
)
from tests.fakes.payments import FakePayments
from tests.scenarios.catalogue import Figures, passes, pounds

ORDER = an_order(gifts=(Gift(code="XMAS-24", recipient=Recipient(customer_id="c-lee")),))
LEE = CreditAccount.named("store_credit:c-lee")


@passes("SC185", "claimlane.com", buyer_messages=0, buyer_refund="0.00")
def a_gift_comes_back(policy: Policy) -> Figures:
    """Who got a gift returns it with its code: credit for them, no message and no money to the buyer."""
    with TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'gift.db'}"
        migrate(address)
        records = open_records(address)
        try:
            ref, payments = _played(records, policy)
            return _seen_by_buyer(records, ref, payments)
        finally:
            records.close()


def _played(records: SqlRecords, policy: Policy) -> tuple[CaseRef, FakePayments]:
    """The gift went all the way: asked for, received, inspected, paid."""
    records.put_policy(MERCHANT, policy)
    records.put_order(MERCHANT, ORDER)
    asked = ReturnRequest(order_id=ORDER.order_id, lines=(a_return_line(),), gift=GiftProof(code="xmas24"))
    claim = ReturnClaim(
        merchant=MERCHANT,
        idempotency_key="k",
        body_hash="x",
        request=asked,
        actor=STOREFRONT,
        requested_at=ASKED,
        claimed_at=ASKED,
    )
    ref = records.claim_return(claim, new_rma=lambda: "3456-789F").ref
    payments, steps = FakePayments(), ReturnSteps(records, CONDITIONS)
    steps.open(Step(ref=ref, at=ASKED))
    progress: Progress | None = None
    news = ((EventKind.ITEM_RECEIVED, received(("1", 1))), (EventKind.INSPECTION_RECORDED, inspected(("1", 1))))
    for kind, body in news:
        event = an_event(kind, body)
        with records.transaction() as tx:
            tx.keep_event(event)
        progress = steps.apply_event(EventStep(ref=ref, at=ASKED, event_id=event.event_id)).progress
    assert progress is not None
    for number in progress.payouts:
        PaymentSteps(records, payments).refund(PayoutStep(ref=ref, at=ASKED, number=number))
    return ref, payments


def _seen_by_buyer(records: SqlRecords, ref: CaseRef, payments: FakePayments) -> Figures:
    """What reached the buyer, once it is sure that the recipient was paid and told."""
    reads = records.reads
    (payout,) = reads.return_case(ref.merchant, ref.rma).case.payouts
    assert (payout.method, payout.account) == (PayoutMethod.STORE_CREDIT, str(LEE))
    assert sum(each.available_minor for each in reads.money.credit_balances(MERCHANT, LEE, now=ASKED)) == 1200
    own = reads.money.credit_balances(MERCHANT, customer_account(ORDER), now=ASKED)
    with reads.reading() as connection:
        told = [row.facts.get("audience") for row in connection.execute(select(outbox.c.facts))]
    assert len(told) > 2
    refunded = sum(order.amount.minor for order in payments.orders) + sum(each.available_minor for each in own)
    return {"buyer_messages": sum(audience != RECIPIENT for audience in told), "buyer_refund": pounds(refunded)}
