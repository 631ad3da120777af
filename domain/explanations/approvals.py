"""Why a person had to decide on a refund or did not, and who decided: the authority of the rules, and four eyes."""

from __future__ import annotations

from collections.abc import Iterator

from domain.authority import find_approval_reasons
from domain.cases import SYSTEM
from domain.explanations.amounts import applied_rule
from domain.explanations.models import ConsideredRule, ExplainedDecision, Margin
from domain.explanations.wording import nearest_miss
from domain.money import Money
from domain.policies import Policy, PolicyVersion
from domain.reimbursements import ReimbursementPlan
from domain.returns.case import Approval, Finding, ReturnCase

LIMIT = "approval.refund_above"


def explain_approval(case: ReturnCase, plan: ReimbursementPlan, *, policy: PolicyVersion) -> list[ExplainedDecision]:
    """Whether the rules could decide on the refund, and what a person said where they could not."""
    assert case.plan_made_at is not None, "a plan has its time"
    total = Money(minor=plan.total_minor, currency=plan.currency)
    matched = tuple(_matched(finding, policy.policy) for finding in case.approval_reasons)
    not_matched = () if find_approval_reasons(total, policy=policy.policy) else (_within_limit(total, policy.policy),)
    needed = ExplainedDecision(
        decision="authority",
        outcome="a_person_decides" if case.approval_reasons else "the_rules_decide",
        decided_at=case.plan_made_at,
        decided_by=SYSTEM,
        policy_version=policy.version,
        inputs={"refund_minor": total.minor, "currency": total.currency, "limit_minor": _limit(total, policy.policy)},
        matched=matched,
        not_matched=not_matched,
        nearest_miss=nearest_miss(not_matched),
        would_change_it=tuple(_would_change(total, policy.policy)),
    )
    return [needed, *([_explain_decision("approval", case, case.approval, policy)] if case.approval else [])]


def explain_review(case: ReturnCase, review: Approval, *, policy: PolicyVersion) -> ExplainedDecision:
    """What a person said about the request."""
    return _explain_decision("review", case, review, policy)


def _explain_decision(name: str, case: ReturnCase, given: Approval, policy: PolicyVersion) -> ExplainedDecision:
    who, asker = given.actor, case.opened_by
    four_eyes = f"{who.name} is not {asker.name}, who asked for the return."
    authority = f"The role {who.role} may decide on refunds."
    return ExplainedDecision(
        decision=name,
        outcome=given.decision,
        decided_at=given.at,
        decided_by=who,
        policy_version=policy.version,
        inputs={"requested_by": asker.name, "role": who.role, "note": given.note, "event_id": given.event_id},
        matched=(),
        not_matched=(
            ConsideredRule(rule="requester_cannot_approve", matched=False, detail=four_eyes),
            ConsideredRule(rule="no_authority", matched=False, detail=authority),
        ),
        nearest_miss=None,
        would_change_it=("A person decided it; the decision stands.",),
    )


def _matched(finding: Finding, policy: Policy) -> ConsideredRule:
    fields = (LIMIT,) if finding.rule in ("refund_above_limit", "no_limit_for_currency") else ()
    return ConsideredRule(
        rule=finding.rule,
        line_id=finding.line_id,
        policy=tuple(applied_rule(policy, field) for field in fields),
        matched=True,
        detail=finding.detail,
    )


def _within_limit(total: Money, policy: Policy) -> ConsideredRule:
    limit = policy.approval.refund_above.within(total.currency)
    if limit is None:
        detail, margin = "Nothing is refunded, so nothing has to be approved.", None
    else:
        left = limit - total
        detail = f"The refund of {total} is not above the limit of {limit}."
        margin = Margin(words=f"{left} below the limit", share=left.minor / limit.minor if limit else 0.0)
    policy_says = (applied_rule(policy, LIMIT),)
    return ConsideredRule(rule="refund_above_limit", policy=policy_says, matched=False, detail=detail, margin=margin)


def _would_change(total: Money, policy: Policy) -> Iterator[str]:
    limit = policy.approval.refund_above.within(total.currency)
    if limit is None:
        yield f"A limit in {total.currency} of {total} or more ({LIMIT}) would let the rules decide."
    elif total > limit:
        yield f"A limit of {total} or more ({LIMIT}, now {limit}) would let the rules decide."
        yield f"A refund of {limit} or less needs no approval."
    else:
        yield f"A refund above {limit} ({LIMIT}) needs the approval of a supervisor."


def _limit(total: Money, policy: Policy) -> int | None:
    limit = policy.approval.refund_above.within(total.currency)
    return limit.minor if limit else None
