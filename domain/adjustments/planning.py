"""What an adjustment comes to, by the functions of every other plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from domain.adjustments.case import Adjustment, AdjustmentBasis, Correction, Goodwill
from domain.collection_plans import with_collected
from domain.exchanges.settling import settle_again
from domain.goods_back.counts import accepted_units
from domain.money import Money
from domain.orders import Order
from domain.policies import Policy
from domain.reimbursements import (
    AmountKind,
    AmountLine,
    AmountRefused,
    AmountRequest,
    Credit,
    CreditedTax,
    ReimbursementPlan,
    plan_amount,
    plan_reimbursement,
)
from domain.returns.case import ReturnCase
from domain.returns.service import terms_of
from domain.returns.stages import is_refund_refused
from domain.returns.units import settlement_policy, units_to_reimburse

Planned = ReimbursementPlan | AmountRefused
# What of a credit is a sum.
_COUNTED = ("quantity", "excused", "worth_minor", "kept_minor", "exchanged_minor", "net_minor")


def plan_goodwill(asked: Goodwill, order: Order, basis: AdjustmentBasis, *, policy: Policy, at: datetime) -> Planned:
    """The plan of an amount, or why it cannot be, with what is left and what to do."""
    request = AmountRequest(
        currency=asked.currency,
        line_id=asked.line_id,
        shipping_id=asked.shipping_id,
        payment_id=asked.payment_id,
        why=asked.why,
    )

    def plan(amount_minor: int | None) -> Planned:
        asked_for = request.model_copy(update={"amount_minor": amount_minor})
        return plan_amount(
            order,
            asked_for,
            before=basis.before,
            refundable_minor=basis.refundable_minor,
            rounding=policy.rounding,
        )

    if asked.paid_outside is not None and asked.paid_outside.is_still_to_come(at):
        detail = f"{asked.paid_outside.paid_on} is still to come."
        return _refusal("paid_in_future", detail, "Record it once it is paid.")
    if basis.lower_to_minor is not None:
        return plan(basis.lower_to_minor)
    if asked.currency == order.currency:
        try:
            amount = Money.parse(asked.amount, asked.currency)
        except ValueError as error:
            return _unusable(plan(None), f"{error}.", order.currency)
        return plan(amount.minor)
    return plan(None)


def plan_correction(
    asked: Correction, original: ReturnCase, order: Order, basis: AdjustmentBasis, *, policy: Policy
) -> Planned:
    """The difference between what the return should have come to and what was planned for it so far.

    Positive: more is owed. Negative: too much was paid. `basis.before` leaves the return and its corrections out.
    """
    if fault := _find_correction_fault(asked, original):
        return fault
    whole = _plan_whole(original, with_collected(order, basis.collected), basis, policy)
    difference = subtract_plans(whole, basis.earlier, of=f"{original.ref.kind} {original.ref.rma}")
    if not difference.total_minor:
        detail = f"The {original.ref.kind} {original.ref.rma} comes to the same sum with these units."
        return _refusal("nothing_to_correct", detail, "Name the units that should have been paid for.")
    return difference


def _plan_whole(original: ReturnCase, order: Order, basis: AdjustmentBasis, policy: Policy) -> ReimbursementPlan:
    """What it should have come to; the new goods of an exchange are paid for as they left."""
    if original.exchange is not None:
        return settle_again(
            original, order, basis.accepted, before=basis.before, collected=basis.collected, policy=policy
        )
    terms = terms_of(original)
    units = units_to_reimburse(original.lines, basis.accepted, policy, terms=terms)
    return plan_reimbursement(order, units, before=basis.before, policy=settlement_policy(policy, terms))


def find_corrections(adjustments: Sequence[Adjustment], rma: str) -> list[Adjustment]:
    """The corrections of that return that stand, oldest first: planned, and not rejected by a person."""
    return [
        each
        for each in adjustments
        if isinstance(each.asked, Correction)
        and each.asked.rma == rma
        and each.plan is not None
        and not each.is_rejected
    ]


def correction_basis(
    bare: AdjustmentBasis, asked: Correction, original: ReturnCase, corrections: Sequence[Adjustment]
) -> AdjustmentBasis:
    """The basis with the units that count now, and with what was planned for the return so far."""
    latest = corrections[-1].plan_basis if corrections else None
    plans = [original.plan, *(each.plan for each in corrections)]
    return bare.model_copy(
        update={
            "accepted": _corrected_units(asked, original, latest.accepted if latest else None),
            "earlier": tuple(plan for plan in plans if plan is not None),
        }
    )


def _corrected_units(asked: Correction, original: ReturnCase, latest: Mapping[str, int] | None) -> dict[str, int]:
    """Units by line that count now: those named, and the others as the latest correction or the inspection has them."""
    known = dict(latest) if latest is not None else dict(accepted_units(original.goods))
    return known | {unit.line_id: unit.accepted for unit in asked.units}


def subtract_plans(whole: ReimbursementPlan, earlier: Sequence[ReimbursementPlan], *, of: str) -> ReimbursementPlan:
    """What the whole plan owes beyond the earlier ones, position by position and tax by tax."""
    lines = [*whole.lines]
    for plan in earlier:
        paid = Money(minor=plan.total_minor, currency=plan.currency)
        words = f"{paid} was planned for {of} before."
        lines.append(AmountLine(kind=AmountKind.EARLIER_REFUND, amount_minor=-plan.total_minor, explanation=words))
    keys = dict.fromkeys(credit.position for plan in (whole, *earlier) for credit in plan.credits)
    credits = (_credit(key, whole, earlier) for key in keys)
    withdrawn = {name for plan in earlier for name in plan.withdrawn}
    return ReimbursementPlan(
        currency=whole.currency,
        lines=tuple(lines),
        total_minor=sum(line.amount_minor for line in lines),
        credits=tuple(credit for credit in credits if credit is not None),
        withdrawn=tuple(name for name in whole.withdrawn if name not in withdrawn),
    )


def _credit(key: str, whole: ReimbursementPlan, earlier: Sequence[ReimbursementPlan]) -> Credit | None:
    """The whole's credit on the position less the earlier ones; nothing when they are equal."""
    sums: Counter[str] = Counter()
    taxes: dict[Decimal, int] = {}
    by_amount = False
    for sign, plan in [(1, whole), *((-1, plan) for plan in earlier)]:
        for credit in (credit for credit in plan.credits if credit.position == key):
            by_amount = by_amount or credit.by_amount
            for name in _COUNTED:
                sums[name] += sign * getattr(credit, name)
            for tax in credit.taxes:
                taxes[tax.rate] = taxes.get(tax.rate, 0) + sign * tax.amount_minor
    if not any(sums.values()) and not any(taxes.values()):
        return None
    parted = tuple(CreditedTax(rate=rate, amount_minor=amount) for rate, amount in taxes.items())
    return Credit(position=key, by_amount=by_amount, taxes=parted, **sums)


def _find_correction_fault(asked: Correction, original: ReturnCase) -> AmountRefused | None:
    kind, rma = original.ref.kind, original.ref.rma
    if original.closed_at is None:
        detail = f"The {kind} {rma} is not paid and closed yet."
        return _refusal("return_not_closed", detail, f"Record the inspection on the {kind} itself.")
    if original.plan is None and not _has_given(original):
        detail = f"The {kind} {rma} ended without paying or giving anything, so there is nothing to correct."
        return _refusal("return_not_settled", detail, "Open a new return of these units.")
    if is_refund_refused(original) and (original.exchange is not None or not _is_paid(original)):
        detail = f"What the {kind} {rma} came to was refused, so its goods went back to the customer."
        return _refusal("return_was_rejected", detail, "The customer appeals, or a new return of the goods is opened.")
    sold = Counter[str]()
    for line in original.lines:
        sold[line.line_id] += line.quantity
    for unit in asked.units:
        if unit.line_id not in sold:
            detail = f"Line {unit.line_id} is not on {kind} {rma}."
            return _refusal("unknown_position", detail, f"Name one of its lines ({', '.join(sorted(sold))}).")
        if unit.accepted > sold[unit.line_id]:
            most = sold[unit.line_id]
            detail = f"{unit.accepted} of line {unit.line_id} are more than the {most} of {kind} {rma}."
            return _refusal("more_than_returned", detail, f"Give up to {most}; open another return for the others.")
    return None


def _has_given(original: ReturnCase) -> bool:
    """Whether new goods left for it in advance, for which nothing came back."""
    return original.exchange is not None and original.exchange.is_standing and bool(original.exchange.let_go)


def _is_paid(original: ReturnCase) -> bool:
    return any(not payout.is_owed_again for payout in original.payouts)


def _unusable(everything: Planned, detail: str, currency: str) -> AmountRefused:
    """An amount that cannot be read: said with what is left, unless something else is wrong as well."""
    if isinstance(everything, AmountRefused):
        return everything
    left = Money(minor=everything.total_minor, currency=currency)
    return AmountRefused(
        code="unusable_amount", detail=detail, way_out=f"Give an amount up to {left}.", left_minor=left.minor
    )


def _refusal(code: str, detail: str, way_out: str) -> AmountRefused:
    return AmountRefused(code=code, detail=detail, way_out=way_out, left_minor=0)
