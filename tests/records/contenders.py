"""What several processes do to one database at the same time; each function runs in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import get_context

from activities.adjustments import AdjustmentSteps
from activities.cases import ReturnSteps
from activities.claims import ClaimSteps
from activities.steps import EventStep, Step
from domain.case_documents import CaseDocument
from domain.cases import SYSTEM, Actor, CaseKind, CaseRef, EventKind, EventOutcome, InboxEvent, Role
from domain.collections import Collection, CollectionState
from domain.credits import CreditAccount
from domain.money import Money
from domain.payouts import PayoutState
from domain.ports import Transaction
from domain.reimbursements import PaidBefore, ReimbursementPlan
from domain.returns.case import PlanBasis
from records.credit_models import CreditSpend, SpendOutcome
from records.database import SqlRecords, open_records
from tests.builders import CONDITIONS
from tests.records.builders import MERCHANT, NOON, a_claim, a_payout, an_order, entry, progress, rma_numbers, units

PROCESSES = 2
THREADS = 4
TIMES = 6

Work = Callable[[SqlRecords, int], bool]


def contend(database_url: str, work: Callable[[str, int], list[bool]]) -> list[bool]:
    """What each try answered, of two processes with four threads each.

    Nothing is tried again: locks are taken in one order, so a deadlock or a busy database would be a defect.
    """
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
        results = list(processes.map(work, [database_url] * PROCESSES, range(PROCESSES)))
    return [done for result in results for done in result]


def _in_threads(database_url: str, number: int, work: Work, *, times: int = TIMES) -> list[bool]:
    records = open_records(database_url)
    try:
        with ThreadPoolExecutor(THREADS) as threads:
            base = number * THREADS * times
            return list(threads.map(partial(work, records), range(base, base + THREADS * times)))
    finally:
        records.close()


def reserve_and_release(database_url: str, number: int) -> list[bool]:
    """Each try reserves one unit of line A for its own case, every third gives it back."""
    return _in_threads(database_url, number, _reserve)


def _reserve(records: SqlRecords, number: int) -> bool:
    claimed = records.claim_return(a_claim(key=f"unit-{number}"), new_rma=rma_numbers(number * 10))
    with records.transaction() as tx:
        tx.return_case(claimed.ref)
        done = tx.reserve_units(claimed.ref, tx.order(MERCHANT, "1001"), units(1))
        tx.save_case(tx.return_case(claimed.ref), progress("authorized" if done else "refused"), [entry()])
    if done and number % 3 == 0:
        with records.transaction() as tx:
            tx.return_case(claimed.ref)
            tx.release_units(claimed.ref, ())
        return False
    return done


def pay(database_url: str, number: int) -> list[bool]:
    """Each try plans a payout of 1.00 for its own case; every third fails, every third settles, the rest stay pending."""
    return _in_threads(database_url, number, _pay)


def _pay(records: SqlRecords, number: int) -> bool:
    ref = records.claim_return(a_claim(key=f"pay-{number}"), new_rma=rma_numbers(number * 10)).ref
    with records.transaction() as tx:
        planned = tx.plan_payouts(ref, [a_payout(ref, 100)], SYSTEM)
    if planned and number % 3:
        state = PayoutState.SETTLED if number % 3 == 1 else PayoutState.FAILED
        with records.transaction() as tx:
            tx.record_payout(ref, a_payout(ref, 100, state=state), SYSTEM)
    return planned


def settle_one_payout(database_url: str, number: int) -> list[bool]:
    """Every try brings the same news about the same payout."""
    return _in_threads(database_url, number, _settle)


def _settle(records: SqlRecords, number: int) -> bool:
    ref = CaseRef(merchant=MERCHANT, rma=rma_numbers(1)())
    with records.transaction() as tx:
        return tx.record_payout(ref, a_payout(ref, 100, state=PayoutState.SETTLED), SYSTEM)


def plan_one_payout(database_url: str, number: int) -> list[bool]:
    """Every try is a step that plans the same payouts and saves its case."""
    return _in_threads(database_url, number, _plan)


def _plan(records: SqlRecords, number: int) -> bool:
    ref = CaseRef(merchant=MERCHANT, rma=rma_numbers(1)())
    with records.transaction() as tx:
        case = tx.return_case(ref)
        done = tx.plan_payouts(ref, [a_payout(ref, 100), a_payout(ref, 50, number=2)], SYSTEM)
        tx.save_case(case, progress("refunding"), [entry()])
        return done


def claim_with_one_key(database_url: str, number: int) -> list[bool]:
    """Every try is the same request; True for the one that makes the case."""
    return _in_threads(database_url, number, _claim)


def _claim(records: SqlRecords, number: int) -> bool:
    claimed = records.claim_return(a_claim(key="same"), new_rma=rma_numbers(number * 10))
    return claimed.outcome == "claimed"


def put_one_order(database_url: str, number: int) -> list[bool]:
    """Every try puts the same new order, with a captured amount of its own."""
    return _in_threads(database_url, number, _put)


def _put(records: SqlRecords, number: int) -> bool:
    return records.put_order(MERCHANT, an_order("new", captured=1000 + number)).outcome == "created"


def spend_credit(database_url: str, number: int) -> list[bool]:
    """Each try is a purchase of 1.00 of its own from one account; True for those that got it."""
    return _in_threads(database_url, number, _spend)


def _spend(records: SqlRecords, number: int) -> bool:
    account, amount = CreditAccount.named("store_credit:c-1"), Money(minor=100, currency="GBP")
    spend = CreditSpend(merchant=MERCHANT, account=account, key=f"spend-{number}", amount=amount, actor=SYSTEM, at=NOON)
    return records.spend_credit(spend).outcome is SpendOutcome.SPENT


def decide_one_hold(database_url: str, number: int) -> list[bool]:
    """Every try decides another amount of the one hold there is."""
    return _in_threads(database_url, number, _decide_hold)


def _decide_hold(records: SqlRecords, number: int) -> bool:
    with records.transaction() as tx:
        case, hold = _the_hold(tx)
        return tx.decide_collection(case.ref, hold.model_copy(update={"decided_minor": 100 + number}), SYSTEM)


def charge_one_hold(database_url: str, number: int) -> list[bool]:
    """Every try brings the same news: what was decided of the one hold was charged."""
    return _in_threads(database_url, number, _charge_hold)


def _charge_hold(records: SqlRecords, number: int) -> bool:
    with records.transaction() as tx:
        case, hold = _the_hold(tx)
        told = {"state": CollectionState.PARTLY_CAPTURED, "captured_minor": hold.decided_minor}
        return tx.record_collection(case.ref, hold.model_copy(update=told), SYSTEM)


def _the_hold(tx: Transaction) -> tuple[CaseDocument, Collection]:
    """The hold of the one case there is, locked after it."""
    case = tx.case(CaseRef(merchant=MERCHANT, rma=rma_numbers(1)()))
    return case, tx.collection(case.ref, 1)


def settle_with_notes(database_url: str, number: int) -> list[bool]:
    """Each try settles a refund of its own return; every fourth dies before that is kept. True for those with a note."""
    return _in_threads(database_url, number, _settle_with_note)


def _settle_with_note(records: SqlRecords, number: int) -> bool:
    ref = records.claim_return(a_claim(key=f"note-{number}"), new_rma=rma_numbers(number * 10)).ref
    plan = ReimbursementPlan(currency="GBP", lines=(), total_minor=100)
    with records.transaction() as tx:
        case = tx.return_case(ref).with_facts(plan=plan, plan_basis=PlanBasis(order_version=1, before=PaidBefore()))
        tx.lock_order(ref.merchant, "1001")
        tx.plan_payouts(ref, [a_payout(ref, 100)], SYSTEM)
        tx.save_case(case, progress("refunding"), [entry()])
    settled = a_payout(ref, 100, state=PayoutState.SETTLED).model_copy(update={"provider_reference": f"re_{number}"})
    with suppress(_Died), records.transaction() as tx:
        tx.record_payout(ref, settled, SYSTEM)
        if number % 4 == 0:
            raise _Died
        return True
    return False


class _Died(Exception):
    """The process of a step is gone before its transaction was kept."""


def ask_for_returns(database_url: str, number: int) -> list[bool]:
    """Each try opens a return of another order of one customer; True where a signal was seen on it."""
    # A whole step each: two tries of every thread are enough to meet.
    return _in_threads(database_url, number, _ask, times=2)


def _ask(records: SqlRecords, number: int) -> bool:
    claim = a_claim(f"race-{number}", key=f"ask-{number}")
    ref = records.claim_return(claim, new_rma=rma_numbers(number * 10)).ref
    ReturnSteps(records, CONDITIONS).open(Step(ref=ref, at=NOON))
    eligibility = records.reads.return_case(MERCHANT, ref.rma).case.eligibility
    assert eligibility is not None
    assert eligibility.risk is not None
    return bool(eligibility.risk.evidence)


def decide_at_once(claim: CaseRef, adjustment: CaseRef, database_url: str, number: int) -> list[bool]:
    """Each try is a supervisor of its own who decides on the claim, or on the adjustment; True for whose word counts."""
    return _in_threads(database_url, number, partial(_decide, (claim, adjustment)), times=2)


def _decide(cases: tuple[CaseRef, CaseRef], records: SqlRecords, number: int) -> bool:
    ref, actor = cases[number % 2], Actor(name=f"sup-{number}", role=Role.SUPERVISOR)
    event = InboxEvent(
        event_id=f"evt_{number}",
        merchant=ref.merchant,
        rma=ref.rma,
        kind=EventKind.APPROVAL_DECIDED,
        actor=actor,
        occurred_at=NOON,
        received_at=NOON,
        awaits_answer=True,
        payload={"decision": "approve"},
        case_kind=ref.kind,
    )
    records.keep_event(event, body_hash="")
    steps = ClaimSteps(records, CONDITIONS) if ref.kind is CaseKind.CLAIM else AdjustmentSteps(records)
    answer = steps.apply_event(EventStep(ref=ref, at=NOON, event_id=event.event_id)).answer
    assert answer is not None
    assert answer.outcome in (EventOutcome.APPLIED, EventOutcome.REFUSED), answer
    return answer.outcome is EventOutcome.APPLIED
