"""What a payment issue is about, what a person decided, and how its payouts were shared over the payments."""

from __future__ import annotations

from collections.abc import Iterator

from domain.explanations.bases import CaseBasis, shared_parts
from domain.explanations.models import ConsideredRule, ExplainedDecision, PaymentIssueExplanation
from domain.explanations.recomputation import recompute_payouts
from domain.payment_issues.case import PaymentIssue


class PaymentIssueBasis(CaseBasis):
    """Everything that the explanation of a payment issue rests on."""

    case: PaymentIssue


def explain_payment_issue(basis: PaymentIssueBasis) -> PaymentIssueExplanation:
    """What went wrong with which money, who decided what becomes of it, and what was paid again."""
    case = basis.case
    return PaymentIssueExplanation(
        **shared_parts(basis),
        decisions=tuple(_decisions(case)),
        recomputation=recompute_payouts(case, policy=basis.policy.policy, orders=basis.orders),
        **case.model_dump(include={"cause", "payment_id", "amount_minor", "why"}),
        owed_minor=max(0, case.owed_minor),
        continues=case.continues.rma if case.continues else None,
    )


def _decisions(case: PaymentIssue) -> Iterator[ExplainedDecision]:
    made = case.decision
    if made is None:
        return
    words = f"The role {made.actor.role} may decide what becomes of money that is owed."
    yield ExplainedDecision(
        decision="resolution",
        outcome=made.resolution,
        decided_at=made.at,
        decided_by=made.actor,
        policy_version=case.policy_version,
        inputs={"method": made.method, "payment_id": made.payment_id, "note": made.note, "event_id": made.event_id},
        matched=(),
        not_matched=(ConsideredRule(rule="no_authority", matched=False, detail=words),),
        nearest_miss=None,
        would_change_it=("A person decided it; the decision stands until its payout goes wrong.",),
    )
