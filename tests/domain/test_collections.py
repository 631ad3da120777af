"""One movement of money from a customer: what is due, what the provider's answers mean, and that it only moves on."""

from __future__ import annotations

import pytest

from domain.cases import CollectionAct, DueCollection
from domain.collection_answers import take_answer
from domain.collection_port import CollectionStatus, ProviderCollection
from domain.collections import (
    FORWARD,
    Collection,
    CollectionState,
    due_acts,
    ended_state,
)
from tests.domain.collecting import DAY, NOON, a_collection, a_request, an_answer


@pytest.mark.parametrize(
    ("collection", "due"),
    [
        (a_request(state=CollectionState.PLANNED), DueCollection(number=1, act=CollectionAct.REQUEST)),
        (a_request(state=CollectionState.UNKNOWN), DueCollection(number=1, act=CollectionAct.REQUEST)),
        (a_request(state=CollectionState.UNKNOWN, decided_minor=0), DueCollection(number=1, act=CollectionAct.REQUEST)),
        (a_request(), DueCollection(number=1, act=CollectionAct.EXPIRE, at=NOON + DAY)),
        (a_request(decided_minor=0), DueCollection(number=1, act=CollectionAct.RELEASE)),
        (a_request(state=CollectionState.CAPTURED), None),
        (a_collection(), None),
        (a_collection(needed_until=NOON + 6 * DAY), None),
        (
            a_collection(needed_until=NOON + 10 * DAY),
            DueCollection(number=1, act=CollectionAct.RENEW, at=NOON + 6 * DAY),
        ),
        (a_collection(needed_until=NOON + 10 * DAY, instrument=""), None),
        (a_collection(decided_minor=100), DueCollection(number=1, act=CollectionAct.CAPTURE)),
        (a_collection(decided_minor=0), DueCollection(number=1, act=CollectionAct.RELEASE)),
        (a_collection(decided_minor=100, state=CollectionState.EXPIRED), None),
        (a_collection(decided_minor=100, state=CollectionState.MISMATCHED), None),
    ],
)
def test_what_is_due(collection: Collection, due: DueCollection | None) -> None:
    """Doubt is cleared up before anything else; a decision is carried out; what nobody confirmed ends in time."""
    assert due_acts([collection]) == (() if due is None else (due,))


@pytest.mark.parametrize(
    ("collection", "answer", "state"),
    [
        (a_collection(state=CollectionState.SENT), an_answer(CollectionStatus.REQUESTED), CollectionState.REQUESTED),
        (a_collection(state=CollectionState.SENT), an_answer(CollectionStatus.AUTHORIZED), CollectionState.AUTHORIZED),
        (a_collection(), an_answer(CollectionStatus.CAPTURED, captured=5000), CollectionState.CAPTURED),
        (a_collection(), an_answer(CollectionStatus.CAPTURED, captured=4999), CollectionState.PARTLY_CAPTURED),
        (a_collection(), an_answer(CollectionStatus.CANCELLED), CollectionState.EXPIRED),
        (a_collection(decided_minor=0), an_answer(CollectionStatus.CANCELLED), CollectionState.RELEASED),
        (a_collection(decided_minor=100), an_answer(CollectionStatus.CANCELLED), CollectionState.EXPIRED),
        (a_collection(), an_answer(CollectionStatus.DECLINED), CollectionState.FAILED),
        (a_collection(), an_answer(CollectionStatus.CAPTURED, minor=1, captured=1), CollectionState.MISMATCHED),
    ],
)
def test_what_the_provider_says(collection: Collection, answer: ProviderCollection, state: CollectionState) -> None:
    """Each answer means one state; another amount under our key is an alarm, never taken as paid."""
    told = take_answer(collection, answer, at=NOON)

    assert told.state is state
    assert told.captured_minor == (answer.captured.minor if state is not CollectionState.MISMATCHED else 0)


def test_an_unexpected_charge_is_an_alarm() -> None:
    """A hold of which more was charged than was decided says so."""
    told = take_answer(a_collection(decided_minor=100), an_answer(CollectionStatus.CAPTURED, captured=5000), at=NOON)

    assert "ALARM" in told.failure
    assert (
        take_answer(
            a_collection(decided_minor=100), an_answer(CollectionStatus.CAPTURED, captured=100), at=NOON
        ).failure
        == ""
    )


def test_too_late_and_withdrawn_are_told_apart() -> None:
    """A payment cancelled before its time was withdrawn; after it, nobody confirmed."""
    assert ended_state(a_request(), NOON) is CollectionState.RELEASED
    assert ended_state(a_request(), NOON + DAY) is CollectionState.EXPIRED


def test_news_only_moves_forward() -> None:
    """No later news makes a charged customer uncharged, and no final state waits again."""
    assert all(state in FORWARD for state in CollectionState)
    for state, later in FORWARD.items():
        assert state not in later
    assert FORWARD[CollectionState.CAPTURED] == frozenset()
    assert CollectionState.REQUESTED not in FORWARD[CollectionState.EXPIRED]
    assert CollectionState.CAPTURED in FORWARD[CollectionState.FAILED], "money that came after all counts"
