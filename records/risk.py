"""Histories of accounts: kept with orders and cases, summed by index for whoever decides; and the lists of a shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select, text, update

from domain.cases import Actor, CaseRef
from domain.orders import Order
from domain.policies import AbuseRules, Signal
from domain.returns.risks import ReturnStake
from domain.risk.accounts import MarkKind, account_of, purchase_of
from domain.risk.models import Listing, ListKind, RiskHistory
from records.statements import insert_or, plain
from records.tables import account_marks, listings, purchases, return_signals, return_stakes

_CHUNK = 500


def keep_purchases(connection: Connection, merchant: str, orders: Sequence[Order], *, replace: bool = False) -> None:
    """The orders count in the history of their accounts; `replace` when they were there before, perhaps as another's.

    A mark that an account once had stays: it was seen then.
    """
    bought = [(order, purchase_of(order)) for order in orders]
    if replace:
        names = [order.order_id for order in orders]
        table = purchases.c
        connection.execute(delete(purchases).where(table.merchant == merchant, table.order_id.in_(names)))
    rows = [
        {
            "merchant": merchant,
            "order_id": order.order_id,
            "account": plain(each.account),
            "currency": each.currency,
            "value_minor": each.value_minor,
            "units": each.units,
            "placed_at": order.placed_at,
        }
        for order, each in bought
        if each.account
    ]
    if rows:
        connection.execute(insert(purchases), rows)
    seen = {
        (str(mark.kind), mark.value, plain(each.account)): order.placed_at
        for order, each in sorted(bought, key=lambda pair: pair[0].placed_at)
        if each.account
        for mark in each.marks
    }
    _keep_marks(connection, merchant, seen)


def keep_stake(connection: Connection, ref: CaseRef, stake: ReturnStake | None) -> None:
    """The return counts in the history of its account as it now stands."""
    if stake is None:
        return
    values = {**stake.model_dump(), "account": plain(stake.account), "outcome": str(stake.outcome)}
    row = insert_or(connection, return_stakes).values(merchant=ref.merchant, rma=ref.rma, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["merchant", "rma"], set_=values))


def keep_signals(connection: Connection, ref: CaseRef, signals: Sequence[Signal]) -> None:
    """The return is found by each of these; what was once noticed stays on record."""
    if signals:
        rows = [{"merchant": ref.merchant, "rma": ref.rma, "signal": str(signal)} for signal in signals]
        connection.execute(insert_or(connection, return_signals).values(rows).on_conflict_do_nothing())


def lock_account(connection: Connection, merchant: str, order: Order) -> None:
    """Nobody else who locks this account goes on until the transaction ends."""
    if (account := account_of(order)) and connection.dialect.name == "postgresql":
        # SQLite has one writer anyway.
        lock = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
        connection.execute(lock, {"name": f"risk {merchant} {account}"})


def load_history(
    connection: Connection,
    merchant: str,
    order: Order,
    rules: AbuseRules,
    *,
    at: datetime,
    apart_from: CaseRef | None = None,
) -> RiskHistory:
    """What is on record about the account of the order, this return left out. Nothing for orders of nobody."""
    account = plain(account_of(order))
    if not account:
        return RiskHistory(currency=order.currency)
    history = account_history(connection, merchant, account, order.currency, rules, at=at, apart_from=apart_from)
    marks = purchase_of(order).marks
    by_kind = {kind: [mark.value for mark in marks if mark.kind is kind] for kind in MarkKind}
    shared = {
        "accounts_at_address": (by_kind[MarkKind.ADDRESS], MarkKind.ADDRESS, rules.shared_address),
        "accounts_with_payment": (by_kind[MarkKind.PAYMENT], MarkKind.PAYMENT, rules.shared_payment),
    }
    counts = {
        name: _count_accounts(connection, merchant, kind, values, since=at - rule.within.length)
        for name, (values, kind, rule) in shared.items()
        if values
    }
    return history.model_copy(update=counts)


def account_history(
    connection: Connection,
    merchant: str,
    account: str,
    currency: str,
    rules: AbuseRules,
    *,
    at: datetime,
    apart_from: CaseRef | None = None,
) -> RiskHistory:
    """What the account bought and sent back in that currency, each in the window of its signal, and its lists."""
    bought = select(
        func.count().label("orders"),
        func.coalesce(func.sum(purchases.c.value_minor), 0).label("bought_minor"),
        func.coalesce(func.sum(purchases.c.units), 0).label("bought_units"),
    ).where(
        purchases.c.merchant == merchant,
        purchases.c.account == account,
        purchases.c.currency == currency,
        purchases.c.placed_at >= at - rules.return_rate.within.length,
    )
    table = return_stakes.c
    spans = {
        "returned_minor": (rules.return_rate.within, table.value_minor, True),
        "returned_units": (rules.return_rate.within, table.units, False),
        "returns": (rules.velocity.within, 1, False),
        "no_receipt_claims": (rules.no_receipt_claims.within, table.no_receipt_claims, False),
        "kept_minor": (rules.keep_items_budget.within, table.kept_minor, True),
        "worn_units": (rules.worn_goods.within, table.worn_units, False),
    }
    longest = max(span.length for span, _, _ in spans.values())
    where: list[ColumnElement[bool]] = [
        table.merchant == merchant,
        table.account == account,
        table.requested_at >= at - longest,
        table.counted.is_(True),
    ]
    if apart_from is not None:
        where.append(table.rma != apart_from.rma)
    sums = [
        _sum_since(value, at - span.length, currency if is_money else None).label(name)
        for name, (span, value, is_money) in spans.items()
    ]
    returned = connection.execute(select(*sums).where(*where)).one()
    figures = {**connection.execute(bought).one()._mapping, **returned._mapping}
    return RiskHistory(
        account=account,
        currency=currency,
        **{name: int(value) for name, value in figures.items()},
        listings=listings_of(connection, merchant, account, at=at),
    )


def currencies_of(connection: Connection, merchant: str, account: str) -> list[str]:
    """The currencies in which the account bought anything."""
    table = purchases.c
    query = select(table.currency).distinct().where(table.merchant == merchant, table.account == account)
    return list(connection.scalars(query.order_by(table.currency)))


def stakes_of(connection: Connection, merchant: str, account: str, *, limit: int) -> list[tuple[str, ReturnStake]]:
    """The account's returns and what each counts for, newest first."""
    table = return_stakes.c
    query = (
        select(return_stakes)
        .where(table.merchant == merchant, table.account == account)
        .order_by(table.requested_at.desc(), table.rma)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    fields = ReturnStake.model_fields
    return [(row.rma, ReturnStake(**{name: row._mapping[name] for name in fields})) for row in rows]


def add_listing(connection: Connection, merchant: str, made: Listing) -> None:
    """The entry is on its list."""
    connection.execute(insert(listings).values(merchant=merchant, listing_id=made.listing_id, **_columns(made)))


def end_listing(connection: Connection, merchant: str, listing_id: str, *, by: Actor, at: datetime) -> Listing | None:
    """The entry counts no more, if it was not ended before; None when there is none of that id."""
    where = (listings.c.merchant == merchant, listings.c.listing_id == listing_id)
    document = connection.scalar(select(listings.c.document).where(*where))
    if document is None:
        return None
    found = Listing.model_validate_json(document)
    if found.ended_at is not None:
        return found
    ended = found.model_copy(update={"ended_at": at, "ended_by": by})
    connection.execute(update(listings).where(*where).values(**_columns(ended)))
    return ended


def listings_of(connection: Connection, merchant: str, account: str, *, at: datetime) -> tuple[Listing, ...]:
    """The entries about the account that are in force at that moment, oldest first."""
    table = listings.c
    query = (
        select(table.document)
        .where(table.merchant == merchant, table.account == account, table.ended_at.is_(None))
        .order_by(table.made_at, table.listing_id)
    )
    found = (Listing.model_validate_json(document) for document in connection.scalars(query))
    return tuple(each for each in found if each.is_in_force(at))


def list_listings(
    connection: Connection, merchant: str, *, kind: ListKind | None, account: str | None, limit: int
) -> list[Listing]:
    """The shop's entries, newest first, ended ones too."""
    table = listings.c
    query = select(table.document).where(table.merchant == merchant)
    if kind is not None:
        query = query.where(table.kind == str(kind))
    if account is not None:
        query = query.where(table.account == account)
    query = query.order_by(table.made_at.desc(), table.listing_id).limit(limit)
    return [Listing.model_validate_json(document) for document in connection.scalars(query)]


def _columns(listing: Listing) -> dict[str, Any]:
    return {
        "account": plain(listing.account),
        "kind": str(listing.kind),
        "made_at": listing.made_at,
        "until": listing.until,
        "ended_at": listing.ended_at,
        "document": listing.model_dump_json(),
    }


def _keep_marks(connection: Connection, merchant: str, seen: dict[tuple[str, str, str], datetime]) -> None:
    """Each mark with when it was seen last; the same order of rows everywhere, so that two batches cannot wait."""
    rows = [
        {"merchant": merchant, "kind": kind, "mark": mark, "account": account, "seen_at": when}
        for (kind, mark, account), when in sorted(seen.items())
    ]
    for start in range(0, len(rows), _CHUNK):
        statement = insert_or(connection, account_marks).values(rows[start : start + _CHUNK])
        newer = statement.excluded.seen_at
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["merchant", "kind", "mark", "account"],
                set_={"seen_at": newer},
                where=account_marks.c.seen_at < newer,
            )
        )


def _count_accounts(
    connection: Connection, merchant: str, kind: MarkKind, values: Sequence[str], *, since: datetime
) -> int:
    table = account_marks.c
    query = select(func.count(table.account.distinct())).where(
        table.merchant == merchant, table.kind == str(kind), table.mark.in_(values), table.seen_at >= since
    )
    return int(connection.scalar(query) or 0)


def _sum_since(value: Any, since: datetime, currency: str | None) -> ColumnElement[int]:
    counts = return_stakes.c.requested_at >= since
    if currency is not None:
        counts &= return_stakes.c.currency == currency
    return func.coalesce(func.sum(case((counts, value), else_=0)), 0)
