"""Other fees than the policy's, asked for while a return is open: held against the matrix by what they change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.cases import InboxEvent
from domain.changes import applied, refused
from domain.goods_back.counts import accepted_units, count_units
from domain.money import Money
from domain.orders import Order
from domain.policies import Action, Fees, Policy, SpentBefore
from domain.reimbursements import PaidBefore, plan_reimbursement
from domain.returns.case import Finding, PolicyException, ReturnCase
from domain.returns.changes import Change
from domain.returns.exceptions import judge_exception, void_proposal
from domain.returns.service import terms_of, with_fees
from domain.returns.units import settlement_policy, units_to_reimburse


class FeesAsked(BaseModel):
    """Other fees than the policy's, for all lines of a return; what is not named is free of charge."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    fees: Fees = Fees()
    note: str


@dataclass(frozen=True)
class Stake:
    """What deciding on an exception rests on: the order, what other cases of it were paid, and the time.

    `spent` is what other cases were granted of the same without approval.
    """

    order: Order
    before: PaidBefore
    policy: Policy
    at: datetime
    spent: tuple[SpentBefore, ...] = ()


def ask_for_fees(case: ReturnCase, event: InboxEvent, stake: Stake) -> Change:
    """Other fees are asked for: they hold at once where the asker may set them alone, else somebody decides.

    Source: policy field approval.matrix, action fee_waiver; the amount is by how much the refund would change. Small
    steps are one change: what was set alone before counts as well, from the fees of the policy or of an approval.
    """
    if case.payouts or (case.approval is not None and case.plan is not None):
        detail = "The refund is decided and on its way, so its fees stand; give the difference back as goodwill."
        return refused(case, event, at=stake.at, code="already_paid", detail=detail)
    body = FeesAsked.model_validate(event.payload)
    change = _refund_with(case, body.fees, stake) - _refund_with(case, None, stake)
    if change < 0 and any(terms.statute for terms in terms_of(case).values()):
        detail = "The law allows no further fees on this withdrawal; only lower ones can be asked for."
        return refused(case, event, at=stake.at, code="law_forbids_fees", detail=detail)
    worth = Money(minor=abs(change), currency=case.currency)
    whole = abs(_refund_with(case, body.fees, stake) - _refund_with(_without_lone_changes(case), None, stake))
    asked = PolicyException(
        number=len(case.exceptions) + 1,
        action=Action.FEE_WAIVER,
        asked_by=event.actor,
        asked_at=stake.at,
        note=body.note,
        fees=body.fees,
    )
    rules = (Finding(rule="fees", policy_rule="fees", detail="Other fees.", way_out="None."),)
    together = Money(minor=whole, currency=case.currency)
    judged = judge_exception(asked, rules, together, policy=stake.policy, spent=stake.spent)
    if judged.granted:
        judged = judged.model_copy(update={"amount_minor": worth.minor})
    changed = case.with_facts(exceptions=(*case.exceptions, judged))
    if judged.granted:
        summary = f"{event.actor.name} set other fees, which changes the refund by {worth}."
        return applied(void_proposal(changed), event, at=stake.at, summary=summary, exception=judged.number)
    summary = f"{event.actor.name} asks for other fees, which change the refund by {together}; somebody decides."
    return applied(void_proposal(changed), event, at=stake.at, summary=summary, exception=judged.number)


def _without_lone_changes(case: ReturnCase) -> ReturnCase:
    """The return with the fees that the policy or somebody's approval set last."""
    return case.with_facts(exceptions=tuple(each for each in case.exceptions if each.decision is not None))


def _refund_with(case: ReturnCase, fees: Fees | None, stake: Stake) -> int:
    """What the refund comes to with these fees, or with those that hold now; of the units that may still be accepted."""
    terms = terms_of(case)
    if fees is not None:
        terms = with_fees(case, terms, fees)
    units = units_to_reimburse(
        case.lines, accepted_units(case.goods) if case.plan else count_units(case.lines), stake.policy, terms=terms
    )
    policy = settlement_policy(stake.policy, terms)
    return plan_reimbursement(stake.order, units, before=stake.before, policy=policy).total_minor
