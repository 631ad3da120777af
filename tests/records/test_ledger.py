"""Money: never above what was captured, every move once and in the ledger, news only moves a payout forward."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.cases import SYSTEM, CaseRef
from domain.errors import LedgerContradiction, NotOnRecord
from domain.payouts import Payout, PayoutState
from domain.reimbursements import Credit, PaidBefore, ReimbursementPlan
from domain.returns.case import Approval, Decision, Finding
from records.database import SqlRecords
from records.models import LedgerEntry
from tests.records.builders import MERCHANT, NOON, SHOP, a_case, a_payout, an_order, entry, progress


def _plan(records: SqlRecords, ref: CaseRef, *payouts: Payout) -> bool:
    with records.transaction() as tx:
        return tx.plan_payouts(ref, payouts, SYSTEM)


def _record(records: SqlRecords, ref: CaseRef, payout: Payout) -> bool:
    with records.transaction() as tx:
        return tx.record_payout(ref, payout, SYSTEM)


def _left(records: SqlRecords, order_id: str = "1001") -> int:
    with records.transaction() as tx:
        return tx.refundable(MERCHANT, order_id)["card"]


@pytest.fixture
def ref(records: SqlRecords) -> CaseRef:
    """A case of an order with 30.00 captured."""
    records.put_order(MERCHANT, an_order(captured=3000))
    return a_case(records)


def test_payouts_stay_within_what_was_captured(records: SqlRecords, ref: CaseRef) -> None:
    """Of 30.00 captured, 20.00 and 10.01 cannot both be promised; the second promise leaves no trace."""
    assert _plan(records, ref, a_payout(ref, 2000))
    other = a_case(records)
    assert not _plan(records, other, a_payout(other, 1001))
    assert not _plan(records, other, a_payout(other, 500), a_payout(other, 501, number=2))
    assert _left(records) == 1000
    assert records.reads.case_ledger(MERCHANT, other.rma) == []
    assert _plan(records, other, a_payout(other, 1000))
    assert _left(records) == 0


def test_a_payout_is_intended_once(records: SqlRecords, ref: CaseRef) -> None:
    """A step that runs again plans the same payout, not a second one; another amount under its number is an alarm."""
    assert _plan(records, ref, a_payout(ref, 2000))
    assert _plan(records, ref, a_payout(ref, 2000))
    assert _left(records) == 1000
    with pytest.raises(LedgerContradiction):
        _plan(records, ref, a_payout(ref, 1999))


def test_an_unknown_payment_holds_nothing(records: SqlRecords, ref: CaseRef) -> None:
    """Money can only go back to a payment of the order, in its currency."""
    assert not _plan(records, ref, a_payout(ref, 1).model_copy(update={"payment_id": "cheque"}))
    assert not _plan(records, ref, a_payout(ref, 1).model_copy(update={"currency": "EUR"}))


def test_a_refund_from_intent_to_settled(records: SqlRecords, ref: CaseRef) -> None:
    """The ledger tells the whole way of a refund, and the balance follows."""
    _plan(records, ref, a_payout(ref, 2000))
    for state in (PayoutState.SENT, PayoutState.UNKNOWN, PayoutState.ACCEPTED, PayoutState.SETTLED):
        assert _record(records, ref, a_payout(ref, 2000, state=state))
        assert not _record(records, ref, a_payout(ref, 2000, state=state))
    kinds = [each.kind for each in records.reads.case_ledger(MERCHANT, ref.rma)]
    assert kinds == ["refund_intended", "refund_sent", "refund_unknown", "refund_accepted", "refund_settled"]
    (balance,) = records.reads.balances(MERCHANT, "1001")
    assert (balance.pending_minor, balance.refunded_minor, balance.refundable_minor) == (0, 2000, 1000)
    with records.transaction() as tx:
        assert tx.payout(ref, 1).state is PayoutState.SETTLED


def test_a_failed_refund_frees_its_money(records: SqlRecords, ref: CaseRef) -> None:
    """What the provider declined can be promised again, under a new number."""
    _plan(records, ref, a_payout(ref, 3000))
    declined = a_payout(ref, 3000, state=PayoutState.FAILED).model_copy(update={"failure": "card_closed"})
    assert _record(records, ref, declined)
    assert _left(records) == 3000
    assert _plan(records, ref, a_payout(ref, 3000, number=2))
    assert records.reads.case_ledger(MERCHANT, ref.rma)[1].facts == {"failure": "card_closed"}


@pytest.mark.parametrize(
    ("newest", "late"),
    [
        (PayoutState.SETTLED, PayoutState.FAILED),
        (PayoutState.SETTLED, PayoutState.ACCEPTED),
        (PayoutState.ACCEPTED, PayoutState.UNKNOWN),
        (PayoutState.UNKNOWN, PayoutState.SENT),
        (PayoutState.FAILED, PayoutState.ACCEPTED),
    ],
)
def test_late_news_undoes_nothing(records: SqlRecords, ref: CaseRef, newest: PayoutState, late: PayoutState) -> None:
    """An answer of the provider that arrives after a newer one changes neither payout nor balance nor ledger."""
    _plan(records, ref, a_payout(ref, 2000))
    _record(records, ref, a_payout(ref, 2000, state=newest))
    before = (_left(records), len(records.reads.case_ledger(MERCHANT, ref.rma)))
    assert not _record(records, ref, a_payout(ref, 2000, state=late))
    assert (_left(records), len(records.reads.case_ledger(MERCHANT, ref.rma))) == before


def test_money_that_settled_after_all_counts(records: SqlRecords, ref: CaseRef) -> None:
    """A refund that was given up and then arrived has left the payment; past the captured amount it is an alarm."""
    _plan(records, ref, a_payout(ref, 2000))
    _record(records, ref, a_payout(ref, 2000, state=PayoutState.FAILED))
    assert _record(records, ref, a_payout(ref, 2000, state=PayoutState.SETTLED))
    assert _left(records) == 1000
    _plan(records, ref, a_payout(ref, 1000, number=2))
    _record(records, ref, a_payout(ref, 1000, number=2, state=PayoutState.FAILED))
    _plan(records, ref, a_payout(ref, 1000, number=3))
    with pytest.raises(LedgerContradiction, match="no longer holds"):
        _record(records, ref, a_payout(ref, 1000, number=2, state=PayoutState.SETTLED))


def test_a_second_refund_at_the_provider_is_an_alarm(records: SqlRecords, ref: CaseRef) -> None:
    """One payout is one refund at the provider; a second reference stops everything."""
    _plan(records, ref, a_payout(ref, 2000))
    _record(records, ref, a_payout(ref, 2000, state=PayoutState.ACCEPTED))
    second = a_payout(ref, 2000, state=PayoutState.SETTLED).model_copy(update={"provider_reference": "re_2"})
    with pytest.raises(LedgerContradiction, match="re_1"):
        _record(records, ref, second)


def test_an_unknown_payout_is_not_on_record(records: SqlRecords, ref: CaseRef) -> None:
    """News about a payout that was never planned moves no money."""
    with pytest.raises(NotOnRecord):
        _record(records, ref, a_payout(ref, 1, state=PayoutState.SETTLED))
    with pytest.raises(NotOnRecord), records.transaction() as tx:
        tx.payout(ref, 1)


def test_what_other_cases_pay_is_known(records: SqlRecords, ref: CaseRef) -> None:
    """A second return of an order knows which units and which shipping the first one pays, unless that was refused."""
    credits = (
        Credit(position="line:A", quantity=2, worth_minor=2000, kept_minor=100),
        Credit(position="shipping:1", worth_minor=360),
    )
    plan = ReimbursementPlan(currency="GBP", lines=(), credits=credits, total_minor=2260)
    other = a_case(records)
    facts = {"plan": plan, "approval_reasons": (Finding(rule="above", detail="large", way_out="wait"),)}
    with records.transaction() as tx:
        tx.save_case(tx.return_case(ref).with_facts(**facts), progress(), [entry()])
    paid = PaidBefore.of([plan])
    assert (paid.units, paid.shipping_minor, paid.total_minor) == ({"A": 2}, 360, 2260)
    with records.transaction() as tx:
        assert tx.paid_before(MERCHANT, "1001", apart_from=other) == paid
        assert tx.paid_before(MERCHANT, "1001", apart_from=ref) == PaidBefore.of([])
    assert records.reads.quote_basis(MERCHANT, "1001", at=NOON).before == paid
    refusal = Approval(event_id="evt", at=NOON, actor=SHOP, decision=Decision.REFUSE)
    with records.transaction() as tx:
        tx.save_case(tx.return_case(ref).with_facts(approval=refusal), progress(), [entry()])
        assert tx.paid_before(MERCHANT, "1001", apart_from=other) == PaidBefore.of([])


def _fold(entries: list[LedgerEntry]) -> tuple[int, int, int]:
    """Captured, pending and refunded as the entries alone tell it: of each payout its last entry counts."""
    captured = sum(each.amount_minor for each in entries if each.kind.startswith("capture"))
    latest = {each.payout: each for each in entries if each.payout is not None}
    refunded = sum(each.amount_minor for each in latest.values() if each.kind == "refund_settled")
    gone = ("refund_settled", "refund_failed", "refund_reversed", "refund_charged_back")
    pending = sum(each.amount_minor for each in latest.values() if each.kind not in gone)
    return captured, pending, refunded


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amounts=st.lists(st.integers(1, 2000), min_size=1, max_size=6),
    news=st.lists(st.tuples(st.integers(1, 6), st.sampled_from(list(PayoutState))), max_size=20),
)
def test_the_balance_is_the_sum_of_the_ledger(
    records: SqlRecords, amounts: list[int], news: list[tuple[int, PayoutState]]
) -> None:
    """Whatever is planned and whatever news comes in whatever order, balance and ledger agree and the cap holds."""
    order_id = f"order-{sum(total.cases for total in records.reads.totals(MERCHANT))}"
    records.put_order(MERCHANT, an_order(order_id, captured=3000))
    ref = a_case(records, order_id)
    planned = [
        number
        for number, amount in enumerate(amounts, start=1)
        if _plan(records, ref, a_payout(ref, amount, number=number))
    ]
    for number, state in news:
        if number in planned:
            # Money that settles after it failed may find its payment empty: an alarm that changes nothing.
            with suppress(LedgerContradiction):
                _record(records, ref, a_payout(ref, amounts[number - 1], number=number, state=state))
    (balance,) = records.reads.balances(MERCHANT, order_id)
    assert _fold(records.reads.order_ledger(MERCHANT, order_id)) == (
        balance.captured_minor,
        balance.pending_minor,
        balance.refunded_minor,
    )
    assert balance.refundable_minor >= 0
    assert records.reads.contradictions() == []
