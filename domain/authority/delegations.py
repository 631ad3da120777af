"""Authority lent to somebody else while its holder is away: recorded, shown, and never more than the holder has."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime

from domain.cases import Actor, CasePart


class Delegation(CasePart):
    """`delegate`, a person, may approve what `delegator` may, from one moment until another or until it is ended."""

    delegation_id: str
    delegator: Actor
    delegate: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: str = ""
    made_at: AwareDatetime
    ended_at: AwareDatetime | None = None

    def is_in_force(self, at: datetime) -> bool:
        """Whether the delegate may use it at that moment."""
        return self.starts_at <= at < min(self.ends_at, self.ended_at or self.ends_at)
