"""Who may confirm that money was paid outside: as for approving it, and never who recorded it or wished for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.authority import Deed, Delegation, Standing, Voice, find_standing, need_to_confirm
from domain.case_documents import CaseDocument
from domain.cases import Actor, InboxEvent
from domain.manual_refunds import ManualRefund
from domain.money import Money
from domain.payouts import PayoutMethod
from domain.policies import Action, AuthorityNeed, Policy
from domain.returns.case import Finding


@dataclass(frozen=True)
class Wanted:
    """What was to be paid: the action, who asked for it or proposed it, and whose approval it still waits for."""

    action: Action = Action.REFUND
    by: tuple[Actor, ...] = ()
    open_need: AuthorityNeed | None = None


def need_of(case: CaseDocument, manual: ManualRefund, wanted: Wanted, policy: Policy) -> AuthorityNeed:
    """Who may confirm it: whoever may approve all that was paid outside on the case, since small parts are one whole.

    While the amount itself waits to be approved, confirming approves it: then nobody may who could not approve that.
    Once something was sent to the provider it had been approved.
    """
    parts = sum(each.amount_minor for each in case.manual_refunds if each.confirmed is not False)
    asked = wanted.open_need
    whole = Money(minor=max(parts, asked.amount_minor if asked else 0), currency=case.currency)
    need = need_to_confirm(Deed(wanted.action, whole, manual.actor), policy)
    if asked is None:
        return need
    was_approved = any(payout.method is not PayoutMethod.MANUAL for payout in case.payouts)
    roles = need.roles if was_approved else tuple(role for role in need.roles if role in asked.roles)
    return need.model_copy(update={"roles": roles, "approvals": max(need.approvals, asked.approvals)})


def find_confirmer(
    event: InboxEvent,
    manual: ManualRefund,
    need: AuthorityNeed,
    *,
    wanted: Wanted,
    delegations: Sequence[Delegation] = (),
    at: datetime | None = None,
) -> Standing | Finding:
    """By whose authority this person may confirm it, or why not."""
    if event.actor.person == manual.actor.person:
        detail = f"{event.actor.name} recorded this refund and may not confirm it."
        return Finding(rule="recorder_cannot_confirm", detail=detail, way_out="Another person with authority confirms.")
    return find_standing(
        event.actor,
        requester=manual.actor,
        need=need,
        first=Voice(manual.first_by, manual.first_stands_in_for) if manual.first_by else None,
        also_wanted_by=wanted.by,
        delegations=delegations,
        at=at,
    )
