"""A payment issue as it is stored: what went wrong with which money, what a person or the bank decided, and what was paid."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.case_documents import CaseDocument
from domain.cases import Actor, CaseRef
from domain.disputes import Dispute
from domain.payouts import PayoutMethod


class IssuePart(BaseModel):
    """Parts of a payment issue are values."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PaymentIssueCause(StrEnum):
    """What went wrong: a refund was declined or came back after its case had ended, the bank disputes a payment, or more
    was paid ahead of goods than they turned out to be worth."""

    REFUND_FAILED = "refund_failed"
    DISPUTE = "dispute"
    OVERPAID = "overpaid"


class Resolution(StrEnum):
    """What a person decides about money that is still owed; `received` is of money that a customer owed to the shop."""

    PAY_AGAIN = "pay_again"
    WRITE_OFF = "write_off"
    RECEIVED = "received"


class IssueDecision(IssuePart):
    """Who decided what; a new payout goes the way and to the payment named, or by the policy's order."""

    event_id: str
    at: AwareDatetime
    actor: Actor
    resolution: Resolution
    method: PayoutMethod = PayoutMethod.PROVIDER
    payment_id: str | None = None
    note: str = ""


class PaymentIssue(CaseDocument):
    """The whole issue. `amount_minor` of `payment_id` is what it is about; `why` says it in words.

    `continues` is the case whose payout `continues_payout` went wrong.
    """

    cause: PaymentIssueCause
    payment_id: str
    amount_minor: int
    why: str
    opened_at: AwareDatetime
    continues: CaseRef | None = None
    continues_payout: int | None = None
    dispute: Dispute | None = None
    excess_minor: int = 0
    decision: IssueDecision | None = None
    asked_at: AwareDatetime | None = None
    arrived_at: AwareDatetime | None = None
    bank_decided_at: AwareDatetime | None = None

    @property
    def owed_minor(self) -> int:
        """What the customer is still owed of it, payouts on their way counted as paid."""
        if self.cause is not PaymentIssueCause.REFUND_FAILED or self.arrived_at is not None:
            return 0
        return self.amount_minor - sum(payout.amount_minor for payout in self.payouts if not payout.is_owed_again)


def issue_key(cause: PaymentIssueCause, about: str) -> str:
    """One cause has one issue, however often it is told. No caller can choose this key, since it contains blanks."""
    return f"payment issue {cause} {about}"
