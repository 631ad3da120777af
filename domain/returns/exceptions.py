"""What somebody asks for beyond the rules: goods that they refuse, or other fees. Who may grant it says the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.authority import Deed, decide_authority
from domain.cases import Actor, WaitingFor
from domain.exchanges.offers import SWAPPING
from domain.money import Money
from domain.orders import Order
from domain.policies import Action, Policy, SpentBefore
from domain.returns.case import Approval, Decision, Finding, PolicyException, ReturnCase, ReturnLine

# What sets aside the rules about a whole request, and is decided with it.
OF_REQUESTS = (Action.POLICY_EXCEPTION, Action.EXCHANGE_OVERRIDE)


def ask_exception(number: int, *, by: Actor, note: str, at: datetime) -> PolicyException:
    """The wish, with the request itself, that goods come back which the rules refuse."""
    return PolicyException(number=number, action=Action.POLICY_EXCEPTION, asked_by=by, asked_at=at, note=note)


def action_for(findings: Sequence[Finding], lines: Sequence[ReturnLine]) -> Action:
    """What it takes to set these aside: less than a whole exception, where only the rules about exchanges are against it."""
    swapped = {line.line_id for line in lines if line.resolution in SWAPPING}
    only = all(
        finding.policy_rule == "exchanges" or (finding.rule == "method_not_offered" and finding.line_id in swapped)
        for finding in findings
    )
    return Action.EXCHANGE_OVERRIDE if findings and only else Action.POLICY_EXCEPTION


def judge_exception(
    asked: PolicyException,
    findings: Sequence[Finding],
    worth: Money,
    *,
    policy: Policy,
    spent: Sequence[SpentBefore] = (),
) -> PolicyException:
    """The exception from the rules that refused the goods: granted where its asker may do that alone, else open.

    `spent` is what other cases were granted of the same without approval; together they must stay within the limit.
    """
    authority = decide_authority(Deed(asked.action, worth, asked.asked_by), policy=policy, spent=spent)
    waits = authority.need is not None and asked.action not in OF_REQUESTS
    return asked.model_copy(
        update={
            "rules": tuple(dict.fromkeys(finding.policy_rule or finding.rule for finding in findings)),
            "amount_minor": worth.minor,
            "need": authority.need,
            "reasons": authority.reasons,
            "row": authority.row,
            "granted": True if authority.need is None else None,
            # A request has the deadline of its review.
            "deadline": policy.due(asked.asked_at, policy.deadlines.approval) if waits else None,
        }
    )


def goods_worth(order: Order, lines: Sequence[ReturnLine]) -> Money:
    """The price of the units of a request, after each line's own discount."""
    known = {line.line_id: line for line in order.lines}
    bought = [(known[line.line_id], line.quantity) for line in lines if line.line_id in known]
    minor = sum(line.price_minor * quantity // line.quantity for line, quantity in bought)
    return Money(minor=minor, currency=order.currency)


def settle_exception(
    case: ReturnCase, number: int, *, granted: bool, decision: Approval, first: Approval | None = None
) -> ReturnCase:
    """The exception is granted or not; a refund that was proposed with other fees is proposed anew."""
    settled = tuple(
        each.model_copy(update={"granted": granted, "decision": decision, "first_approval": first})
        if each.number == number
        else each
        for each in case.exceptions
    )
    changed = case.with_facts(exceptions=settled)
    changes_fees = any(each.number == number and each.action is Action.FEE_WAIVER for each in settled)
    return void_proposal(changed) if changes_fees else changed


def void_proposal(case: ReturnCase) -> ReturnCase:
    """What was proposed is proposed anew, and what was approved of it counts no more; nothing was paid yet."""
    if case.plan is None:
        return case
    return case.with_facts(
        plan=None,
        approval=None,
        first_approval=None,
        approval_reasons=(),
        approval_need=None,
        escalated=tuple(each for each in case.escalated if each is not WaitingFor.APPROVAL),
    )


def find_undecided(case: ReturnCase) -> tuple[Finding, ...]:
    """The exceptions that must be decided before the refund can be."""
    return tuple(
        Finding(
            rule="exception_pending",
            policy_rule="approval.matrix",
            detail=f"Other fees that {each.asked_by.name} asked for are not decided yet ({each.note}).",
            way_out=f"Decide on exception {each.number} first.",
        )
        for each in case.exceptions
        if each.granted is None and each.action is Action.FEE_WAIVER
    )


def pending_exception(case: ReturnCase, number: int | None) -> PolicyException | None:
    """That exception, while nobody decided on it."""
    return next((each for each in case.exceptions if each.number == number and each.granted is None), None)


def settle_request_exception(case: ReturnCase, decision: Approval) -> ReturnCase:
    """The review of a request that needed an exception decides on the exception as well."""
    granted = decision.decision is not Decision.REFUSE
    settled = tuple(
        each.model_copy(update={"granted": granted, "decision": decision, "first_approval": case.first_review})
        if each.action in OF_REQUESTS and each.granted is None
        else each
        for each in case.exceptions
    )
    return case.with_facts(exceptions=settled)
