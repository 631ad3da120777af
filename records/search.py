"""Lists of returns: filters, search, and pages that cost the same however many cases there are."""

from __future__ import annotations

import base64
import binascii
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, CompoundSelect, Select, Table, literal_column, select, tuple_, union

from domain.cases import WaitingFor
from domain.rma import MalformedRma, parse_rma
from records.models import Record, StoredReturn
from records.statements import plain
from records.tables import UtcDateTime, cases, order_tracking, orders

# Spelled as in the partial index: a bound value would keep the planner from using it.
_IS_SHIPPED = cases.c.tracking_number != literal_column("''")


class BadCursor(ValueError):
    """The cursor is not one that a page of this list ended with."""


class ReturnFilter(Record):
    """Which returns a list shows; all that is given must hold. The dates are those of the request, the last excluded."""

    state: str | None = None
    waiting_for: WaitingFor | None = None
    order_id: str | None = None
    customer_id: str | None = None
    requested_from: AwareDatetime | None = None
    requested_before: AwareDatetime | None = None
    search: str | None = None


class ReturnPage(Record):
    """Some returns, newest request first, and where the next page begins; None at the end."""

    returns: tuple[StoredReturn, ...]
    next_cursor: str | None


def select_returns(
    columns: tuple[Any, ...], merchant: str, wanted: ReturnFilter, *, limit: int, cursor: str | None
) -> Select[Any]:
    """The statement of one page with one row more, which tells whether there is a next. Raises BadCursor."""
    query = select(*columns).where(cases.c.merchant == merchant, *_conditions(merchant, wanted))
    if cursor is not None:
        requested_at, rma = read_cursor(cursor)
        place = tuple_(cases.c.requested_at, cases.c.rma, types=[UtcDateTime(), cases.c.rma.type])
        query = query.where(place < (requested_at, rma))
    return query.order_by(cases.c.requested_at.desc(), cases.c.rma.desc()).limit(limit + 1)


def make_cursor(requested_at: datetime, rma: str) -> str:
    """A text that names a place in the list and can stand in an address."""
    return base64.urlsafe_b64encode(f"{requested_at.isoformat()}|{rma}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """The place that the cursor names. Raises BadCursor."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, rma = text.split("|")
        requested_at = datetime.fromisoformat(moment)
    except (ValueError, binascii.Error):
        raise BadCursor("the cursor is not one that this list gave out; leave it away to start again") from None
    if requested_at.tzinfo is None or "\x00" in rma:
        raise BadCursor("the cursor is not one that this list gave out; leave it away to start again")
    return requested_at, rma


def _conditions(merchant: str, wanted: ReturnFilter) -> list[ColumnElement[bool]]:
    exact = {
        cases.c.state: wanted.state,
        cases.c.waiting_for: wanted.waiting_for and str(wanted.waiting_for),
        cases.c.order_id: wanted.order_id,
        cases.c.customer_id: wanted.customer_id,
    }
    conditions = [column == plain(value) for column, value in exact.items() if value is not None]
    if wanted.requested_from is not None:
        conditions.append(cases.c.requested_at >= wanted.requested_from)
    if wanted.requested_before is not None:
        conditions.append(cases.c.requested_at < wanted.requested_before)
    if wanted.search is not None:
        conditions.append(cases.c.rma.in_(_hits(merchant, plain(wanted.search).strip())))
    return conditions


def _hits(merchant: str, text: str) -> CompoundSelect[Any]:
    """RMAs of cases that the text names: by RMA, order, e-mail of the customer, or number of a parcel either way."""
    found = [
        select(cases.c.rma).where(cases.c.merchant == merchant, cases.c.order_id == text),
        select(cases.c.rma).where(cases.c.merchant == merchant, cases.c.tracking_number == text, _IS_SHIPPED),
        _of_orders(order_tracking, merchant, order_tracking.c.tracking_number == text),
    ]
    if "@" in text:
        found.append(_of_orders(orders, merchant, orders.c.email == text.lower()))
    with suppress(MalformedRma):
        found.append(select(cases.c.rma).where(cases.c.merchant == merchant, cases.c.rma == parse_rma(text)))
    return union(*found)


def _of_orders(table: Table, merchant: str, named: ColumnElement[bool]) -> Select[Any]:
    same_order = (cases.c.merchant == table.c.merchant) & (cases.c.order_id == table.c.order_id)
    return select(cases.c.rma).join_from(table, cases, same_order).where(table.c.merchant == merchant, named)
