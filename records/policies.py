"""Policies: every version is kept, since every case is judged by the one under which it was opened."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, insert, select

from domain.errors import UnknownPolicy
from domain.policies import Policy, PolicyVersion
from records.statements import present
from records.tables import policies


def load_policy(connection: Connection, merchant: str, version: int | None = None) -> PolicyVersion:
    """That version, or the one now in force. Raises UnknownPolicy."""
    query = select(policies.c.version, policies.c.document).where(policies.c.merchant == merchant)
    if version is None:
        query = query.where(policies.c.effective_from <= present()).order_by(policies.c.version.desc()).limit(1)
    else:
        query = query.where(policies.c.version == version)
    row = connection.execute(query).one_or_none()
    if row is None:
        which = "policy in force" if version is None else f"policy version {version}"
        raise UnknownPolicy(f"merchant {merchant} has no {which}")
    return PolicyVersion(version=row.version, policy=read_policy(row.document))


@lru_cache(256)
def read_policy(document: str) -> Policy:
    """The policy that is stored so. A version never changes and is read at every step, so it is kept as read."""
    return Policy.model_validate_json(document)


def put_policy(connection: Connection, merchant: str, policy: Policy, *, effective_from: datetime) -> PolicyVersion:
    """The policy is the merchant's newest version; the same document again adds none."""
    document = policy.model_dump_json()
    content_hash = hashlib.sha256(document.encode()).hexdigest()
    newest = connection.execute(
        select(policies.c.version, policies.c.content_hash)
        .where(policies.c.merchant == merchant)
        .order_by(policies.c.version.desc())
        .limit(1)
    ).one_or_none()
    if newest is not None and newest.content_hash == content_hash:
        return PolicyVersion(version=newest.version, policy=policy)
    version = 1 if newest is None else newest.version + 1
    connection.execute(
        insert(policies).values(
            merchant=merchant,
            version=version,
            document=document,
            content_hash=content_hash,
            effective_from=effective_from,
            created_at=present(),
        )
    )
    return PolicyVersion(version=version, policy=policy)
