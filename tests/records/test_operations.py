"""What engineers and operators ask across shops is answered from both databases alike."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from domain.cases import SYSTEM, CaseRef, EventOutcome
from domain.payouts import PayoutState
from records.database import SqlRecords
from records.operations import (
    case_events,
    case_standing,
    count_given_up,
    count_parked,
    parked_events,
    stuck_payouts,
)
from tests.records.builders import MERCHANT, NOON, SHOP, a_case, a_payout, a_policy, an_event, an_order

HOUR = timedelta(hours=1)


def a_parked_event(records: SqlRecords, event_id: str, *, merchant: str = MERCHANT, hours: int = 0) -> None:
    """News that waits for a person."""
    records.keep_event(an_event(event_id, merchant=merchant, at=NOON + hours * HOUR), body_hash="x")
    records.park_event(event_id, code="unknown_return", detail="No return of this number is known.")


def test_standing(records: SqlRecords) -> None:
    """A case is found with where it stands; another shop's is not."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)

    with records.reads.reading() as connection:
        found = case_standing(connection, MERCHANT, ref.rma)
        assert case_standing(connection, "elsewhere", ref.rma) is None

    assert found is not None
    assert (found.ref, found.order_id, found.progress.state, found.version) == (ref, "1001", "requested", 1)
    assert (found.opened_by, found.opened_at) == (SHOP.name, NOON)


def test_events_of_a_case(records: SqlRecords) -> None:
    """Everything that arrived for a case stands in order, with how far each came."""
    ref = CaseRef(merchant=MERCHANT, rma="2222-2222")
    for number, event_id in enumerate(("evt_b", "evt_a")):
        records.keep_event(an_event(event_id, at=NOON + number * HOUR), body_hash="x")
    records.keep_event(an_event("evt_other", rma="3333-3333"), body_hash="x")
    records.mark_delivered("evt_b")
    records.settle_event("evt_a", EventOutcome.REFUSED, "too_late", "The parcel came before.")

    with records.reads.reading() as connection:
        told, refused = case_events(connection, ref)

    assert (told.event_id, told.outcome, told.attempts, told.delivered_at is not None) == ("evt_b", None, 1, True)
    assert (refused.event_id, refused.outcome, refused.code) == ("evt_a", EventOutcome.REFUSED, "too_late")


def test_parked(records: SqlRecords) -> None:
    """Parked news is listed oldest first, of one shop or of all, and counted for each."""
    records.put_policy("elsewhere", a_policy())
    a_parked_event(records, "evt_2", hours=2)
    a_parked_event(records, "evt_1", hours=1)
    a_parked_event(records, "evt_3", merchant="elsewhere", hours=3)
    records.keep_event(an_event("evt_fine"), body_hash="x")

    with records.reads.reading() as connection:
        everywhere = [event.event_id for event in parked_events(connection, limit=10)]
        here = [event.event_id for event in parked_events(connection, merchant=MERCHANT, limit=1)]
        counts = count_parked(connection)

    assert (everywhere, here) == (["evt_1", "evt_2", "evt_3"], ["evt_1"])
    assert counts == {MERCHANT: 2, "elsewhere": 1}


def test_messages_given_up(records: SqlRecords) -> None:
    """Only a message that was tried and refused counts as given up, not one for a shop without an address."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    with records.transaction() as transaction:
        transaction.announce(ref, "return.authorized", {})
        transaction.announce(ref, "return.closed", {})
    later = NOON + timedelta(days=36500)
    tried, untried = records.queues.lease_messages(later, until=later, limit=10)
    records.queues.delay_message(tried.message_id, until=NOON, error="HTTP 500")
    for message in (tried, untried):
        records.queues.mark_kept([message.message_id], reason="given up")

    with records.reads.reading() as connection:
        assert count_given_up(connection) == {MERCHANT: 1}


def test_stuck_payouts(records: SqlRecords) -> None:
    """A payout is stuck when it has been in one of the named states since before that time."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    with records.transaction() as transaction:
        transaction.plan_payouts(ref, (a_payout(ref, 500),), SYSTEM)
    with records.writing() as connection:
        connection.execute(text("UPDATE payouts SET state = 'unknown'"))

    with records.reads.reading() as connection:
        states = (str(PayoutState.UNKNOWN),)
        (stuck,) = stuck_payouts(connection, states, before=NOON + timedelta(days=36500), limit=5)
        assert stuck_payouts(connection, states, before=NOON - timedelta(days=36500), limit=5) == []
        assert stuck_payouts(connection, ("sent",), before=NOON + timedelta(days=36500), limit=5) == []

    assert (stuck.ref, stuck.number, stuck.state) == (ref, 1, "unknown")
