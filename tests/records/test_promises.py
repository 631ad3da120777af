"""Promises on record: kept with their case, listed page by page, counted by the date that was promised."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.errors import UnknownCase
from domain.policies import StatutePack
from domain.promises.models import DuePromise, PromiseKind, PromiseState
from records.database import SqlRecords
from records.promises import PromiseFilter, PromiseTotal, count_broken
from records.search import BadCursor
from tests.records.builders import MERCHANT, NOON
from tests.records.promising import a_promise, keep, told

DAY = timedelta(days=1)


def due(records: SqlRecords, now: datetime) -> list[DuePromise]:
    """What dispatch looks at then."""
    return records.queues.due_promises(now, limit=10)


def test_kept_as_it_was_told(records: SqlRecords) -> None:
    """What is read is what was kept, also after it changed."""
    first = a_promise(law=StatutePack.EU_WITHDRAWAL)
    ref = told(records, first, a_promise(2))
    changed = first.model_copy(update={"state": PromiseState.REPLACED, "ended_at": NOON + DAY, "replaced_by": 2})
    keep(records, ref, changed)
    with records.transaction() as tx:
        assert tx.promises(ref) == (changed, a_promise(2))
    assert [(each.order_id, each.promise) for each in records.reads.promises.of_case(MERCHANT, ref.rma)] == [
        ("1001", changed),
        ("1001", a_promise(2)),
    ]
    with pytest.raises(UnknownCase):
        records.reads.promises.of_case("elsewhere", ref.rma)


def test_what_is_due(records: SqlRecords) -> None:
    """A promise is looked at for its warning, then for its date, then no more; a customer's never."""
    ref = told(records, a_promise(), a_promise(2, kind=PromiseKind.PARCEL_BY, warn_at=None))
    assert due(records, NOON + DAY) == []
    assert due(records, NOON + 2 * DAY) == [DuePromise(ref=ref, number=1)]
    warned = a_promise(state=PromiseState.AT_RISK, warned_at=NOON + 2 * DAY)
    keep(records, ref, warned)
    assert due(records, NOON + 2 * DAY) == []
    assert due(records, NOON + 3 * DAY) == [DuePromise(ref=ref, number=1)]
    keep(records, ref, warned.model_copy(update={"state": PromiseState.KEPT}))
    assert due(records, NOON + 9 * DAY) == []


def test_pages(records: SqlRecords) -> None:
    """The soonest date first, each promise once, whatever the size of the page."""
    ref = told(records, *(a_promise(number, days=5 - number // 2) for number in range(1, 6)))
    seen, cursor = [], None
    for _ in range(3):
        page = records.reads.promises.promises(MERCHANT, limit=2, cursor=cursor)
        seen += [each.promise.number for each in page.promises]
        cursor = page.next_cursor
    assert (seen, cursor) == ([4, 5, 2, 3, 1], None)
    assert records.reads.promises.promises("elsewhere").promises == ()
    for bad in ("?", "MjAyNg", "x" * 200):
        with pytest.raises(BadCursor):
            records.reads.promises.promises(MERCHANT, cursor=bad)
    of_case = records.reads.promises.promises(MERCHANT, PromiseFilter(rma=ref.rma, order_id="1001"))
    assert len(of_case.promises) == 5


def test_counted(records: SqlRecords) -> None:
    """Kept and broken are counted by the date that was promised; one that is at risk is still open."""
    made = (
        a_promise(1, state=PromiseState.KEPT, kept_at=NOON, ended_at=NOON),
        a_promise(2, state=PromiseState.BROKEN, broken_at=NOON),
        a_promise(3, state=PromiseState.BROKEN, broken_at=NOON, ended_at=NOON, days=9),
        a_promise(4, state=PromiseState.AT_RISK),
        a_promise(5),
        a_promise(6, kind=PromiseKind.PARCEL_BY, state=PromiseState.BROKEN, broken_at=NOON),
    )
    told(records, *made)
    refunds = PromiseTotal(kind=PromiseKind.REFUND_BY, kept=1, broken=2, open=2, at_risk=1)
    parcels = PromiseTotal(kind=PromiseKind.PARCEL_BY, broken=1)
    sums = records.reads.promises.totals
    assert sums(MERCHANT) == [refunds, parcels]
    assert sums(MERCHANT, end=NOON + 9 * DAY) == [refunds.model_copy(update={"broken": 1}), parcels]
    assert sums(MERCHANT, start=NOON + 9 * DAY) == [PromiseTotal(kind=PromiseKind.REFUND_BY, broken=1)]
    assert sums("elsewhere") == []
    waiting = records.reads.promises.promises(MERCHANT, PromiseFilter(state=PromiseState.BROKEN, outstanding=True))
    assert [each.promise.number for each in waiting.promises] == [2, 6]
    with records.reads.reading() as connection:
        assert count_broken(connection) == {MERCHANT: 1}
