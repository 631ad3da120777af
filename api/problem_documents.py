"""Problem documents that say more than the standard asks: what each kind adds, for the reference."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.errors import Problem
from domain.policies.checking import Severity
from domain.returns.case import Finding
from domain.returns.views import ReturnView


class PolicyFinding(BaseModel):
    """One thing about a policy document: an `error` makes it unusable, a `warning` is likely a mistake."""

    severity: Severity
    line: int = Field(description="The line of the document on which the part begins.")
    path: str = Field(description="The place in the document: windows[1].when.")
    reason: str
    suggestion: str = ""


class RefusedReturn(Problem):
    """The return was refused; the refusal is a case of its own."""

    case: ReturnView = Field(description="The refused return as it is on record.")
    reasons: list[Finding] = Field(description="Which rule refused which line, and what the customer can do.")


class RefusedEvent(Problem):
    """The event was kept, and changed nothing."""

    event_id: str = Field(description="The event as it is kept.")
    code: str = Field(description="Stable, for programs: already_decided, not_received, ...")
    next_step: str = Field(description="What the return waits for instead.")
    case: ReturnView = Field(description="The return as it stands.")


class PendingOutcome(Problem):
    """What was sent is kept and will be done."""

    rma: str = Field(default="", description="The return it is about.")
    event_id: str = Field(default="", description="The event as it is kept, if it is about one.")


class TooLittleCredit(Problem):
    """The account holds less than was asked for."""

    left_minor: int = Field(description="What can be taken now, in minor units.")
    currency: str


class UnusablePolicy(Problem):
    """The document cannot be put in force; nothing is kept."""

    findings: list[PolicyFinding] = Field(
        description="Everything that is wrong with it, as `aftercart policy check` says."
    )


class NotReady(Problem):
    """A part is missing."""

    checks: dict[str, str] = Field(description="Each part and how it is.")
