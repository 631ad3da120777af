"""Payment issues as news finds them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api import problems
from api.delivery import Door
from api.dependencies import Services
from domain.cases import CaseKind, CaseRef, EventOutcome
from domain.payment_issues.views import PaymentIssueView, view_issue
from records.models import StoredIssue


class IssueAnswered(BaseModel):
    """What a person is told, with the payment issue as it now stands."""

    model_config = ConfigDict(frozen=True)

    event_id: str = Field(description="Our id of the event.")
    outcome: EventOutcome
    code: str = Field(description="Stable, for programs.")
    detail: str
    case: PaymentIssueView


def _find(parts: Services, ref: CaseRef) -> StoredIssue:
    return parts.records.reads.money.payment_issue(ref.merchant, ref.rma)


def _show(stored: StoredIssue) -> PaymentIssueView:
    return view_issue(stored.case, stored.progress)


PAYMENT_ISSUES = Door(
    kind=CaseKind.PAYMENT_ISSUE,
    find=_find,
    show=_show,
    answered=IssueAnswered,
    unknown=problems.PAYMENT_ISSUE_NOT_FOUND,
    closed=problems.PAYMENT_ISSUE_CLOSED,
)
