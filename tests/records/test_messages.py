"""What arrives is kept once and never dropped; what leaves is written with its change; keys open only their merchant."""

from __future__ import annotations

from datetime import timedelta

from domain.cases import SYSTEM, Actor, EventOutcome, Role
from records.database import SqlRecords
from records.models import ClaimOutcome
from tests.records.builders import MERCHANT, NOON, a_case, an_event, an_order

LATER = timedelta(days=365)


def test_an_event_is_kept_once(records: SqlRecords) -> None:
    """A scanner that sends twice is heard once; the same id for other news is a mistake that is told."""
    event = an_event()
    assert records.keep_event(event, body_hash="1").outcome is ClaimOutcome.CLAIMED
    again = records.keep_event(event.model_copy(update={"received_at": NOON + LATER}), body_hash="1")
    assert (again.outcome, again.event, again.answer) == (ClaimOutcome.KNOWN, event, None)
    assert records.keep_event(event, body_hash="2").outcome is ClaimOutcome.CONFLICT
    elsewhere = event.model_copy(update={"rma": "3333-3333"})
    assert records.keep_event(elsewhere, body_hash="1").outcome is ClaimOutcome.CONFLICT


def test_an_event_has_one_outcome(records: SqlRecords) -> None:
    """Whoever asks again what became of an event hears what the first was told."""
    records.keep_event(an_event(), body_hash="1")
    with records.transaction() as tx:
        assert tx.event("evt_1") == an_event()
        assert tx.event("evt_2") is None
        assert tx.event_outcome("evt_1") is None
        tx.settle_event("evt_1", EventOutcome.APPLIED, "applied", "Taken in.")
        tx.settle_event("evt_1", EventOutcome.REFUSED, "late", "Too late.")
        assert tx.event_outcome("evt_1") == (EventOutcome.APPLIED, "applied", "Taken in.")
    kept = records.reads.event(MERCHANT, "evt_1")
    assert kept is not None
    assert kept.answer is not None
    assert kept.answer.outcome is EventOutcome.APPLIED
    assert records.reads.event("other", "evt_1") is None


def test_news_that_no_case_takes_waits_for_a_person(records: SqlRecords) -> None:
    """A parcel for a closed return is not forgotten: it is in the list of parked news and on the timeline."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    records.keep_event(an_event(rma=ref.rma), body_hash="1")
    for _repeated in range(2):
        records.park_event("evt_1", code="case_closed", detail="The return is closed.")
    (parked,) = records.reads.parked_events(MERCHANT)
    assert parked.event.event_id == "evt_1"
    assert [each.event for each in records.reads.timeline(MERCHANT, ref.rma)] == ["return.requested", "event.parked"]
    assert records.reads.parked_events("other") == []
    assert records.release_event("evt_1")
    assert not records.release_event("evt_1")
    assert records.reads.parked_events(MERCHANT) == []


def test_news_about_an_unknown_rma_is_parked_too(records: SqlRecords) -> None:
    """A label that nobody knows is a parcel in somebody's hands."""
    records.keep_event(an_event(rma="9999-9999"), body_hash="1")
    records.park_event("evt_1", code="unknown_rma", detail="No case has this RMA.")
    assert len(records.reads.parked_events(MERCHANT)) == 1


def test_an_applied_event_is_not_parked(records: SqlRecords) -> None:
    """A pump that comes late does not put aside what was done meanwhile."""
    records.keep_event(an_event(), body_hash="1")
    records.settle_event("evt_1", EventOutcome.APPLIED, "applied", "")
    records.park_event("evt_1", code="case_closed", detail="")
    assert records.reads.parked_events(MERCHANT) == []


def test_a_key_opens_its_merchant_until_it_is_revoked(records: SqlRecords) -> None:
    """A key stands for one actor of one shop; nobody can read it again; a revoked key opens nothing."""
    actor = Actor(name="warehouse-app", role=Role.WAREHOUSE)
    key, holder = records.add_api_key(MERCHANT, actor)
    found = records.reads.key_holder(key)
    assert found == holder
    assert (holder.merchant, holder.actor) == (MERCHANT, actor)
    assert key not in str(records.reads.api_keys(MERCHANT))
    assert records.reads.key_holder(key + "x") is None
    assert not records.revoke_api_key("other", holder.key_id)
    assert records.revoke_api_key(MERCHANT, holder.key_id)
    assert not records.revoke_api_key(MERCHANT, holder.key_id)
    assert records.reads.key_holder(key) is None


def test_a_given_key_is_added_once(records: SqlRecords) -> None:
    """The keys that a first start prints are the same after a second start."""
    _, first = records.add_api_key(MERCHANT, SYSTEM, key="demo-key-of-the-console")
    _, again = records.add_api_key(MERCHANT, SYSTEM, key="demo-key-of-the-console")
    assert first == again
    assert len(records.reads.api_keys(MERCHANT)) == 1
