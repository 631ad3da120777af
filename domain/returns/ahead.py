"""Money that goes back before all goods were inspected: for which units, and what the inspection then says about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.goods_back.counts import accepted_units, came_back, received_units
from domain.goods_back.parts import UnitCount
from domain.money import Money
from domain.policies import RefundMoment, Shortfall
from domain.returns.case import Decision, Finding, ReturnCase
from domain.returns.service import terms_of
from domain.returns.stages import is_authorized, is_refund_refused


def is_ahead(case: ReturnCase) -> bool:
    """Whether the refund that is proposed was worked out before all goods were inspected."""
    return case.plan is not None and case.plan_basis is not None and case.plan_basis.ahead is not None


def units_due_ahead(case: ReturnCase) -> dict[str, int]:
    """Units by line id whose moment of refund has come without an inspection. Source: policy table refund_timing.

    The carrier's scan is proof of sending for the whole line, and so is its arrival; a line that is paid at receipt is
    paid for the units that the dock found.
    """
    terms, received = terms_of(case), received_units(case.goods)
    is_sent = case.goods.scanned_at is not None or bool(case.goods.arrivals)
    due: dict[str, int] = {}
    for line in case.lines:
        moment = terms[line.line_id].refund_at if line.line_id in terms else RefundMoment.INSPECTION
        units = 0
        if moment is RefundMoment.FIRST_SCAN and is_sent:
            units = line.quantity
        elif moment is RefundMoment.RECEIPT:
            units = min(line.quantity, received[line.line_id])
        if units:
            due[line.line_id] = units
    return due


def is_ready_ahead(case: ReturnCase) -> bool:
    """Whether more units are to be paid for than the refund that is proposed pays for, the goods may come back, and nobody said no."""
    if (
        not is_authorized(case)
        or case.exchange is not None
        or case.cancelled_at is not None
        or case.ahead_refused_at is not None
        or case.closed_at is not None
        or has_never_come(case)
    ):
        return False
    if case.plan is not None and not is_ahead(case):
        return False
    paid = (case.plan_basis.ahead or {}) if is_ahead(case) and case.plan_basis else {}
    return any(units > paid.get(line_id, 0) for line_id, units in units_due_ahead(case).items())


def lowered_to_minor(case: ReturnCase, ahead: Mapping[str, int] | None) -> int | None:
    """What a person lowered the refund to; nothing when they lowered it ahead, for fewer units than are paid for now.

    `ahead` are the units that are paid for now, None for those that were accepted.
    """
    lowered = case.approval.reduced_to_minor if case.approval else None
    looked_at = case.plan_basis.ahead if case.plan_basis else None
    if lowered is None or looked_at is None:
        return lowered
    now = accepted_units(case.goods) if ahead is None else ahead
    return None if any(units > looked_at.get(line_id, 0) for line_id, units in now.items()) else lowered


def has_never_come(case: ReturnCase) -> bool:
    """Whether nothing arrived, and nobody waits for anything any more."""
    return case.goods.given_up_at is not None and not case.goods.arrivals


def paid_minor(case: ReturnCase) -> int:
    """What went out or is on its way."""
    return sum(payout.amount_minor for payout in case.payouts if not payout.is_owed_again)


def overpaid_minor(case: ReturnCase) -> int:
    """What went out beyond what the inspected goods come to."""
    if case.exchange is not None or case.plan is None or is_ahead(case):
        return 0
    return max(0, paid_minor(case) - case.plan.total_minor)


def when_short(case: ReturnCase) -> Shortfall:
    """What becomes of it; of several lines that say otherwise the most careful counts."""
    said = {granted.when_short for granted in terms_of(case).values()}
    return next((each for each in Shortfall if each in said), Shortfall.REVIEW)


def ask_about_shortfall(case: ReturnCase, short: Money) -> Finding | None:
    """Why a person must look at what was paid ahead; None when the rules say what becomes of it."""
    if when_short(case) is not Shortfall.REVIEW:
        return None
    detail = f"{short} more was paid ahead of the goods than they turned out to be worth."
    way_out = "Approve to leave it with the customer, or refuse: then the customer owes it to the shop."
    return Finding(rule="refund_ahead_too_high", policy_rule="refund_timing", detail=detail, way_out=way_out)


def owed_back_minor(case: ReturnCase) -> int:
    """What the customer owes to the shop, by the rules or since a person said so."""
    short = overpaid_minor(case)
    if not short or when_short(case) is Shortfall.WRITE_OFF:
        return 0
    if when_short(case) is Shortfall.RECEIVABLE:
        return short
    return short if case.approval is not None and case.approval.decision is Decision.REFUSE else 0


def units_kept(case: ReturnCase) -> tuple[UnitCount, ...]:
    """Units that cannot be asked for again: those that the shop has, or all when their money stays with the customer."""
    if overpaid_minor(case) and not owed_back_minor(case):
        return case.expected
    if not is_authorized(case) or (is_refund_refused(case) and not case.payouts):
        # The goods went back, so they may be asked for again, as an appeal does.
        return ()
    refused = case.approval is not None and case.approval.decision is Decision.REFUSE
    return came_back(case.goods) if refused else (*came_back(case.goods), *case.goods.kept)


def refuse_ahead(case: ReturnCase, *, at: datetime) -> ReturnCase:
    """Nothing is paid ahead of the inspection, which says anew what is owed; what went out before counts then."""
    return case.with_facts(
        plan=None,
        plan_basis=None,
        approval=None,
        first_approval=None,
        approval_reasons=(),
        approval_need=None,
        approval_asked_at=None,
        plan_made_at=None,
        ahead_refused_at=at,
    )
