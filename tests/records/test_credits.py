"""Credit accounts: what is put on them is spent at most once, what expires is gone, and the ledger tells all of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from domain.cases import SYSTEM, CaseRef
from domain.credits import CreditAccount, MovementKind
from domain.money import Money
from domain.payouts import Payout, PayoutMethod, PayoutState
from records.credit_models import CreditSpend, SpendOutcome, SpendReceipt
from records.database import SqlRecords
from records.tables import credit_accounts
from tests.records import contenders
from tests.records.builders import MERCHANT, NOON, SHOP, a_case, a_payout, an_order

ACCOUNT = CreditAccount.named("store_credit:c-1")


def credit(
    records: SqlRecords,
    ref: CaseRef,
    amount: int,
    *,
    number: int = 1,
    bonus: int = 0,
    expires_at: datetime | None = None,
    method: PayoutMethod = PayoutMethod.STORE_CREDIT,
) -> Payout:
    """A payout to the account, planned and settled."""
    facts = {"method": method, "account": str(ACCOUNT), "bonus_minor": bonus, "expires_at": expires_at}
    payout = a_payout(ref, amount, number=number).model_copy(update=facts)
    settled = payout.model_copy(update={"state": PayoutState.SETTLED})
    with records.transaction() as tx:
        assert tx.plan_payouts(ref, [payout], SYSTEM)
        tx.record_payout(ref, settled, SYSTEM)
    return settled


def spend(
    records: SqlRecords, amount: int, *, key: str = "k", at: datetime = NOON, currency: str = "GBP"
) -> SpendReceipt:
    """A purchase that is paid from the account."""
    money = Money(minor=amount, currency=currency)
    return records.spend_credit(
        CreditSpend(merchant=MERCHANT, account=ACCOUNT, key=key, amount=money, actor=SHOP, at=at, order_id="2002")
    )


def available(records: SqlRecords, at: datetime = NOON) -> int:
    """What can be spent at that time."""
    return sum(each.available_minor for each in records.reads.money.credit_balances(MERCHANT, ACCOUNT, now=at))


@pytest.fixture
def ref(records: SqlRecords) -> CaseRef:
    """A case of an order with 30.00 captured."""
    records.put_order(MERCHANT, an_order(captured=3000))
    return a_case(records)


def test_a_credit_is_given_once_with_its_bonus(records: SqlRecords, ref: CaseRef) -> None:
    """Told twice that it settled, the account holds 13.20 once, and only 12.00 left the payment."""
    settled = credit(records, ref, 1200, bonus=120)
    with records.transaction() as tx:
        assert not tx.record_payout(ref, settled, SYSTEM)
    assert available(records) == 1320
    (balance,) = records.reads.balances(MERCHANT, "1001")
    assert (balance.refunded_minor, balance.pending_minor) == (1200, 0)
    kinds = [each.kind for each in records.reads.case_ledger(MERCHANT, ref.rma)]
    assert kinds == ["refund_intended", "refund_settled", "store_credit_issued", "store_credit_bonus"]
    assert records.reads.contradictions() == []


def test_what_was_paid_with_credit_is_given_back(records: SqlRecords, ref: CaseRef) -> None:
    """The ledger tells new credit from credit that only came back."""
    credit(records, ref, 500, method=PayoutMethod.CREDIT_ACCOUNT)
    (movement,) = records.reads.money.credit_movements(MERCHANT, ACCOUNT)
    assert (movement.kind, movement.amount_minor, movement.rma) == (MovementKind.GIVEN_BACK, 500, ref.rma)


def test_a_spend_counts_once_for_its_key(records: SqlRecords, ref: CaseRef) -> None:
    """A storefront that asks again with its key is told the same; another amount under it is refused."""
    credit(records, ref, 1000)
    assert spend(records, 400) == SpendReceipt(outcome=SpendOutcome.SPENT, left_minor=600)
    assert spend(records, 400) == SpendReceipt(outcome=SpendOutcome.KNOWN, left_minor=600)
    assert spend(records, 401).outcome is SpendOutcome.KEY_REUSED
    assert available(records) == 600


def test_more_than_there_is_takes_nothing(records: SqlRecords, ref: CaseRef) -> None:
    """10.01 of 10.00 is refused with what is left; in another currency, and on no account, there is nothing."""
    assert spend(records, 1) == SpendReceipt(outcome=SpendOutcome.TOO_LITTLE, left_minor=0)
    credit(records, ref, 1000)
    assert spend(records, 1001) == SpendReceipt(outcome=SpendOutcome.TOO_LITTLE, left_minor=1000)
    assert spend(records, 1, currency="EUR") == SpendReceipt(outcome=SpendOutcome.TOO_LITTLE, left_minor=0)
    assert available(records) == 1000


def test_what_expires_first_is_spent_first_and_the_rest_expires(records: SqlRecords, ref: CaseRef) -> None:
    """6.00 for ever and 4.00 for a week: 3.00 are taken of the week's, of which 1.00 then expires."""
    week = NOON + timedelta(days=7)
    credit(records, ref, 600)
    credit(records, ref, 400, number=2, expires_at=week)
    assert spend(records, 300).left_minor == 700
    assert (available(records, week - timedelta(seconds=1)), available(records, week)) == (700, 600)
    assert spend(records, 700, key="late", at=week) == SpendReceipt(outcome=SpendOutcome.TOO_LITTLE, left_minor=600)
    assert spend(records, 600, key="fits", at=week).left_minor == 0
    (balance,) = records.reads.money.credit_balances(MERCHANT, ACCOUNT, now=week)
    assert (balance.issued_minor, balance.spent_minor, balance.expired_minor) == (1000, 900, 100)
    kinds = [each.kind for each in records.reads.money.credit_movements(MERCHANT, ACCOUNT)]
    assert kinds.count(MovementKind.EXPIRED) == 1
    assert records.reads.contradictions() == []


def test_the_database_itself_refuses_to_overspend(records: SqlRecords, ref: CaseRef) -> None:
    """Not even a hand in the database takes more than was issued, and entries about credit stay as they are."""
    credit(records, ref, 1000)
    with pytest.raises(IntegrityError), records.writing() as connection:
        connection.execute(update(credit_accounts).values(spent_minor=1001))


def test_two_processes_never_overspend(records: SqlRecords, ref: CaseRef, database_url: str) -> None:
    """Forty-eight purchases of 1.00 want the 20.00 that there are: twenty get it, and the ledger agrees."""
    credit(records, ref, 2000)
    assert sum(contenders.contend(database_url, contenders.spend_credit)) == 20
    assert available(records) == 0
    assert records.reads.contradictions() == []
