"""Money from a customer: asked once, charged on the right day, let go when the goods are back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.cases import EventOutcome
from domain.collections import CollectionKind, CollectionState
from domain.money import Money
from domain.payment_events import PaymentEventKind
from tests.builders import MERCHANT
from tests.workflows.house import House
from tests.workflows.till import a_till

DAY = timedelta(days=1)
HOLD, CHARGE = CollectionKind.HOLD, CollectionKind.CHARGE


async def test_the_customer_pays(house: House) -> None:
    """Asked once, confirmed in the browser, told by the provider: paid, and refundable from now on."""
    async with a_till(house, kind=CHARGE, amount_minor=2000) as till:
        await till.until_states(CollectionState.REQUESTED)
        assert house.records.reads.money.client_secret(MERCHANT, till.ref.rma, 1) == "secret_1"
        told = await till.confirm()
        assert told.outcome is EventOutcome.APPLIED
        assert await till.end() == ["captured"]
    assert [call for call, _ in house.collections.calls] == ["request"]
    with house.records.transaction() as tx:
        assert tx.refundable(MERCHANT, "A-1001") == {"card": 2400, f"{till.ref.rma}.1": 2000}
    assert house.records.reads.contradictions() == []
    assert "secret" not in str([each.facts for each in house.records.reads.timeline(MERCHANT, till.ref.rma)])


async def test_nobody_pays(house: House) -> None:
    """After a day it is withdrawn at the provider, and nothing can be paid any more."""
    async with a_till(house, kind=CHARGE) as till:
        await till.until_states(CollectionState.REQUESTED)
        await till.pass_time(DAY - timedelta(hours=1))
        assert till.states() == ["requested"]
        await till.pass_time(timedelta(hours=2))
        assert await till.end() == ["expired"]
    assert [call for call, _ in house.collections.calls] == ["request", "cancel"]
    assert house.collections.captured() == []


async def test_the_customer_pays_in_the_last_moment(house: House) -> None:
    """Paid, but its news never came: before it is given up the provider is asked, and the payment counts."""
    async with a_till(house, kind=CHARGE) as till:
        await till.until_states(CollectionState.REQUESTED)
        house.collections.confirm(till.collections()[0].key)
        await till.pass_time(DAY + timedelta(hours=1))
        assert await till.end() == ["captured"]
    assert house.collections.captured() == [5000]


async def test_a_declined_card_may_be_followed_by_another(house: House) -> None:
    """A customer whose card was declined may try the next one until the time is over."""
    async with a_till(house, kind=CHARGE) as till:
        await till.until_states(CollectionState.REQUESTED)
        await till.tell(PaymentEventKind.COLLECTION_DECLINED, till.collections()[0], reason="insufficient_funds")
        assert till.states() == ["requested"]
        assert "collection.declined" in house.timeline(till.ref)
        await till.confirm()
        assert await till.end() == ["captured"]


async def test_the_customer_changes_their_mind(house: House) -> None:
    """What was asked is withdrawn at once."""
    async with a_till(house, kind=CHARGE) as till:
        await till.until_states(CollectionState.REQUESTED)
        await till.handle.signal("withdraw")
        assert await till.end() == ["released"]
    assert [call for call, _ in house.collections.calls] == ["request", "cancel"]


@pytest.mark.parametrize(("owed", "state", "taken"), [(5000, "captured", [5000]), (1200, "partly_captured", [1200])])
async def test_a_hold_is_charged_on_the_day(house: House, owed: int, state: str, taken: list[int]) -> None:
    """Nothing came back by the deadline, or less or worse: charged that day, once, not a day before."""
    plan = {"kind": HOLD, "instrument": "pm_1", "settled_after": 5 * DAY, "owed_minor": owed}
    async with a_till(house, **plan) as till:
        await till.until_states(CollectionState.AUTHORIZED)
        await till.pass_time(5 * DAY - timedelta(hours=1))
        assert house.collections.captured() == []
        await till.pass_time(timedelta(hours=2))
        assert await till.end() == [state]
    assert house.collections.captured() == taken
    assert [call for call, _ in house.collections.calls] == ["request", "find", "capture"]


async def test_a_hold_is_let_go(house: House) -> None:
    """Everything came back: nobody is charged."""
    async with a_till(house, kind=HOLD, instrument="pm_1", settled_after=DAY, owed_minor=0) as till:
        await till.until_states(CollectionState.AUTHORIZED)
        await till.pass_time(2 * DAY)
        assert await till.end() == ["released"]
    assert house.collections.captured() == []


async def test_a_confirmed_hold_knows_how_long_it_stands(house: House) -> None:
    """The provider's news does not say until when: it is asked, and the card can be charged again later."""
    async with a_till(house, kind=HOLD, settled_after=DAY, owed_minor=5000) as till:
        await till.until_states(CollectionState.REQUESTED)
        await till.confirm()
        await till.until_states(CollectionState.AUTHORIZED)
        (hold,) = till.collections()
        assert hold.lapses_at is not None
        assert hold.instrument == "pm_card_visa"
        await till.pass_time(2 * DAY)
        assert await till.end() == ["captured"]


async def test_a_long_hold_is_renewed(house: House) -> None:
    """The goods have twenty days and a hold stands for seven: renewed twice, each old one let go, charged once."""
    async with a_till(house, kind=HOLD, instrument="pm_1", settled_after=19 * DAY, owed_minor=5000) as till:
        await till.until_states(CollectionState.AUTHORIZED)
        await till.pass_time(6 * DAY + timedelta(hours=1))
        await till.until_states(CollectionState.RELEASED, CollectionState.AUTHORIZED)
        await till.pass_time(6 * DAY + timedelta(hours=1))
        released = CollectionState.RELEASED
        await till.until_states(released, released, CollectionState.AUTHORIZED)
        await till.pass_time(7 * DAY)
        states = await till.end()
    assert house.collections.captured() == [5000]
    assert states.count("captured") == 1


async def test_a_renewal_is_declined(house: House) -> None:
    """The old hold stands until it lapses; on the day the card is charged without one."""
    async with a_till(house, kind=HOLD, instrument="pm_1", settled_after=10 * DAY, owed_minor=5000) as till:
        await till.until_states(CollectionState.AUTHORIZED)
        house.collections.decline_next()
        await till.pass_time(6 * DAY + timedelta(hours=1))
        await till.until_states(CollectionState.AUTHORIZED, CollectionState.FAILED)
        first = till.collections()[0]
        house.collections.lapse(first.key)
        await till.tell(PaymentEventKind.COLLECTION_CANCELLED, first)
        assert till.states() == ["expired", "failed"]
        await till.pass_time(4 * DAY)
        assert await till.end() == ["expired", "failed", "captured"]
    assert house.collections.captured() == [5000]


async def test_a_hold_lapsed_before_its_charge(house: House) -> None:
    """Nobody told us that the hold was gone: the charge finds out, and the card is charged instead, once."""
    async with a_till(house, kind=HOLD, instrument="pm_1", settled_after=2 * DAY, owed_minor=3000) as till:
        await till.until_states(CollectionState.AUTHORIZED)
        house.collections.lapse(till.collections()[0].key)
        await till.pass_time(3 * DAY)
        assert await till.end() == ["expired", "captured"]
    assert house.collections.captured() == [3000]
    assert [call for call, _ in house.collections.calls] == ["request", "find", "request"]


async def test_a_declined_charge(house: House) -> None:
    """A card that is charged without the customer and declined is not asked again by itself."""
    house.collections.decline_next("authentication_required")
    async with a_till(house, kind=CHARGE, instrument="pm_1") as till:
        assert await till.end() == ["failed"]
    (failed,) = till.collections()
    assert failed.failure.startswith("authentication_required")
    assert len(house.collections.calls) == 1


async def test_the_same_news_again(house: House) -> None:
    """The provider tells twice, and of others' payments too: paid once, the rest is none of our business."""
    async with a_till(house, kind=CHARGE, settled_after=DAY) as till:
        await till.until_states(CollectionState.REQUESTED)
        await till.confirm()
        (paid,) = till.collections()
        again = await till.tell(PaymentEventKind.COLLECTION_CAPTURED, paid)
        late = await till.tell(PaymentEventKind.COLLECTION_CANCELLED, paid)
        other = await till.tell(PaymentEventKind.COLLECTION_CAPTURED, paid, key="somebody:else")
        forged = await till.tell(PaymentEventKind.COLLECTION_CAPTURED, paid, reference="pi_other")
        outcomes = [again.outcome, late.outcome, other.outcome, forged.outcome]
        assert outcomes == [EventOutcome.REPEATED, EventOutcome.REPEATED, EventOutcome.KEPT, EventOutcome.PARKED]
        assert till.states() == ["captured"]
        await till.handle.terminate()


async def test_the_provider_charges_more_than_was_held(house: House) -> None:
    """What cannot be is not written into the ledger: a person looks."""
    async with a_till(house, kind=HOLD, instrument="pm_1", settled_after=DAY) as till:
        await till.until_states(CollectionState.AUTHORIZED)
        (hold,) = till.collections()
        told = await till.tell(PaymentEventKind.COLLECTION_CAPTURED, hold, amount=Money(minor=5001, currency="GBP"))
        assert (told.outcome, told.code) == (EventOutcome.PARKED, "ledger_contradiction")
        assert till.states() == ["authorized"]
        assert "collection.alarm" in house.timeline(till.ref)
        await till.handle.terminate()
