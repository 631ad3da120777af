"""An approval as the people who decide see it, and its address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api import approval_problems
from api.errors import ApiProblem
from domain.approvals import ApprovalState, Priority
from domain.cases import Actor, EventKind, Role
from domain.confirmations import is_confirmation
from domain.policies import Action
from domain.returns.case import Finding
from domain.rma import MalformedRma, parse_rma
from records.approvals import StoredApproval


class ApprovalView(BaseModel):
    """One thing that needs, or needed, somebody's authority."""

    model_config = ConfigDict(frozen=True)

    approval: str = Field(description="Its id: the number of the return, a dot, and what of it.")
    rma: str
    order_id: str
    action: Action
    state: ApprovalState
    amount_minor: int
    currency: str
    asked_by: Actor
    asked_at: AwareDatetime
    role: Role = Field(description="The role that is asked now; each deadline that passes asks the next.")
    roles: tuple[Role, ...] = Field(description="All roles that may decide it by the policy's matrix.")
    still_needed: int = Field(description="How many people must still approve.")
    priority: Priority
    deadline: AwareDatetime | None
    owner: str = Field(description="The person who has taken it on; empty while nobody has.")
    claimed_at: AwareDatetime | None
    reasons: tuple[Finding, ...] = Field(description="Why the rules, or whoever asked, may not decide it alone.")
    note: str = Field(description="What whoever asked for an exception said.")
    rules: tuple[str, ...] = Field(description="The places of the policy that an exception sets aside.")
    row: str = Field(description="The row of the matrix by which no approval was needed.")
    decided_by: Actor | None
    decided_at: AwareDatetime | None
    stands_in_for: str
    decide_at: str = Field(description="The address that takes the decision.")


def view_approval(stored: StoredApproval) -> ApprovalView:
    """The view of an approval on record."""
    return ApprovalView(
        approval=stored.approval_id,
        rma=stored.ref.rma,
        order_id=stored.order_id,
        owner=stored.owner,
        claimed_at=stored.claimed_at,
        decide_at=f"/v1/{stored.ref.kind}s/{stored.ref.rma}/{_news_of(stored.item.subject)}",
        **stored.item.model_dump(exclude={"subject", "due_at"}),
    )


def _news_of(subject: str) -> EventKind:
    return EventKind.MANUAL_REFUND_DECIDED if is_confirmation(subject) else EventKind.APPROVAL_DECIDED


def split_address(approval: str) -> tuple[str, str]:
    """The number of the case, as we write it, and what of it. Raises the problem that there is no such approval."""
    number, _, subject = approval.partition(".")
    try:
        return parse_rma(number), subject
    except MalformedRma:
        raise unknown_approval(approval) from None


def unknown_approval(approval: str) -> ApiProblem:
    """The problem that there is no such approval."""
    return ApiProblem(approval_problems.APPROVAL_NOT_FOUND, f"No approval {approval[:40]} is known.")


def approval_address(
    approval: Annotated[
        str, Path(description="The id that the queue shows.", max_length=60, examples=["7K3F-Q9X4.refund"])
    ],
) -> tuple[str, str]:
    """The approval in the address."""
    return split_address(approval)


ApprovalAddress = Annotated[tuple[str, str], Depends(approval_address)]
