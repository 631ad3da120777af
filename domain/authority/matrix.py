"""The matrix of role, action, amount and currency: what may be done alone, and who approves the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.authority.splits import find_splits
from domain.cases import SYSTEM, Actor, Role
from domain.money import Money
from domain.policies import Action, AuthorityNeed, AuthorityRow, May, Policy, SpentBefore
from domain.returns.case import Finding

# Who approves what no row of the matrix speaks of; an administrator is asked last whatever the matrix says.
BY_DEFAULT = (Role.SUPERVISOR, Role.ADMIN)
LAST_RESORT = Role.ADMIN
VOUCHERS = (Role.SUPERVISOR, Role.FINANCE, Role.ADMIN)
_ORDER = (Role.AGENT, Role.SUPERVISOR, Role.FINANCE, Role.ADMIN)


@dataclass(frozen=True)
class Deed:
    """Something that needs authority: what, how much, and who wants it."""

    action: Action
    amount: Money
    requester: Actor = SYSTEM


@dataclass(frozen=True)
class Authority:
    """The answer of the matrix: nothing is needed (`need` is None, `row` allowed it), or this approval and why."""

    need: AuthorityNeed | None
    reasons: tuple[Finding, ...] = ()
    row: str = ""


def decide_authority(deed: Deed, *, policy: Policy, spent: Sequence[SpentBefore] = ()) -> Authority:
    """Whether the requester may do it alone, and else who must approve it and why.

    `spent` is what was granted before without approval; together with it the deed must stay within the limit.
    Source: policy field approval, docs/authority.md.
    """
    if deed.action is Action.REFUND and not deed.amount:
        return Authority(need=None, row="nothing_to_refund")
    rows = [row for row in rows_of(policy) if row.may is May.ACT and _fits(row, deed)]
    free = next((row for row in rows if row.up_to is None), None)
    if free is not None:
        return Authority(need=None, row=free.rule)
    limits = [(limit, row) for row in rows if row.up_to and (limit := row.up_to.within(deed.amount.currency))]
    if not limits:
        return Authority(need_for(deed, policy), (_without_limit(deed, rows),))
    limit, row = max(limits, key=lambda each: each[0].minor)
    if deed.amount > limit:
        return Authority(need_for(deed, policy), (_above(deed, limit),))
    splits = find_splits(deed.amount, spent, limit=limit, policy=policy, action=deed.action)
    return Authority(need_for(deed, policy), splits) if splits else Authority(need=None, row=row.rule)


def find_approval_reasons(
    refund: Money,
    *,
    policy: Policy,
    action: Action = Action.REFUND,
    requester: Actor = SYSTEM,
    spent: Sequence[SpentBefore] = (),
) -> tuple[Finding, ...]:
    """Why a person must decide this amount; none when the rules, or the requester alone, may."""
    return decide_authority(Deed(action, refund, requester), policy=policy, spent=spent).reasons


def rows_of(policy: Policy) -> tuple[AuthorityRow, ...]:
    """All rows of the policy, the short form `refund_above` as the first of them."""
    short = AuthorityRow(
        rule="refund_above",
        role=Role.SYSTEM,
        may=May.ACT,
        actions=(Action.REFUND,),
        up_to=policy.approval.refund_above,
    )
    return (short, *policy.approval.matrix)


def role_asked(need: AuthorityNeed | None, *, escalations: int) -> Role:
    """The role that is asked after so many deadlines passed: each one asks the next, at last an administrator."""
    roles = need.roles if need else BY_DEFAULT
    return roles[min(escalations, len(roles) - 1)]


def _fits(row: AuthorityRow, deed: Deed) -> bool:
    return _is_about(row, deed) and row.role in (Role.SYSTEM, deed.requester.role)


def need_for(deed: Deed, policy: Policy) -> AuthorityNeed:
    """Who must approve the deed, and how many of them, once somebody must."""
    two_above = policy.approval.two_above.within(deed.amount.currency)
    return AuthorityNeed(
        action=deed.action,
        amount_minor=deed.amount.minor,
        currency=deed.amount.currency,
        roles=_approving_roles(deed, policy),
        approvals=2 if two_above is not None and deed.amount > two_above else 1,
    )


def need_to_confirm(deed: Deed, policy: Policy) -> AuthorityNeed:
    """Who may vouch that so much was paid outside, and how many of them: as for approving it.

    Where no row speaks of it finance may as well: it is they who see the statements of the bank.
    """
    need = need_for(deed, policy)
    if any(row.may is May.APPROVE and _is_about(row, deed) for row in policy.approval.matrix):
        return need
    return need.model_copy(update={"roles": VOUCHERS})


def _is_about(row: AuthorityRow, deed: Deed) -> bool:
    return not row.actions or deed.action in row.actions


def _approving_roles(deed: Deed, policy: Policy) -> tuple[Role, ...]:
    """Those who may approve it, the one with the least authority first."""
    rows = [row for row in policy.approval.matrix if row.may is May.APPROVE and _is_about(row, deed)]
    if not rows:
        return BY_DEFAULT
    reach: dict[Role, tuple[bool, int]] = {}
    for row in rows:
        limit = row.up_to.within(deed.amount.currency) if row.up_to else None
        if row.up_to is None or (limit is not None and deed.amount.minor <= limit.minor):
            so_far = (row.up_to is None, limit.minor if limit else 0)
            reach[row.role] = max(reach.get(row.role, so_far), so_far)
    able = sorted(reach, key=lambda role: (reach[role], _ORDER.index(role)))
    return tuple(dict.fromkeys((*(role for role in able if role is not LAST_RESORT), LAST_RESORT)))


def _without_limit(deed: Deed, rows: Sequence[AuthorityRow]) -> Finding:
    currency = deed.amount.currency
    if deed.action is Action.REFUND or rows:
        detail = f"The policy names no limit in {currency}, so a person decides."
        return Finding(rule="no_limit_for_currency", detail=detail, way_out="A supervisor decides.")
    words = deed.action.replace("_", " ")
    detail = f"No row of the policy lets {_who(deed.requester)} decide on a {words} alone."
    return Finding(rule=f"{deed.action}_needs_approval", detail=detail, way_out="A supervisor decides.")


def _above(deed: Deed, limit: Money) -> Finding:
    words = deed.action.replace("_", " ")
    detail = f"The {words} of {deed.amount} is above the limit of {limit}."
    return Finding(rule=f"{deed.action}_above_limit", detail=detail, way_out="A supervisor decides.")


def _who(requester: Actor) -> str:
    return "the rules" if requester.role is Role.SYSTEM else f"the role {requester.role}"
