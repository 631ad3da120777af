"""How a payment issue begins: from a payout that went wrong after its case had ended, or from a dispute."""

from __future__ import annotations

from datetime import datetime

from domain.case_documents import CaseDocument
from domain.cases import CaseRef
from domain.disputes import Dispute
from domain.money import Money
from domain.payment_issues.case import PaymentIssue, PaymentIssueCause
from domain.payouts import Payout, PayoutState


def open_refund_failed(ref: CaseRef, case: CaseDocument, payout: Payout, *, at: datetime) -> PaymentIssue:
    """The issue of a payout that was declined or came back after its case had ended."""
    amount = Money(minor=payout.amount_minor, currency=payout.currency)
    what = "came back after it had settled" if payout.state is PayoutState.REVERSED else "failed"
    why = f": {payout.failure}" if payout.failure else ""
    return PaymentIssue(
        ref=ref,
        order_id=case.order_id,
        currency=case.currency,
        policy_version=case.policy_version,
        cause=PaymentIssueCause.REFUND_FAILED,
        payment_id=payout.payment_id,
        amount_minor=payout.amount_minor,
        why=f"Payout {payout.number} of {case.ref.rma} over {amount} {what}{why}.",
        opened_at=at,
        continues=case.ref,
        continues_payout=payout.number,
    )


def open_dispute(
    ref: CaseRef, dispute: Dispute, *, excess_minor: int, policy_version: int, at: datetime
) -> PaymentIssue:
    """The issue of a dispute, which follows the bank to its decision."""
    return PaymentIssue(
        ref=ref,
        order_id=dispute.order_id,
        currency=dispute.currency,
        policy_version=policy_version,
        cause=PaymentIssueCause.DISPUTE,
        payment_id=dispute.payment_id,
        amount_minor=dispute.amount_minor,
        why=f"The customer's bank disputes payment {dispute.payment_id}.",
        opened_at=at,
        dispute=dispute,
        excess_minor=excess_minor,
        bank_decided_at=at if dispute.is_decided else None,
    )


def open_overpaid(ref: CaseRef, case: CaseDocument, amount: Money, *, at: datetime) -> PaymentIssue:
    """The issue of money that the customer got ahead of goods and owes to the shop."""
    return PaymentIssue(
        ref=ref,
        order_id=case.order_id,
        currency=case.currency,
        policy_version=case.policy_version,
        cause=PaymentIssueCause.OVERPAID,
        payment_id="",
        amount_minor=amount.minor,
        why=f"Of the refund of {case.ref.rma}, which was paid ahead of the goods, {amount} was too much.",
        opened_at=at,
        continues=case.ref,
    )
