"""Authority that was lent: made, ended early, and looked up for whoever decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from domain.authority import Delegation
from records.api_keys import holders_of
from records.tables import delegations


def add_delegation(connection: Connection, merchant: str, made: Delegation) -> None:
    """The delegation is on record."""
    connection.execute(
        insert(delegations).values(
            merchant=merchant,
            delegation_id=made.delegation_id,
            delegate=made.delegate,
            delegator=made.delegator.person,
            starts_at=made.starts_at,
            ends_at=made.ends_at,
            ended_at=made.ended_at,
            made_at=made.made_at,
            document=made.model_dump_json(),
        )
    )


def find_delegation(connection: Connection, merchant: str, delegation_id: str) -> Delegation | None:
    """The delegation of that id."""
    where = (delegations.c.merchant == merchant, delegations.c.delegation_id == delegation_id)
    document = connection.scalar(select(delegations.c.document).where(*where))
    return Delegation.model_validate_json(document) if document is not None else None


def end_delegation(connection: Connection, merchant: str, delegation_id: str, *, at: datetime) -> Delegation | None:
    """The delegation is over from then on, if it was not before; None when there is none of that id."""
    found = find_delegation(connection, merchant, delegation_id)
    if found is None or found.ended_at is not None:
        return found
    ended = found.model_copy(update={"ended_at": at})
    where = (delegations.c.merchant == merchant, delegations.c.delegation_id == delegation_id)
    connection.execute(update(delegations).where(*where).values(ended_at=at, document=ended.model_dump_json()))
    return ended


def delegations_to(connection: Connection, merchant: str, person: str, *, at: datetime) -> tuple[Delegation, ...]:
    """What was lent to the person, is in force at that moment, and is still the lender's: they hold a key of that role."""
    table = delegations.c
    query = (
        select(table.document)
        .where(table.merchant == merchant, table.delegate == person, table.ends_at > at)
        .order_by(table.starts_at, table.delegation_id)
    )
    found = [Delegation.model_validate_json(document) for document in connection.scalars(query)]
    in_force = [each for each in found if each.is_in_force(at)]
    if not in_force:
        return ()
    held = holders_of(connection, merchant, {each.delegator.role for each in in_force})
    return tuple(each for each in in_force if (each.delegator.person, each.delegator.role) in held)


def list_delegations(connection: Connection, merchant: str, *, at: datetime, limit: int) -> list[Delegation]:
    """Those in force or to come at that moment, then those that are over, newest first."""
    table = delegations.c
    query = (
        select(table.document)
        .where(table.merchant == merchant)
        .order_by((table.ends_at <= at), table.starts_at.desc(), table.delegation_id)
        .limit(limit)
    )
    return [Delegation.model_validate_json(document) for document in connection.scalars(query)]
