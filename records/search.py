"""Lists of returns: filters, search, and pages that cost the same however many cases there are."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import Column, ColumnElement, CompoundSelect, Select, literal, literal_column, select, tuple_, union

from domain.cases import CaseKind, WaitingFor
from domain.policies import Signal
from domain.rma import MalformedRma, parse_rma
from records.cases import IS_RETURN
from records.models import Record, StoredReturn
from records.statements import plain, unindexed
from records.tables import cases, order_tracking, orders, return_parcels, return_signals


class BadCursor(ValueError):
    """The cursor is not one that a page of this list ended with."""


class CaseFilter(Record):
    """Which cases of one kind a list shows; all that is given must hold."""

    state: str | None = None
    waiting_for: WaitingFor | None = None
    order_id: str | None = None
    open: bool | None = None


class ReturnFilter(Record):
    """Which returns a list shows; all that is given must hold. The dates are those of the request, the last excluded."""

    kind: CaseKind | None = None
    state: str | None = None
    waiting_for: WaitingFor | None = None
    order_id: str | None = None
    customer_id: str | None = None
    requested_from: AwareDatetime | None = None
    requested_before: AwareDatetime | None = None
    signal: Signal | None = None
    search: str | None = None
    for_buyer: bool = False


class ReturnPage(Record):
    """Some returns, newest request first, and where the next page begins; None at the end."""

    returns: tuple[StoredReturn, ...]
    next_cursor: str | None


def select_returns(
    columns: tuple[Any, ...], merchant: str, wanted: ReturnFilter, *, limit: int, cursor: str | None
) -> Select[Any]:
    """The statement of one page with one row more, which tells whether there is a next. Raises BadCursor."""
    # What a search finds is few and sorted by hand; everything else is read in the order of an index.
    requested_at, rma = _columns_of_order(unindexed if wanted.search is not None else _as_is)
    query = select(*columns).where(cases.c.merchant == merchant, _of_kind(wanted.kind), *_conditions(merchant, wanted))
    if wanted.for_buyer:
        query = query.where(cases.c.for_recipient.is_(False))
    if wanted.requested_from is not None:
        query = query.where(requested_at >= wanted.requested_from)
    if wanted.requested_before is not None:
        query = query.where(requested_at < wanted.requested_before)
    if cursor is not None:
        place = tuple_(requested_at, rma, types=[cases.c.requested_at.type, cases.c.rma.type])
        query = query.where(place < read_cursor(cursor))
    return query.order_by(requested_at.desc(), rma.desc()).limit(limit + 1)


def _of_kind(kind: CaseKind | None) -> ColumnElement[bool]:
    if kind is CaseKind.EXCHANGE:
        # Spelled as in the partial index of exchanges, which are few beside the returns.
        return cases.c.kind == literal_column("'exchange'")
    return IS_RETURN


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


def _conditions(merchant: str, wanted: ReturnFilter) -> Iterator[ColumnElement[bool]]:
    """The narrowest condition may use its index, the wider ones only check the few rows that it leaves."""
    by_width = (
        (cases.c.order_id, wanted.order_id),
        (cases.c.customer_id, wanted.customer_id),
        (cases.c.state, wanted.state),
        (cases.c.waiting_for, wanted.waiting_for and str(wanted.waiting_for)),
    )
    is_narrow = wanted.search is not None
    if wanted.search is not None:
        yield cases.c.rma.in_(_hits(merchant, plain(wanted.search).strip()))
    if wanted.signal is not None:
        yield cases.c.rma.in_(_noticed(merchant, wanted.signal))
    for column, value in by_width:
        if value is not None:
            yield (unindexed(column) if is_narrow else column) == plain(value)
            is_narrow = is_narrow or column.name in ("order_id", "customer_id")


def _columns_of_order(spell: Callable[[Column[Any]], ColumnElement[Any]]) -> tuple[ColumnElement[Any], ...]:
    return spell(cases.c.requested_at), spell(cases.c.rma)


def _as_is(column: Column[Any]) -> ColumnElement[Any]:
    return column


def _noticed(merchant: str, signal: Signal) -> Select[Any]:
    """RMAs of the returns on which the signal was seen."""
    table = return_signals.c
    return select(table.rma).where(table.merchant == merchant, table.signal == str(signal))


def _hits(merchant: str, text: str) -> CompoundSelect[Any]:
    """RMAs of cases that the text names: by RMA, order, e-mail of the customer, or number of a parcel either way."""
    of_merchant = select(cases.c.rma).where(cases.c.merchant == merchant)
    found = [
        of_merchant.where(cases.c.order_id.in_(_orders_named(merchant, text))),
        select(return_parcels.c.rma).where(
            return_parcels.c.merchant == merchant, return_parcels.c.tracking_number == text
        ),
    ]
    with suppress(MalformedRma):
        found.append(of_merchant.where(cases.c.rma == parse_rma(text)))
    return union(*found)


def _orders_named(merchant: str, text: str) -> CompoundSelect[Any]:
    found = [
        select(literal(text)),
        select(order_tracking.c.order_id).where(
            order_tracking.c.merchant == merchant, order_tracking.c.tracking_number == text
        ),
    ]
    if "@" in text:
        found.append(select(orders.c.order_id).where(orders.c.merchant == merchant, orders.c.email == text.lower()))
    return union(*found)
