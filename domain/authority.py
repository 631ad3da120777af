"""Who may decide what up to how much; four eyes."""

from __future__ import annotations

from domain.cases import Actor, Role
from domain.money import Money
from domain.policies import Policy
from domain.returns.case import Finding

APPROVERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
# Who may decide what becomes of money that is owed already: how it is paid, or that it is not.
RESOLVERS = frozenset({Role.SUPERVISOR, Role.FINANCE, Role.ADMIN})


def find_approval_reasons(refund: Money, *, policy: Policy) -> tuple[Finding, ...]:
    """Why a person must decide this refund; none when the rules may. Source: policy field approval.refund_above."""
    if not refund:
        return ()
    limit = policy.approval.refund_above.within(refund.currency)
    if limit is None:
        detail = f"The policy names no limit in {refund.currency}, so a person decides."
        return (Finding(rule="no_limit_for_currency", detail=detail, way_out="A supervisor decides."),)
    if refund > limit:
        detail = f"The refund of {refund} is above the limit of {limit}."
        return (Finding(rule="refund_above_limit", detail=detail, way_out="A supervisor decides."),)
    return ()


def find_approver_fault(approver: Actor, *, requester: Actor) -> Finding | None:
    """Why this actor may not decide on a request of `requester`; None when they may."""
    if approver.role not in APPROVERS:
        detail = f"A {approver.role} may not decide on refunds."
        return Finding(rule="no_authority", detail=detail, way_out="Ask a supervisor.")
    if approver.name == requester.name:
        detail = f"{approver.name} asked for this return and may not approve it."
        return Finding(rule="requester_cannot_approve", detail=detail, way_out="Another supervisor decides.")
    return None


def find_resolver_fault(resolver: Actor) -> Finding | None:
    """Why this actor may not decide on a payment issue; None when they may."""
    if resolver.role in RESOLVERS:
        return None
    detail = f"A {resolver.role} may not decide what becomes of this money."
    return Finding(rule="no_authority", detail=detail, way_out="Ask a supervisor or finance.")
