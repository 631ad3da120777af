"""API keys: 256 random bits that are shown once; only their hash is kept."""

from __future__ import annotations

import hashlib
import secrets
import uuid

from sqlalchemy import Connection, insert, select, update

from domain.cases import Actor, Role
from records.models import KeyHolder
from records.statements import AnyRow, present
from records.tables import api_keys

PREFIX_LENGTH = 12


def hash_key(key: str) -> str:
    """What is stored and looked up. A plain hash is enough for 256 random bits; slow ones are for passwords."""
    return hashlib.sha256(key.encode()).hexdigest()


def add_api_key(
    connection: Connection, merchant: str, actor: Actor, *, key: str | None = None
) -> tuple[str, KeyHolder]:
    """A key for the actor of that merchant, and whom it stands for; nobody can read the key again.

    `key`, where given, is used instead of a fresh one and added only once: demo keys that a first start prints.
    """
    if key is not None and (known := find_holder(connection, key)) is not None:
        return key, known
    key = key or f"ak_{secrets.token_urlsafe(32)}"
    holder = KeyHolder(
        key_id=f"key_{uuid.uuid4().hex}",
        prefix=key[:PREFIX_LENGTH],
        merchant=merchant,
        actor=actor,
        created_at=present(),
    )
    columns = holder.model_dump(exclude={"actor"})
    own = {
        "key_hash": hash_key(key),
        "actor_name": actor.name,
        "actor_role": str(actor.role),
        "actor_owner": actor.owner,
    }
    connection.execute(insert(api_keys).values(columns | own))
    return key, holder


def find_holder(connection: Connection, key: str) -> KeyHolder | None:
    """Whom the key stands for; None for a key that never was or was revoked."""
    query = select(api_keys).where(api_keys.c.key_hash == hash_key(key), api_keys.c.revoked_at.is_(None))
    row = connection.execute(query).one_or_none()
    return _holder(row) if row is not None else None


def list_holders(connection: Connection, merchant: str) -> list[KeyHolder]:
    """Every key of the merchant, revoked ones too, oldest first."""
    query = select(api_keys).where(api_keys.c.merchant == merchant).order_by(api_keys.c.created_at)
    return [_holder(row) for row in connection.execute(query)]


def holders_of(connection: Connection, merchant: str, roles: set[Role]) -> set[tuple[str, Role]]:
    """Who holds which of these roles now, by a key that was not revoked."""
    query = select(api_keys).where(
        api_keys.c.merchant == merchant,
        api_keys.c.revoked_at.is_(None),
        api_keys.c.actor_role.in_([str(role) for role in roles]),
    )
    return {(holder.actor.person, holder.actor.role) for holder in map(_holder, connection.execute(query))}


def revoke_api_key(connection: Connection, merchant: str, key_id: str) -> bool:
    """The key opens nothing from now on; False when the merchant has no such key, or it was revoked before."""
    table = api_keys.c
    where = (table.merchant == merchant, table.key_id == key_id, table.revoked_at.is_(None))
    return connection.execute(update(api_keys).where(*where).values(revoked_at=present())).rowcount == 1


def _holder(row: AnyRow) -> KeyHolder:
    actor = Actor(name=row.actor_name, role=Role(row.actor_role), owner=row.actor_owner)
    columns = {name: value for name, value in row._mapping.items() if name in KeyHolder.model_fields}
    return KeyHolder(**columns, actor=actor)
