"""API keys: 256 random bits that are shown once; only their hash is kept."""

from __future__ import annotations

import hashlib
import secrets
import uuid

from sqlalchemy import Connection, insert, update

from domain.cases import Actor
from records.models import KeyHolder
from records.statements import present
from records.tables import api_keys

PREFIX_LENGTH = 12


def hash_key(key: str) -> str:
    """What is stored and looked up. A plain hash is enough for 256 random bits; slow ones are for passwords."""
    return hashlib.sha256(key.encode()).hexdigest()


def add_api_key(
    connection: Connection, merchant: str, actor: Actor, *, key: str | None = None
) -> tuple[str, KeyHolder]:
    """A key for the actor of that merchant, and whom it stands for; nobody can read the key again.

    `key`, where given, is used instead of a fresh one: demo keys that a first start prints.
    """
    key = key or f"ak_{secrets.token_urlsafe(32)}"
    holder = KeyHolder(
        key_id=f"key_{uuid.uuid4().hex}",
        prefix=key[:PREFIX_LENGTH],
        merchant=merchant,
        actor=actor,
        created_at=present(),
    )
    connection.execute(
        insert(api_keys).values(
            key_id=holder.key_id,
            prefix=holder.prefix,
            key_hash=hash_key(key),
            merchant=merchant,
            actor_name=actor.name,
            actor_role=str(actor.role),
            created_at=holder.created_at,
            revoked_at=None,
        )
    )
    return key, holder


def revoke_api_key(connection: Connection, merchant: str, key_id: str) -> bool:
    """The key opens nothing from now on; False when the merchant has no such key, or it was revoked before."""
    table = api_keys.c
    where = (table.merchant == merchant, table.key_id == key_id, table.revoked_at.is_(None))
    return connection.execute(update(api_keys).where(*where).values(revoked_at=present())).rowcount == 1
