"""Policies and their versions as callers see them."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.problem_documents import PolicyFinding
from domain.policies import Policy
from domain.policies.differences import PolicyDifference
from domain.policies.versions import PolicyRecord, VersionState, in_force, state_of
from domain.policies.words import PolicySection


class PolicyAnswer(BaseModel):
    """Parts of an answer are values."""

    model_config = ConfigDict(frozen=True)


class VersionView(PolicyAnswer):
    """A version of the shop's policy, and what it is good for now."""

    version: int
    name: str
    state: VersionState
    effective_from: AwareDatetime = Field(description="From when on requests are judged by it, once it is activated.")
    staged_at: AwareDatetime
    staged_by: str
    activated_at: AwareDatetime | None
    activated_by: str
    note: str

    @classmethod
    def of(cls, record: PolicyRecord, current: PolicyRecord | None, now: datetime) -> Self:
        """The version as it is shown."""
        shown = record.model_dump(exclude={"policy"})
        return cls(**shown, name=record.policy.name, state=state_of(record, current, now))


class VersionList(PolicyAnswer):
    """Every version, newest first."""

    versions: list[VersionView]

    @classmethod
    def of(cls, records: list[PolicyRecord], now: datetime) -> Self:
        """The versions as they are shown."""
        current = in_force(records, now)
        return cls(versions=[VersionView.of(each, current, now) for each in records])


class PolicyView(VersionView):
    """A version with its whole document."""

    document: Policy


class PolicyInWords(PolicyAnswer):
    """What customers are told; generated from the rules, so that it cannot say anything else than what is decided."""

    version: int
    name: str
    sections: tuple[PolicySection, ...]


class PolicyStaged(PolicyAnswer):
    """The version that is on record now, and what is worth knowing about it."""

    version: VersionView
    findings: list[PolicyFinding]
    differences: list[PolicyDifference] = Field(description="From the policy in force.")


class VersionDifferences(PolicyAnswer):
    """What is different between two versions, rule by rule."""

    before: int
    after: int
    differences: list[PolicyDifference]
