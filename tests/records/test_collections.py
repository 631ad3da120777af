"""Money from customers in the ledger: asked once, never above what was held, and refundable afterwards."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from domain.cases import SYSTEM, CaseRef
from domain.collections import Collection, CollectionKind, CollectionState, collected_payment_id
from domain.errors import LedgerContradiction, NotOnRecord
from domain.orders import Payment
from domain.payouts import PayoutState
from records.database import SqlRecords
from records.tables import collections
from tests.records import contenders
from tests.records.builders import MERCHANT, NOON, a_case, a_claim, a_collection, a_payout, an_order, rma_numbers


@pytest.fixture
def ref(records: SqlRecords) -> CaseRef:
    """A case of an order with 30.00 captured."""
    records.put_order(MERCHANT, an_order(captured=3000))
    return a_case(records)


def _plan(records: SqlRecords, ref: CaseRef, *planned: Collection) -> None:
    with records.transaction() as tx:
        tx.plan_collections(ref, planned, SYSTEM)


def _record(records: SqlRecords, ref: CaseRef, state: CollectionState, **facts: Any) -> bool:
    secret = facts.pop("client_secret", "")
    with records.transaction() as tx:
        told = tx.collection(ref, 1).model_copy(update={"state": state, **facts})
        return tx.record_collection(ref, told, SYSTEM, client_secret=secret)


def _decide(records: SqlRecords, ref: CaseRef, minor: int) -> bool:
    with records.transaction() as tx:
        decided = tx.collection(ref, 1).model_copy(update={"decided_minor": minor})
        return tx.decide_collection(ref, decided, SYSTEM)


def _kinds(records: SqlRecords, ref: CaseRef) -> list[tuple[str, int]]:
    return [(each.kind, each.amount_minor) for each in records.reads.case_ledger(MERCHANT, ref.rma)]


def test_a_hold_from_intent_to_its_part(records: SqlRecords, ref: CaseRef) -> None:
    """The ledger tells the whole way of a hold: intended, held, charged in part, the rest let go."""
    _plan(records, ref, a_collection(ref))
    assert _record(records, ref, CollectionState.SENT)
    assert _record(records, ref, CollectionState.AUTHORIZED, provider_reference="pi_9", lapses_at=NOON)
    assert _decide(records, ref, 1500)
    facts = {"captured_minor": 1500, "provider_reference": "pi_9"}
    assert _record(records, ref, CollectionState.PARTLY_CAPTURED, **facts)
    assert not _record(records, ref, CollectionState.PARTLY_CAPTURED, **facts)

    assert _kinds(records, ref) == [
        ("collection_intended", 2000),
        ("collection_sent", 2000),
        ("collection_authorized", 2000),
        ("capture_intended", 1500),
        ("capture", 1500),
        ("collection_released", 500),
    ]
    with records.transaction() as tx:
        (kept,) = tx.collections(ref)
    assert (kept.state, kept.decided_minor, kept.captured_minor) == (CollectionState.PARTLY_CAPTURED, 1500, 1500)
    assert kept.lapses_at == NOON
    assert records.reads.contradictions() == []


def test_what_was_collected_can_be_refunded(records: SqlRecords, ref: CaseRef) -> None:
    """Collected money is one more payment of the order: refundable up to what came, and by its own name."""
    _plan(records, ref, a_collection(ref, kind=CollectionKind.CHARGE))
    _record(records, ref, CollectionState.CAPTURED, captured_minor=2000, provider_reference="pi_9")
    name = collected_payment_id(ref, 1)

    with records.transaction() as tx:
        assert tx.refundable(MERCHANT, "1001") == {"card": 3000, name: 2000}
        assert tx.payment_reference(MERCHANT, "1001", name) == "pi_9"
        assert [each.reference for each in tx.collected_payments(MERCHANT, "1001")] == ["pi_9"]
        assert tx.find_payment(MERCHANT, ["pi_9"]) is not None
        too_much = a_payout(ref, 2001).model_copy(update={"payment_id": name})
        assert not tx.plan_payouts(ref, [too_much], SYSTEM)
        payout = a_payout(ref, 2000).model_copy(update={"payment_id": name})
        assert tx.plan_payouts(ref, [payout], SYSTEM)
        tx.record_payout(ref, payout.model_copy(update={"state": PayoutState.SETTLED}), SYSTEM)
        assert tx.refundable(MERCHANT, "1001") == {"card": 3000, name: 0}
    assert records.reads.contradictions() == []


def test_an_unknown_payment_has_no_reference(records: SqlRecords, ref: CaseRef) -> None:
    """Nothing is refunded to a payment that the order does not have."""
    with records.transaction() as tx, pytest.raises(NotOnRecord):
        tx.payment_reference(MERCHANT, "1001", "cheque")


def test_an_order_told_again_leaves_what_was_collected(records: SqlRecords, ref: CaseRef) -> None:
    """The shop tells the order anew, with or without our payment: it is counted once, and stays."""
    _plan(records, ref, a_collection(ref))
    _record(records, ref, CollectionState.CAPTURED, captured_minor=2000, provider_reference="pi_9")
    order = an_order(captured=3000)
    ours = Payment(payment_id="exchange", reference="pi_9", captured_minor=2000)

    for told in (
        order.model_copy(update={"note": "x"} if "note" in type(order).model_fields else {"lines": order.lines[:1]}),
        order.model_copy(update={"payments": (*order.payments, ours)}),
    ):
        assert records.put_order(MERCHANT, told).stored
        with records.transaction() as tx:
            assert tx.refundable(MERCHANT, "1001") == {"card": 3000, collected_payment_id(ref, 1): 2000}
    assert records.reads.contradictions() == []


def test_planning_again_changes_nothing(records: SqlRecords, ref: CaseRef) -> None:
    """A step that runs again asks for the same payment, not for a second; another amount under its number is an alarm."""
    _plan(records, ref, a_collection(ref))
    _plan(records, ref, a_collection(ref))
    assert _kinds(records, ref) == [("collection_intended", 2000)]
    with pytest.raises(LedgerContradiction):
        _plan(records, ref, a_collection(ref, amount_minor=1999))


def test_a_decision_stands(records: SqlRecords, ref: CaseRef) -> None:
    """Who decides second changes nothing, and what is over cannot be decided."""
    _plan(records, ref, a_collection(ref))
    _record(records, ref, CollectionState.AUTHORIZED, provider_reference="pi_9")
    assert _decide(records, ref, 0)
    assert not _decide(records, ref, 2000)
    _record(records, ref, CollectionState.RELEASED)
    assert not _decide(records, ref, 2000)
    assert _kinds(records, ref)[-2:] == [("release_intended", 2000), ("collection_released", 2000)]


@pytest.mark.parametrize(
    "facts",
    [
        {"captured_minor": 2001, "provider_reference": "pi_9"},
        {"captured_minor": 2000, "provider_reference": "pi_8"},
        {"captured_minor": 2000, "currency": "EUR"},
    ],
    ids=["above", "another_payment", "another_currency"],
)
def test_what_cannot_be_is_refused(records: SqlRecords, ref: CaseRef, facts: dict[str, Any]) -> None:
    """More than was held, a second payment at the provider or another currency is an alarm, and leaves no trace."""
    _plan(records, ref, a_collection(ref))
    _record(records, ref, CollectionState.AUTHORIZED, provider_reference="pi_9")
    with pytest.raises(LedgerContradiction):
        _record(records, ref, CollectionState.CAPTURED, **facts)
    with records.transaction() as tx:
        assert tx.collection(ref, 1).state is CollectionState.AUTHORIZED
        assert tx.refundable(MERCHANT, "1001") == {"card": 3000}


@pytest.mark.parametrize("values", [{"captured_minor": 2001}, {"decided_minor": 2001}, {"decided_minor": -1}])
def test_the_database_itself_refuses(records: SqlRecords, ref: CaseRef, values: dict[str, int]) -> None:
    """Even a defect of ours cannot charge above what was held."""
    _plan(records, ref, a_collection(ref))
    with pytest.raises(IntegrityError), records.writing() as connection:
        connection.execute(update(collections).values(values))


def test_a_hold_is_renewed_by_one_other(records: SqlRecords, ref: CaseRef) -> None:
    """Two renewals of one hold cannot both be planned; after a declined one another can."""
    _plan(records, ref, a_collection(ref), a_collection(ref, number=2, continues=1))
    with pytest.raises(IntegrityError):
        _plan(records, ref, a_collection(ref, number=3, continues=1))
    with records.transaction() as tx:
        declined = tx.collection(ref, 2).model_copy(update={"state": CollectionState.FAILED})
        tx.record_collection(ref, declined, SYSTEM)
    _plan(records, ref, a_collection(ref, number=3, continues=1))


def test_the_secret_is_kept_only_while_it_is_needed(records: SqlRecords, ref: CaseRef) -> None:
    """The customer's browser can confirm until the payment is over; then nothing can be done with what we keep."""
    _plan(records, ref, a_collection(ref, confirm_by=NOON + timedelta(days=1)))
    _record(records, ref, CollectionState.REQUESTED, provider_reference="pi_9", client_secret="pi_9_secret_x")
    (asked,) = records.reads.money.collections(MERCHANT, "1001")
    assert records.reads.money.client_secret(MERCHANT, ref.rma, 1) == "pi_9_secret_x"
    assert asked.collection.state is CollectionState.REQUESTED
    _record(records, ref, CollectionState.CAPTURED, captured_minor=2000)
    assert records.reads.money.client_secret(MERCHANT, ref.rma, 1) is None
    with records.writing() as connection:
        assert connection.scalar(text("SELECT count(*) FROM collections WHERE client_secret IS NOT NULL")) == 0


def test_money_that_no_payment_holds_is_found(records: SqlRecords, ref: CaseRef) -> None:
    """A charge that a hand in the database made up does not go unseen."""
    _plan(records, ref, a_collection(ref))
    with records.writing() as connection:
        connection.execute(update(collections).values(captured_minor=7))
    (found,) = records.reads.contradictions()
    assert "captured 7, and its payment holds 0" in found.problem


def test_a_hold_is_charged_once(records: SqlRecords, database_url: str) -> None:
    """Forty-eight workers and news tell of the same charge: it counts once, and so does the decision behind it."""
    records.put_order(MERCHANT, an_order(captured=3000))
    ref = records.claim_return(a_claim(), new_rma=rma_numbers(1)).ref
    _plan(records, ref, a_collection(ref))
    _record(records, ref, CollectionState.AUTHORIZED, provider_reference="pi_9")
    assert sum(contenders.contend(database_url, contenders.decide_one_hold)) == 1
    assert sum(contenders.contend(database_url, contenders.charge_one_hold)) == 1
    with records.transaction() as tx:
        decided = tx.collection(ref, 1).decided_minor
        assert tx.refundable(MERCHANT, "1001")[collected_payment_id(ref, 1)] == decided
    counted = Counter(kind for kind, _ in _kinds(records, ref))
    assert (counted["capture_intended"], counted["capture"]) == (1, 1)
    assert records.reads.contradictions() == []
