"""Who may approve: by role or as a stand-in, never what they asked for themselves, and never twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.authority.delegations import Delegation
from domain.authority.matrix import BY_DEFAULT
from domain.cases import Actor, Role
from domain.money import Money
from domain.policies import AuthorityNeed
from domain.returns.case import Approval, Finding

APPROVERS = frozenset(BY_DEFAULT)
# Who may decide what becomes of money that is owed already: how it is paid, or that it is not.
RESOLVERS = frozenset({Role.SUPERVISOR, Role.FINANCE, Role.ADMIN})


@dataclass(frozen=True)
class Standing:
    """By whose authority somebody decides: their own (nothing), or that of the person they stand in for."""

    stands_in_for: str = ""


@dataclass(frozen=True)
class Voice:
    """Who has spoken, and for whom."""

    actor: Actor
    stands_in_for: str = ""


def find_standing(
    approver: Actor,
    *,
    requester: Actor,
    need: AuthorityNeed | None = None,
    first: Approval | Voice | None = None,
    also_wanted_by: Sequence[Actor] = (),
    delegations: Sequence[Delegation] = (),
    at: datetime | None = None,
) -> Standing | Finding:
    """By whose authority this actor may decide, or why not.

    A person is one person under every login and role. `first` is the first of two approvals: the second must come from
    another person and by another's authority. `also_wanted_by` are barred as the requester is. `delegations` are those
    made to the approver.
    """
    roles = need.roles if need else BY_DEFAULT
    lent = [each for each in delegations if each.delegator.role in roles and (at is None or each.is_in_force(at))]
    if approver.role not in roles and not lent:
        return _without_authority(approver, need)
    wanted_by = {each.person for each in (requester, *also_wanted_by)}
    if approver.person in wanted_by:
        detail = f"{approver.name} asked for this and may not approve it."
        return Finding(rule="requester_cannot_approve", detail=detail, way_out="Another supervisor decides.")
    spoken = _behind(first) if first else set()
    if approver.person in spoken and first is not None:
        detail = f"Two people must approve this, and {first.actor.name} was the first."
        return Finding(rule="second_person_needed", detail=detail, way_out="Somebody else gives the second approval.")
    if approver.role in roles:
        return Standing()
    lenders = [each.delegator.person for each in lent if each.delegator.person not in wanted_by | spoken]
    if not lenders:
        names = ", ".join(sorted({each.delegator.name for each in lent}))
        detail = f"{names}, for whom {approver.name} stands in, asked for this or has spoken already."
        return Finding(
            rule="lender_cannot_approve", detail=detail, way_out=f"Somebody else with the role {roles[0]} decides."
        )
    return Standing(stands_in_for=lenders[0])


def find_approver_fault(
    approver: Actor, *, requester: Actor, need: AuthorityNeed | None = None, first: Approval | None = None
) -> Finding | None:
    """Why this actor may not decide on a request of `requester`; None when they may."""
    found = find_standing(approver, requester=requester, need=need, first=first)
    return found if isinstance(found, Finding) else None


def find_taken_fault(actor: Actor, owner: str) -> Finding | None:
    """Why the actor must leave it to the person who has taken it on; None when nobody else has."""
    if not owner or owner == actor.person:
        return None
    way_out = "Ask them, or release it first and take it on yourself."
    return Finding(rule="claimed_by_another", detail=f"{owner} has taken this on.", way_out=way_out)


def find_resolver_fault(resolver: Actor) -> Finding | None:
    """Why this actor may not decide on a payment issue; None when they may."""
    if resolver.role in RESOLVERS:
        return None
    detail = f"The role {resolver.role} may not decide what becomes of this money."
    return Finding(rule="no_authority", detail=detail, way_out="Ask a supervisor or finance.")


def _behind(spoken: Approval | Voice) -> set[str]:
    """The person who decided, and the one for whom they stood in."""
    return {spoken.actor.person, spoken.stands_in_for}


def _without_authority(approver: Actor, need: AuthorityNeed | None) -> Finding:
    if need is None:
        detail = f"The role {approver.role} may not decide on refunds."
        return Finding(rule="no_authority", detail=detail, way_out="Ask a supervisor.")
    amount, words = _say(need), need.action.replace("_", " ")
    detail = f"The role {approver.role} may not decide on this: {words}, {amount}."
    able = " or ".join(need.roles)
    way_out = f"Ask somebody with the role {able}, or stand in for one of them."
    return Finding(rule="no_authority", policy_rule="approval.matrix", detail=detail, way_out=way_out)


def _say(need: AuthorityNeed) -> str:
    return str(Money(minor=need.amount_minor, currency=need.currency))
