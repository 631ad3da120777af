"""Two processes with four threads each, on one order: the rules hold in any interleaving."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from activities.payment_events import PaymentEventSteps
from domain.cases import SYSTEM
from domain.money import Money
from domain.payment_events import PaymentEvent, PaymentEventKind
from domain.policies import AbuseRules, RiskOutcome
from domain.policies.abuse import VelocityRule
from records.database import SqlRecords
from tests.records import contenders
from tests.records.builders import MERCHANT, NOON, a_claim, a_payout, a_policy, an_order, entry, progress, rma_numbers

TRIES = contenders.PROCESSES * contenders.THREADS * contenders.TIMES


@pytest.fixture(autouse=True)
def _the_records_agree_with_themselves(records: SqlRecords) -> Iterator[None]:
    yield
    assert records.reads.contradictions() == []


def test_no_unit_is_in_two_open_cases(records: SqlRecords, database_url: str) -> None:
    """Forty-eight returns want one unit each of the ten that were sold: never are more than ten taken."""
    records.put_order(MERCHANT, an_order(quantity=10))
    kept = sum(contenders.contend(database_url, contenders.reserve_and_release))
    with records.transaction() as tx:
        taken = tx.units_in_cases(MERCHANT, "1001")
    assert taken == {"A": kept}
    assert kept <= 10
    states = Counter({total.state: total.cases for total in records.reads.totals(MERCHANT)})
    assert states.total() == TRIES


def test_requests_at_one_moment_see_each_other(records: SqlRecords, database_url: str) -> None:
    """Sixteen requests of one customer at once, of whom the second return is noticed: all but the first are."""
    tries = 2 * contenders.PROCESSES * contenders.THREADS
    rules = AbuseRules(velocity=VelocityRule(on=True, returns=2, outcome=RiskOutcome.SLOW_DOWN))
    records.put_policy(MERCHANT, a_policy().model_copy(update={"abuse": rules}))
    records.put_orders(MERCHANT, [an_order(f"race-{number}", customer="c-1") for number in range(tries)])
    noticed = contenders.contend(database_url, contenders.ask_for_returns)
    assert (sum(noticed), len(noticed)) == (tries - 1, tries)


def test_refunds_never_pass_what_was_captured(records: SqlRecords, database_url: str) -> None:
    """Forty-eight cases want 1.00 each of the 20.00 that were captured: 20.00 is never passed, and the ledger agrees."""
    records.put_order(MERCHANT, an_order(captured=2000))
    planned = sum(contenders.contend(database_url, contenders.pay))
    (balance,) = records.reads.balances(MERCHANT, "1001")
    assert balance.refunded_minor + balance.pending_minor <= 2000
    kinds: Counter[str] = Counter()
    for each in records.reads.order_ledger(MERCHANT, "1001"):
        kinds[each.kind] += each.amount_minor
    assert kinds["refund_intended"] == planned * 100
    assert kinds["refund_settled"] == balance.refunded_minor
    assert kinds["refund_intended"] - kinds["refund_settled"] - kinds["refund_failed"] == balance.pending_minor
    # Nobody is refused while the payment holds something. What fails after the last try frees money that nobody wanted...
    assert 20 <= planned <= TRIES
    assert balance.refundable_minor <= kinds["refund_failed"]
    # ...and whoever comes now gets exactly that.
    assert not _pays(records, "too-much", balance.refundable_minor + 1)
    assert balance.refundable_minor == 0 or _pays(records, "rest", balance.refundable_minor)
    assert not _pays(records, "nothing-left", 1)


def _pays(records: SqlRecords, key: str, amount_minor: int) -> bool:
    ref = records.claim_return(a_claim(key=key), new_rma=rma_numbers(TRIES * 10 + len(key))).ref
    with records.transaction() as tx:
        return tx.plan_payouts(ref, [a_payout(ref, amount_minor)], SYSTEM)


def test_the_same_news_counts_once(records: SqlRecords, database_url: str) -> None:
    """A provider that tells forty-eight times that a refund settled has refunded once."""
    records.put_order(MERCHANT, an_order(captured=3000))
    ref = records.claim_return(a_claim(), new_rma=rma_numbers(1)).ref
    with records.transaction() as tx:
        tx.plan_payouts(ref, [a_payout(ref, 100)], a_claim().actor)
    assert sum(contenders.contend(database_url, contenders.settle_one_payout)) == 1
    (balance,) = records.reads.balances(MERCHANT, "1001")
    assert (balance.refunded_minor, balance.pending_minor) == (100, 0)


def test_the_same_step_plans_once(records: SqlRecords, database_url: str) -> None:
    """A step that several workers repeat promises its money once, and no save of the case is lost."""
    records.put_order(MERCHANT, an_order(captured=3000))
    ref = records.claim_return(a_claim(), new_rma=rma_numbers(1)).ref
    assert all(contenders.contend(database_url, contenders.plan_one_payout))
    (balance,) = records.reads.balances(MERCHANT, "1001")
    assert balance.pending_minor == 150
    assert records.reads.return_case(MERCHANT, ref.rma).version == 1 + TRIES
    assert len(records.reads.timeline(MERCHANT, ref.rma)) == 1 + TRIES


def test_one_request_makes_one_case(records: SqlRecords, database_url: str) -> None:
    """A storefront that sends one request from many servers at once has one return."""
    records.put_order(MERCHANT, an_order())
    assert sum(contenders.contend(database_url, contenders.claim_with_one_key)) == 1
    assert sum(total.cases for total in records.reads.totals(MERCHANT)) == 1


def test_one_new_order_is_created_once(records: SqlRecords, database_url: str) -> None:
    """An order that two systems tell at once is one order, and its ledger adds up to what was told last."""
    assert sum(contenders.contend(database_url, contenders.put_one_order)) == 1
    assert records.reads.order(MERCHANT, "new").version == TRIES
    (balance,) = records.reads.balances(MERCHANT, "new")
    assert balance.captured_minor == sum(each.amount_minor for each in records.reads.order_ledger(MERCHANT, "new"))


def test_a_dispute_waits_for_a_step_of_its_case(records: SqlRecords) -> None:
    """A step has its case and comes to its order while the bank tells of a dispute: neither waits for the other in vain."""
    records.put_order(MERCHANT, an_order(captured=2000))
    ref = records.claim_return(a_claim(), new_rma=rma_numbers(1)).ref
    with records.transaction() as tx:
        tx.plan_payouts(ref, [a_payout(ref, 100)], SYSTEM)
    event = PaymentEvent(
        provider="stripe",
        event_id="evt_1",
        merchant=MERCHANT,
        kind=PaymentEventKind.DISPUTE_OPENED,
        name="charge.dispute.created",
        occurred_at=NOON,
        amount=Money(minor=2000, currency="GBP"),
        reference="du_1",
        payment_references=("pi_1001",),
    )
    records.keep_payment_event(event)
    news = PaymentEventSteps(records)
    with ThreadPoolExecutor(1) as threads:
        with records.transaction() as tx:
            case = tx.return_case(ref)
            told = threads.submit(news.apply, event.provider, event.event_id, at=NOON)
            # Time for it to take the locks that it can get; it has none of them on SQLite.
            time.sleep(0.3)
            tx.lock_order(MERCHANT, case.order_id)
            tx.save_case(case, progress("refunding"), [entry()])
        verdict = told.result(timeout=20)
    assert verdict is not None
    assert (verdict.code, records.reads.case_ledger(MERCHANT, ref.rma)[-1].kind) == ("applied", "refund_frozen")
