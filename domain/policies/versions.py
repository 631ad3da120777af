"""The versions of a merchant's policy: staged, put in force from a day on, and superseded by the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.policies.document import Policy
from domain.policies.parts import PolicyPart


class VersionState(StrEnum):
    """What a version of a policy is good for: nothing yet, from a day on, now, or only for the cases opened under it."""

    STAGED = "staged"
    SCHEDULED = "scheduled"
    IN_FORCE = "in_force"
    PAST = "past"


class PolicyRecord(PolicyPart):
    """A version as it is on record, with who staged it and who put it in force. `activated_at` is None while staged."""

    version: Annotated[int, Field(gt=0)]
    policy: Policy
    effective_from: AwareDatetime
    staged_at: AwareDatetime
    staged_by: str = ""
    activated_at: AwareDatetime | None = None
    activated_by: str = ""
    note: str = ""


class Activation(PolicyPart):
    """The wish of a person to put a version in force; no moment means as it was staged, or at once when that passed."""

    person: str
    now: AwareDatetime
    effective_from: AwareDatetime | None = None
    four_eyes: bool = False


class VersionRefusal(PolicyPart):
    """Why a version is not put in force: a stable code, and what can be done."""

    code: str
    detail: str


def in_force(records: Sequence[PolicyRecord], now: datetime) -> PolicyRecord | None:
    """Of the activated versions whose day has come, the one whose day came last; the newer of two of one moment."""
    active = [each for each in records if each.activated_at is not None and each.effective_from <= now]
    return max(active, key=lambda each: (each.effective_from, each.version), default=None)


def state_of(record: PolicyRecord, current: PolicyRecord | None, now: datetime) -> VersionState:
    """What the version is good for at that time, when `current` is in force."""
    if record.activated_at is None:
        return VersionState.STAGED
    if record.effective_from > now:
        return VersionState.SCHEDULED
    return VersionState.IN_FORCE if current is not None and current.version == record.version else VersionState.PAST


def find_activation_fault(record: PolicyRecord, wish: Activation, *, starts: datetime) -> VersionRefusal | None:
    """Why this person may not put the version in force from then on; None when they may."""
    if record.activated_at is not None:
        by = f" by {record.activated_by}" if record.activated_by else ""
        detail = (
            f"Version {record.version} was put in force{by}, from {record.effective_from:%Y-%m-%d %H:%M} UTC. "
            "To go back to it, stage its document again: that is a new version."
        )
        return VersionRefusal(code="already_active", detail=detail)
    if starts < wish.now:
        detail = f"{starts:%Y-%m-%d %H:%M} UTC has passed. Name a later moment, or none: then it holds at once."
        return VersionRefusal(code="in_the_past", detail=detail)
    if wish.four_eyes and wish.person == record.staged_by:
        detail = f"{record.staged_by} staged version {record.version}; somebody else must put it in force."
        return VersionRefusal(code="four_eyes", detail=detail)
    return None
