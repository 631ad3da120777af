"""Promises as tests of records need them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.cases import CaseRef
from domain.promises.models import Promise, PromiseKind
from records.database import SqlRecords
from tests.records.builders import MERCHANT, NOON, SHOP, a_case, an_order

DAY = timedelta(days=1)


def a_promise(number: int = 1, *, days: int = 3, **changes: Any) -> Promise:
    """A refund that the customer was told at noon."""
    values: dict[str, Any] = {"kind": PromiseKind.REFUND_BY, "warn_at": NOON + (days - 1) * DAY}
    return Promise(
        number=number,
        due_at=NOON + days * DAY,
        told_at=NOON,
        told_by=SHOP,
        policy_version=1,
        **(values | changes),
    )


def told(records: SqlRecords, *promises: Promise) -> CaseRef:
    """The customer of a case was told these."""
    records.put_order(MERCHANT, an_order(quantity=9))
    ref = a_case(records)
    keep(records, ref, *promises)
    return ref


def keep(records: SqlRecords, ref: CaseRef, *promises: Promise) -> None:
    """They are on record."""
    with records.transaction() as tx:
        tx.case(ref)
        tx.keep_promises(ref, "1001", promises)
