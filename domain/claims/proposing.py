"""What is to be given for a claim, and who must say yes to it: by amount, whatever the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.authority import Authority, Deed, Delegation, Standing, decide_authority, find_standing
from domain.cases import WaitingFor
from domain.changes import CaseChange, entry
from domain.claims.case import Claim, Denial, Resolution
from domain.claims.planning import Ground, plan_remedy, value_claim
from domain.goods_back.deliveries import plan_deliveries
from domain.goods_back.views import has_moved
from domain.money import Money
from domain.policies import Action, Remedy
from domain.reimbursements import AmountRefused
from domain.returns.case import Approval, Finding

ClaimChange = CaseChange[Claim]
APPEAL = "If this is wrong, appeal: say why and send what shows it; somebody else looks at it again."
LAST_WORD = "This was looked at twice and is the last word of the shop."
_REMEDIES = {
    Remedy.REPLACE: "The same goods are sent again",
    Remedy.REFUND: "What was paid for them is paid back",
    Remedy.REFUND_PART: "A part is paid back",
}


def action_of(resolution: Resolution) -> Action:
    """What authority it takes: to give anything before the goods are back is an action of its own."""
    return Action.REFUND if resolution.goods_back else Action.RETURNLESS_REFUND


def propose(
    case: Claim,
    resolution: Resolution,
    ground: Ground,
    *,
    reviewed: Approval | None = None,
    delegations: Sequence[Delegation] = (),
    at: datetime,
) -> ClaimChange | AmountRefused:
    """What is given, with its amount, and whether somebody else must approve it; or why it cannot be.

    `reviewed` is the decision of the person who proposes it. They approve it with the same word where the matrix lets
    them; else it waits for somebody who may. What the rules propose must lie within what they may decide alone.
    """
    planned = plan_remedy(case, resolution, ground)
    if isinstance(planned, AmountRefused):
        return planned
    minor = planned.total_minor if planned is not None else value_claim(case, resolution, ground).total_minor
    total = Money(minor=minor, currency=case.currency)
    asker = case.opened_by
    authority = decide_authority(
        Deed(action_of(resolution), total, asker), policy=ground.policy, spent=ground.basis.spent
    )
    approval, first = _own_word(authority, reviewed, case, delegations, at=at)
    if resolution.goods_back and not has_moved(case):
        # Planned when they are asked for, by the terms of then; what is under way stays as it was planned.
        case = case.with_goods(deliveries=plan_deliveries(case.claimed, case.terms))
    proposed = case.with_facts(
        resolution=resolution,
        reviewed=reviewed,
        plan=planned,
        plan_basis=ground.basis if planned is not None else None,
        plan_made_at=at,
        approval_reasons=authority.reasons,
        approval_need=authority.need,
        approval_row=authority.row,
        approval_asked_at=at,
        approval=approval,
        first_approval=first,
    )
    ending = "; somebody else decides." if proposed.needs_approval else "."
    words = f"{_REMEDIES[resolution.remedy]} ({total}){', once they are back' if resolution.goods_back else ''}{ending}"
    line = entry(
        at,
        "claim.proposed",
        words,
        actor=resolution.actor,
        remedy=str(resolution.remedy),
        amount_minor=minor,
        currency=case.currency,
        fault=str(resolution.fault),
        goods_back=resolution.goods_back,
    )
    return ClaimChange(case=proposed, entries=(line,))


def deny(case: Claim, denial: Denial) -> Claim:
    """Nothing is given, for that reason; what was proposed before counts no more."""
    return case.with_facts(
        denials=(*case.denials, denial),
        resolution=None,
        plan=None,
        plan_basis=None,
        approval_reasons=(),
        approval_need=None,
        approval=None,
        first_approval=None,
    )


def reopen(case: Claim, finding: Finding, *, at: datetime) -> Claim:
    """What was proposed cannot be given after all: a person decides anew, with all their time."""
    waits = (WaitingFor.REVIEW, WaitingFor.APPROVAL)
    return case.with_facts(
        findings=(*case.findings, finding),
        reopened_at=at,
        resolution=None,
        given_at=None,
        plan=None,
        plan_basis=None,
        approval_reasons=(),
        approval_need=None,
        approval=None,
        first_approval=None,
        escalated=tuple(each for each in case.escalated if each not in waits),
    )


def say_way_out(case: Claim, way_out: str = "") -> str:
    """What the customer can do about a denial: appeal the first one, with what the policy says beside."""
    ending = APPEAL if not case.denials else LAST_WORD
    return f"{way_out} {ending}".strip()


def _own_word(
    authority: Authority,
    reviewed: Approval | None,
    case: Claim,
    delegations: Sequence[Delegation],
    *,
    at: datetime,
) -> tuple[Approval | None, Approval | None]:
    """The approval, or the first of two, that the reviewer's word is; neither when they may not decide so much."""
    need = authority.need
    if need is None or reviewed is None:
        return None, None
    standing = find_standing(reviewed.actor, requester=case.opened_by, need=need, delegations=delegations, at=at)
    if not isinstance(standing, Standing):
        return None, None
    given = reviewed.model_copy(update={"stands_in_for": standing.stands_in_for})
    return (None, given) if need.approvals > 1 else (given, None)
