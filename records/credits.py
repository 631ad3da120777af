"""Credit accounts: issued to by payouts, spent by storefronts, never below nothing; every move has its ledger entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from domain.cases import SYSTEM, Actor, CaseRef
from domain.credits import CreditLot, CreditMovement, MovementKind, left_in_lots, split_expired
from domain.payouts import Payout, PayoutMethod
from records.credit_models import CreditBalance, CreditSpend, SpendOutcome, SpendReceipt
from records.entries import EntryKind, NewEntry, append_entries
from records.statements import AnyRow, insert_or, present
from records.tables import credit_accounts, ledger_entries

_ISSUED = {
    PayoutMethod.STORE_CREDIT: EntryKind.STORE_CREDIT_ISSUED,
    PayoutMethod.CREDIT_ACCOUNT: EntryKind.STORE_CREDIT_GIVEN_BACK,
}


def give_credit(connection: Connection, ref: CaseRef, order_id: str, payout: Payout, actor: Actor) -> None:
    """The payout's amount and its bonus are on its account; the caller settles the payout, which happens once."""
    parts = ((_ISSUED[payout.method], payout.amount_minor), (EntryKind.STORE_CREDIT_BONUS, payout.bonus_minor))
    until = {"expires_at": payout.expires_at.isoformat()} if payout.expires_at else {}
    entries = [
        NewEntry(
            merchant=ref.merchant,
            entry_key=f"{payout.key}:{kind}",
            order_id=order_id,
            payment_id=payout.payment_id,
            rma=ref.rma,
            payout=payout.number,
            kind=kind,
            amount_minor=amount,
            currency=payout.currency,
            account=payout.account,
            actor=actor,
            at=present(),
            facts=until,
        )
        for kind, amount in parts
        if amount
    ]
    _issue(connection, ref.merchant, payout.account, payout.currency, payout.amount_minor + payout.bonus_minor)
    append_entries(connection, entries)


def spend_credit(connection: Connection, spend: CreditSpend) -> SpendReceipt:
    """The amount is taken from the account once for its key, soonest to expire first; nothing when it holds less."""
    row = _locked(connection, spend.merchant, str(spend.account), spend.amount.currency)
    if known := _find_spend(connection, spend):
        outcome = SpendOutcome.KNOWN if _is_same(known, spend) else SpendOutcome.KEY_REUSED
        return SpendReceipt(outcome=outcome, left_minor=_left(connection, spend, row))
    left = _write_off_expired(connection, spend, row) if row is not None else 0
    if spend.amount.minor > left:
        return SpendReceipt(outcome=SpendOutcome.TOO_LITTLE, left_minor=left)
    _take(connection, spend, spent=spend.amount.minor)
    append_entries(connection, [_entry(spend, EntryKind.STORE_CREDIT_SPENT, spend.amount.minor, key=spend.key)])
    return SpendReceipt(outcome=SpendOutcome.SPENT, left_minor=left - spend.amount.minor)


def load_balances(connection: Connection, merchant: str, account: str, *, now: datetime) -> list[CreditBalance]:
    """What the account holds at that time, currency by currency; none when nothing was ever issued to it."""
    query = select(credit_accounts).where(credit_accounts.c.merchant == merchant, credit_accounts.c.account == account)
    balances = []
    for row in connection.execute(query.order_by(credit_accounts.c.currency)):
        lots, expired = split_expired(_lots(connection, merchant, account, row.currency), now)
        balances.append(
            CreditBalance(
                currency=row.currency,
                issued_minor=row.issued_minor,
                spent_minor=row.spent_minor,
                expired_minor=row.expired_minor + expired,
                lots=tuple(lots),
            )
        )
    return balances


def load_movements(
    connection: Connection, merchant: str, account: str, *, currency: str | None = None
) -> list[CreditMovement]:
    """Every movement of the account, oldest first."""
    entry = ledger_entries.c
    query = select(ledger_entries).where(entry.merchant == merchant, entry.account == account)
    if currency is not None:
        query = query.where(entry.currency == currency)
    return [_as_movement(row) for row in connection.execute(query.order_by(entry.entry_id))]


def _as_movement(row: AnyRow) -> CreditMovement:
    return CreditMovement(
        kind=MovementKind(row.kind),
        amount_minor=row.amount_minor,
        currency=row.currency,
        at=row.at,
        expires_at=row.facts.get("expires_at"),
        order_id=row.order_id,
        rma=row.rma,
        payout=row.payout,
        reference=row.facts.get("key", ""),
        note=row.facts.get("note", ""),
    )


def _lots(connection: Connection, merchant: str, account: str, currency: str) -> list[CreditLot]:
    return left_in_lots(load_movements(connection, merchant, account, currency=currency))


def _issue(connection: Connection, merchant: str, account: str, currency: str, amount: int) -> None:
    key = {"merchant": merchant, "account": account, "currency": currency}
    now, table = present(), credit_accounts.c
    fresh = {"issued_minor": amount, "spent_minor": 0, "expired_minor": 0, "opened_at": now, "updated_at": now}
    statement = insert_or(connection, credit_accounts).values(**key, **fresh)
    more = {"issued_minor": table.issued_minor + amount, "updated_at": now}
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=more))


def _write_off_expired(connection: Connection, spend: CreditSpend, row: AnyRow) -> int:
    """What has expired by now has its entry; the answer is what is left to spend."""
    lots = _lots(connection, row.merchant, row.account, row.currency)
    alive, expired = split_expired(lots, spend.at)
    if expired:
        _take(connection, spend, expired=expired)
        key = f"{row.expired_minor + expired}"
        append_entries(connection, [_entry(spend, EntryKind.STORE_CREDIT_EXPIRED, expired, key=key)])
    return sum(lot.left_minor for lot in alive)


def _left(connection: Connection, spend: CreditSpend, row: AnyRow | None) -> int:
    if row is None:
        return 0
    alive, _ = split_expired(_lots(connection, row.merchant, row.account, row.currency), spend.at)
    return sum(lot.left_minor for lot in alive)


def _take(connection: Connection, spend: CreditSpend, *, spent: int = 0, expired: int = 0) -> None:
    table = credit_accounts.c
    values = {"spent_minor": table.spent_minor + spent, "expired_minor": table.expired_minor + expired}
    where = _is(spend.merchant, str(spend.account), spend.amount.currency)
    connection.execute(update(credit_accounts).where(*where).values(**values, updated_at=present()))


def _entry(spend: CreditSpend, kind: EntryKind, amount_minor: int, *, key: str) -> NewEntry:
    is_spend = kind is EntryKind.STORE_CREDIT_SPENT
    account = str(spend.account)
    facts: dict[str, Any] = {"key": spend.key, "note": spend.note} if is_spend else {}
    return NewEntry(
        merchant=spend.merchant,
        entry_key=_spend_key(key) if is_spend else f"expiry:{account}:{spend.amount.currency}:{key}",
        order_id=spend.order_id if is_spend else "",
        payment_id="",
        kind=kind,
        amount_minor=amount_minor,
        currency=spend.amount.currency,
        account=account,
        actor=spend.actor if is_spend else SYSTEM,
        at=spend.at,
        facts={name: value for name, value in facts.items() if value},
    )


def _find_spend(connection: Connection, spend: CreditSpend) -> AnyRow | None:
    entry = ledger_entries.c
    where = (entry.merchant == spend.merchant, entry.entry_key == _spend_key(spend.key))
    return connection.execute(select(ledger_entries).where(*where)).one_or_none()


def _is_same(row: AnyRow, spend: CreditSpend) -> bool:
    known = (row.account, row.amount_minor, row.currency, row.order_id, row.facts.get("note", ""))
    return known == (str(spend.account), spend.amount.minor, spend.amount.currency, spend.order_id, spend.note)


def _spend_key(key: str) -> str:
    return f"spend:{key}"


def _locked(connection: Connection, merchant: str, account: str, currency: str) -> AnyRow | None:
    query = select(credit_accounts).where(*_is(merchant, account, currency)).with_for_update()
    return connection.execute(query).one_or_none()


def _is(merchant: str, account: str, currency: str) -> Sequence[Any]:
    table = credit_accounts.c
    return table.merchant == merchant, table.account == account, table.currency == currency
