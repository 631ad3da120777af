"""Why a person had to decide on a refund or did not, and who decided: the authority of the rules, and four eyes."""

from __future__ import annotations

from collections.abc import Iterator

from domain.authority import find_approval_reasons
from domain.cases import SYSTEM, Actor
from domain.explanations.amounts import applied_rule
from domain.explanations.models import ConsideredRule, ExplainedDecision, Margin
from domain.explanations.wording import nearest_miss
from domain.money import Money
from domain.policies import AuthorityNeed, Policy, PolicyVersion
from domain.reimbursements import AmountKind, ReimbursementPlan
from domain.returns.case import Approval, Finding, PolicyException, ReturnCase

LIMIT = "approval.refund_above"
MATRIX = "approval.matrix"


def explain_approval(case: ReturnCase, plan: ReimbursementPlan, *, policy: PolicyVersion) -> list[ExplainedDecision]:
    """Whether the rules could decide on the refund, and what a person said where they could not."""
    assert case.plan_made_at is not None, "a plan has its time"
    total = _owed(plan)
    matched = tuple(_matched(finding, policy.policy) for finding in case.approval_reasons)
    spent = case.plan_basis.spent if case.plan_basis else ()
    asks = find_approval_reasons(total, policy=policy.policy, requester=case.opened_by, spent=spent)
    not_matched = () if asks else (_within_limit(total, policy.policy, row=case.approval_row),)
    needed = ExplainedDecision(
        decision="authority",
        outcome="a_person_decides" if case.approval_reasons else "the_rules_decide",
        decided_at=case.plan_made_at,
        decided_by=SYSTEM,
        policy_version=policy.version,
        inputs={
            "refund_minor": total.minor,
            "currency": total.currency,
            "limit_minor": _limit(total, policy.policy),
            **_of_need(case.approval_need),
            **{f"spent_{each.scope}_minor": each.amount_minor for each in spent},
        },
        matched=matched,
        not_matched=not_matched,
        nearest_miss=nearest_miss(not_matched),
        would_change_it=tuple(_would_change(total, policy.policy)),
    )
    given = [each for each in (case.first_approval, case.approval) if each is not None]
    names = ["first_approval", "approval"] if case.first_approval else ["approval"]
    decisions = [explain_given(name, each, case.opened_by, policy) for name, each in zip(names, given, strict=False)]
    return [needed, *decisions, *(_explain_exception(case, each, policy) for each in case.exceptions)]


def explain_review(case: ReturnCase, review: Approval, *, policy: PolicyVersion) -> ExplainedDecision:
    """What a person said about the request."""
    return explain_given("review", review, case.opened_by, policy)


def explain_given(name: str, given: Approval, asker: Actor, policy: PolicyVersion) -> ExplainedDecision:
    """What a person with authority said to what `asker` wanted."""
    who = given.actor
    four_eyes = f"{who.name} is not {asker.name}, who asked for it."
    authority = f"The role {who.role} may decide on refunds."
    if given.stands_in_for:
        authority = f"{who.name} stood in for {given.stands_in_for}, who may decide on it."
    return ExplainedDecision(
        decision=name,
        outcome=given.decision,
        decided_at=given.at,
        decided_by=who,
        policy_version=policy.version,
        inputs={
            "requested_by": asker.name,
            "role": who.role,
            "note": given.note,
            "event_id": given.event_id,
            **({"stands_in_for": given.stands_in_for} if given.stands_in_for else {}),
            **({"reduced_to_minor": given.reduced_to_minor} if given.reduced_to_minor is not None else {}),
        },
        matched=(),
        not_matched=(
            ConsideredRule(rule="requester_cannot_approve", matched=False, detail=four_eyes),
            ConsideredRule(rule="no_authority", matched=False, detail=authority),
        ),
        nearest_miss=None,
        would_change_it=("A person decided it; the decision stands.",),
    )


def _explain_exception(case: ReturnCase, asked: PolicyException, policy: PolicyVersion) -> ExplainedDecision:
    """What somebody asked for beyond the rules, which rules were set aside, and by whose authority."""
    outcome = {True: "granted", False: "refused", None: "undecided"}[asked.granted]
    decider = asked.decision.actor if asked.decision else asked.asked_by
    by = f"the row {asked.row} of the matrix lets {asked.asked_by.name} decide alone" if asked.row else "approved"
    said = f"{asked.asked_by.name} asked for it: {asked.note}"
    return ExplainedDecision(
        decision=f"exception_{asked.number}",
        outcome=outcome,
        decided_at=asked.decision.at if asked.decision else asked.asked_at,
        decided_by=decider,
        policy_version=policy.version,
        inputs={
            "action": asked.action,
            "amount_minor": asked.amount_minor,
            "currency": case.currency,
            "requested_by": asked.asked_by.name,
            "note": asked.note,
            "row": asked.row,
            **({"fees": asked.fees.model_dump(mode="json")} if asked.fees is not None else {}),
        },
        matched=tuple(ConsideredRule(rule=rule, matched=True, detail=f"Set aside: {said}") for rule in asked.rules),
        not_matched=(ConsideredRule(rule="requester_cannot_approve", matched=False, detail=f"Not met: {by}."),),
        nearest_miss=None,
        would_change_it=("Another row of the matrix (approval.matrix) changes who may grant it.",),
    )


def _of_need(need: AuthorityNeed | None) -> dict[str, object]:
    if need is None:
        return {}
    return {"roles": ", ".join(need.roles), "approvals": need.approvals}


def _owed(plan: ReimbursementPlan) -> Money:
    """What was owed before somebody lowered it: that is what needed authority."""
    lowered = sum(line.amount_minor for line in plan.lines if line.kind is AmountKind.REDUCTION)
    return Money(minor=plan.total_minor - lowered, currency=plan.currency)


def _matched(finding: Finding, policy: Policy) -> ConsideredRule:
    fields: tuple[str, ...] = ()
    if finding.rule in ("refund_above_limit", "no_limit_for_currency"):
        fields = (LIMIT,)
    elif finding.rule == "split_above_limit":
        fields = ("approval.splits", LIMIT)
    return ConsideredRule(
        rule=finding.rule,
        line_id=finding.line_id,
        policy=tuple(applied_rule(policy, field) for field in fields),
        matched=True,
        detail=finding.detail,
    )


def _within_limit(total: Money, policy: Policy, *, row: str) -> ConsideredRule:
    limit = policy.approval.refund_above.within(total.currency)
    if row not in ("", "refund_above", "nothing_to_refund"):
        detail = f"The row {row} of the matrix allows {total} without approval."
        return ConsideredRule(
            rule="refund_above_limit", policy=(applied_rule(policy, MATRIX),), matched=False, detail=detail
        )
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
