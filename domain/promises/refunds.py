"""Until when a customer's money must be back: by the shop's own rules, and by the law where it is sooner."""

from __future__ import annotations

from datetime import datetime

from domain.case_documents import CaseDocument
from domain.cases import CasePart
from domain.claims.case import Claim
from domain.payouts import GONE, HOLDING, PayoutState
from domain.policies import RIGHTS, LineTerms, Policy, RefundMoment, StatutePack
from domain.returns.case import Decision, ReturnCase, Verdict
from domain.returns.service import deadlines_of, terms_of
from domain.returns.stages import is_refund_refused, unpaid_minor


class RefundDue(CasePart):
    """Until when, and the law that says so where the shop would take longer."""

    by: datetime
    law: StatutePack | None = None


def refund_due(case: CaseDocument, policy: Policy) -> RefundDue | None:
    """Until when money must have been sent; None while none is owed, and once all of it was.

    Source: policy fields refund_timing and deadlines.refund; the statutes' `refund_within`, counted from the earlier of
    proof of sending and goods back.
    """
    match case:
        case ReturnCase(exchange=None):
            return _due_for_goods(case, policy)
        case ReturnCase() | Claim() if case.plan_made_at is not None and _is_outstanding(case):
            deadlines = deadlines_of(case, policy) if isinstance(case, ReturnCase) else policy.deadlines
            return RefundDue(by=policy.due(case.plan_made_at, deadlines.refund))
        case _:
            return None


def is_money_back(case: CaseDocument) -> bool:
    """Whether money went out and nothing of it is outstanding."""
    return any(payout.state in GONE for payout in case.payouts) and not _is_outstanding(case)


def _is_outstanding(case: CaseDocument) -> bool:
    on_its_way = any(p.state in HOLDING and p.state is not PayoutState.ACCEPTED for p in case.payouts)
    return on_its_way or (isinstance(case, ReturnCase) and unpaid_minor(case) > 0)


def _due_for_goods(case: ReturnCase, policy: Policy) -> RefundDue | None:
    """The soonest of its lines; what is owed beyond what went out ahead counts from when that was worked out."""
    if _is_over(case) or (case.plan is not None and not _is_outstanding(case)):
        return None
    within = deadlines_of(case, policy).refund
    if case.plan_made_at is not None and any(payout.state in GONE for payout in case.payouts):
        return RefundDue(by=policy.due(case.plan_made_at, within))
    dates: list[RefundDue] = []
    terms = terms_of(case)
    for line in case.lines:
        granted = terms.get(line.line_id, LineTerms())
        if moment := _moment(case, granted):
            dates.append(RefundDue(by=policy.due(moment, within)))
        back = _back_at(case)
        if granted.statute is not None and back is not None:
            by = policy.due(back, RIGHTS[granted.statute].refund_within)
            dates.append(RefundDue(by=by, law=granted.statute))
    # Of equals the shop's own word counts: the law says nothing then that the shop would not.
    return min(dates, key=lambda due: (due.by, due.law is not None), default=None)


def _is_over(case: ReturnCase) -> bool:
    """Whether nothing is owed whatever the goods are: cancelled, refused, or never sent."""
    refused = case.eligibility is None or case.eligibility.verdict is Verdict.REFUSED
    turned_down = case.review is not None and case.review.decision is Decision.REFUSE
    never_came = case.goods.given_up_at is not None and not case.goods.arrivals and case.plan is None
    return case.cancelled_at is not None or refused or turned_down or never_came or is_refund_refused(case)


def _moment(case: ReturnCase, granted: LineTerms) -> datetime | None:
    """When the money of a line goes back by its terms; what is worked out already is owed at the latest since then."""
    arrived_at = case.goods.arrivals[0].at if case.goods.arrivals else None
    found = [case.plan_made_at]
    if case.ahead_refused_at is None and granted.refund_at is RefundMoment.FIRST_SCAN:
        found += [case.goods.scanned_at, arrived_at]
    if case.ahead_refused_at is None and granted.refund_at is RefundMoment.RECEIPT:
        found.append(arrived_at)
    return min((at for at in found if at is not None), default=None)


def _back_at(case: ReturnCase) -> datetime | None:
    """The earlier of proof of sending and goods back."""
    arrived_at = case.goods.arrivals[0].at if case.goods.arrivals else None
    return min((at for at in (case.goods.scanned_at, arrived_at) if at is not None), default=None)
