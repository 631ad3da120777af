"""Policies: every version is kept, since every case is judged by the one under which it was opened."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Connection, insert, select, update

from domain.errors import UnknownPolicy, UnknownPolicyVersion
from domain.policies import Policy, PolicyVersion
from domain.policies.versions import Activation, PolicyRecord, VersionRefusal, find_activation_fault
from records.statements import AnyRow, present
from records.tables import policies

# The first policy of a shop also judges requests that are entered later than they were made.
EVER = datetime(1970, 1, 1, tzinfo=UTC)


def load_policy(connection: Connection, merchant: str, version: int | None = None) -> PolicyVersion:
    """That version, or the one now in force. Raises UnknownPolicy."""
    query = select(policies.c.version, policies.c.document).where(policies.c.merchant == merchant)
    if version is None:
        in_force = (policies.c.activated_at.is_not(None), policies.c.effective_from <= present())
        newest = (policies.c.effective_from.desc(), policies.c.version.desc())
        query = query.where(*in_force).order_by(*newest).limit(1)
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


def put_policy(connection: Connection, merchant: str, policy: Policy) -> PolicyVersion:
    """The policy is in force as the merchant's newest version; the same document again adds none."""
    newest, now = _newest(connection, merchant), present()
    document = policy.model_dump_json()
    if newest is not None and newest.content_hash == _hash(document) and newest.activated_at is not None:
        return PolicyVersion(version=newest.version, policy=policy)
    version = 1 if newest is None else newest.version + 1
    starts = EVER if newest is None else now
    _insert(connection, merchant, version, document, effective_from=starts, created_at=now, activated_at=now)
    return PolicyVersion(version=version, policy=policy)


def stage_policy(
    connection: Connection, merchant: str, policy: Policy, *, staged_by: str, effective_from: datetime, note: str = ""
) -> tuple[PolicyRecord, bool]:
    """The policy is the merchant's newest version and nothing is judged by it; True when it is new.

    The document of the newest version again is that version.
    """
    newest = _newest(connection, merchant)
    document = policy.model_dump_json()
    if newest is not None and newest.content_hash == _hash(document):
        return _record(newest), False
    version = 1 if newest is None else newest.version + 1
    _insert(
        connection,
        merchant,
        version,
        document,
        effective_from=effective_from,
        created_at=present(),
        activated_at=None,
        staged_by=staged_by,
        note=note,
    )
    return load_record(connection, merchant, version), True


def activate_policy(
    connection: Connection, merchant: str, version: int, *, wish: Activation
) -> tuple[PolicyRecord, VersionRefusal | None]:
    """The version is in force from the wished moment on, or why not. Raises UnknownPolicyVersion."""
    record = load_record(connection, merchant, version, locked=True)
    starts = wish.effective_from or max(record.effective_from, wish.now)
    if (refusal := find_activation_fault(record, wish, starts=starts)) is not None:
        return record, refusal
    where = (policies.c.merchant == merchant, policies.c.version == version)
    values = {"effective_from": starts, "activated_at": present(), "activated_by": wish.person}
    connection.execute(update(policies).where(*where).values(values))
    return load_record(connection, merchant, version), None


def list_policies(connection: Connection, merchant: str) -> list[PolicyRecord]:
    """Every version of the merchant, newest first."""
    query = select(policies).where(policies.c.merchant == merchant).order_by(policies.c.version.desc())
    return [_record(row) for row in connection.execute(query)]


def load_record(connection: Connection, merchant: str, version: int, *, locked: bool = False) -> PolicyRecord:
    """That version with its past. Raises UnknownPolicyVersion."""
    query = select(policies).where(policies.c.merchant == merchant, policies.c.version == version)
    row = connection.execute(query.with_for_update() if locked else query).one_or_none()
    if row is None:
        raise UnknownPolicyVersion(f"merchant {merchant} has no policy version {version}")
    return _record(row)


def _newest(connection: Connection, merchant: str) -> AnyRow | None:
    query = select(policies).where(policies.c.merchant == merchant).order_by(policies.c.version.desc()).limit(1)
    return connection.execute(query).one_or_none()


def _insert(connection: Connection, merchant: str, version: int, document: str, **values: object) -> None:
    row = {"merchant": merchant, "version": version, "document": document, "content_hash": _hash(document), **values}
    connection.execute(insert(policies).values(row))


def _hash(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def _record(row: AnyRow) -> PolicyRecord:
    return PolicyRecord(
        version=row.version,
        policy=read_policy(row.document),
        effective_from=row.effective_from,
        staged_at=row.created_at,
        staged_by=row.staged_by,
        activated_at=row.activated_at,
        activated_by=row.activated_by,
        note=row.note,
    )
