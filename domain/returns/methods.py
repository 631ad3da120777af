"""How a return is reimbursed: as the customer chose for each line, among the methods that the policy offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.exchanges.offers import SWAPPING
from domain.payout_routes import Owed, date_credits, split_owed
from domain.payouts import Payout
from domain.policies import LineTerms, Method, PayoutRules, Policy, StoreCreditRules
from domain.reimbursements import ReimbursementPlan, StoreCreditPlan, plan_partial_credit
from domain.returns.case import ReturnCase, ReturnLine, ReturnPart
from domain.returns.laws import overrule_payouts
from domain.returns.service import terms_of
from domain.returns.stages import gives_back, unpaid_minor


class MethodAmount(ReturnPart):
    """What is paid in one way, and what the shop adds for taking it so."""

    method: Method
    amount_minor: int
    bonus_minor: int = 0
    explanation: str = ""

    @property
    def total_minor(self) -> int:
        """What reaches the customer."""
        return self.amount_minor + self.bonus_minor


def method_of(line: ReturnLine, terms: Mapping[str, LineTerms]) -> Method:
    """How money for the line is paid: as was chosen, else the original payment where it is offered, else store credit.

    Of an exchanged line that is how a difference, or all of it once the exchange fell back, is paid.
    """
    chosen = line.difference_as if line.resolution in SWAPPING else line.resolution
    if chosen is not None:
        return chosen
    granted = terms.get(line.line_id)
    offered = granted.methods if granted else ()
    only_credit = Method.STORE_CREDIT in offered and Method.ORIGINAL_PAYMENT not in offered
    return Method.STORE_CREDIT if only_credit else Method.ORIGINAL_PAYMENT


def plan_credit(
    plan: ReimbursementPlan, lines: Sequence[ReturnLine], terms: Mapping[str, LineTerms]
) -> StoreCreditPlan:
    """What of the plan becomes store credit: the lines whose customer chose it, by the terms that they were granted."""
    chosen = {line.line_id for line in lines if method_of(line, terms) is Method.STORE_CREDIT}
    return plan_partial_credit(plan, {line_id: _credit_rules(line_id, terms) for line_id in chosen})


def share_by_method(
    plan: ReimbursementPlan, lines: Sequence[ReturnLine], terms: Mapping[str, LineTerms]
) -> tuple[MethodAmount, ...]:
    """The plan by the ways it is paid in; together with no bonus they are its total. Ways that bring nothing are left out."""
    return amounts_by_method(plan, plan_credit(plan, lines, terms))


def amounts_by_method(plan: ReimbursementPlan, credit: StoreCreditPlan) -> tuple[MethodAmount, ...]:
    """The plan, a part of which is paid as that credit, by the ways it is paid in."""
    amounts = []
    if original := plan.total_minor - credit.owed_minor:
        amounts.append(MethodAmount(method=Method.ORIGINAL_PAYMENT, amount_minor=original))
    if credit.owed_minor:
        amounts.append(
            MethodAmount(
                method=Method.STORE_CREDIT,
                amount_minor=credit.owed_minor,
                bonus_minor=credit.bonus_minor,
                explanation=credit.explanation,
            )
        )
    return tuple(amounts)


def owed_now(case: ReturnCase) -> Owed:
    """What of the plan is not on its way yet, by method; a credit that was paid in part earns the rest of its bonus."""
    unpaid = unpaid_minor(case)
    if case.plan is None or unpaid <= 0:
        return Owed()
    if case.gift is not None:
        return Owed(credit_minor=unpaid)
    if gives_back(case):
        return Owed(original_minor=unpaid)
    return split_owed(unpaid, plan_credit(case.plan, case.lines, terms_of(case)), case.payouts)


def date_new_credits(
    case: ReturnCase, payouts: Sequence[Payout], *, policy: Policy, at: datetime
) -> tuple[Payout, ...]:
    """New credit of the return can be spent as long as its terms say."""
    if case.plan is None:
        return tuple(payouts)
    lasts = plan_credit(case.plan, case.lines, terms_of(case)).expires_after
    return date_credits(payouts, lasts, policy=policy, at=at)


def payout_rules(case: ReturnCase, policy: Policy) -> PayoutRules:
    """The shop's rules for payouts, as far as the law allows them for a withdrawal."""
    by_law = any(granted.statute for granted in terms_of(case).values())
    return overrule_payouts(policy.payouts) if by_law else policy.payouts


def _credit_rules(line_id: str, terms: Mapping[str, LineTerms]) -> StoreCreditRules:
    granted = terms.get(line_id)
    return granted.store_credit if granted else StoreCreditRules()
