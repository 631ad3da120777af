"""What a claim comes to, by the functions of every other plan: never above what was paid for its units."""

from __future__ import annotations

from dataclasses import dataclass

from domain.claims.case import Claim, Resolution
from domain.collection_plans import with_collected
from domain.goods_back.counts import accepted_units, count_units
from domain.money import Money, share
from domain.order_funds import OrderFunds
from domain.orders import Order
from domain.policies import Fees, Policy, Remedy
from domain.reimbursements import (
    AmountRefused,
    AmountRequest,
    ReimbursedUnits,
    ReimbursementPlan,
    plan_amount,
    plan_reimbursement,
)
from domain.replacement_shipments.case import Goods
from domain.replacement_shipments.counts import as_goods, count_goods
from domain.returns.case import PlanBasis


@dataclass(frozen=True)
class Ground:
    """What an amount rests on: the order with what its payments hold, what was paid before, and the rules."""

    funds: OrderFunds
    basis: PlanBasis
    policy: Policy

    @property
    def order(self) -> Order:
        """The order in its present version."""
        return self.funds.order


def units_to_give(case: Claim) -> dict[str, int]:
    """By line id, the units that count: those that an inspector accepted once goods came, else those claimed.

    Whoever grants an appeal against what the inspection led to grants it for all that is claimed.
    """
    if case.goods.arrivals and not case.overrules_inspection:
        return dict(accepted_units(case.goods) & count_units(case.claimed))
    return dict(count_units(case.claimed))


def units_to_reimburse(case: Claim, resolution: Resolution) -> list[ReimbursedUnits]:
    """The units that count, as they are paid for; fees are kept only of goods that come back, by the fault of the claim."""
    fees = {each.line_id: each.fees for each in case.judgements} if resolution.goods_back else {}
    return [
        ReimbursedUnits(line_id=line, quantity=quantity, fault=resolution.fault, fees=fees.get(line, Fees()))
        for line, quantity in units_to_give(case).items()
        if quantity
    ]


def value_claim(case: Claim, resolution: Resolution, ground: Ground) -> ReimbursementPlan:
    """What the units bring in full, or as far as was approved before."""
    units = units_to_reimburse(case, resolution)
    return plan_reimbursement(
        with_collected(ground.order, ground.basis.collected),
        units,
        before=ground.basis.before,
        policy=ground.policy,
        lower_to_minor=ground.basis.lower_to_minor,
    )


def plan_remedy(case: Claim, resolution: Resolution, ground: Ground) -> ReimbursementPlan | AmountRefused | None:
    """The plan of a refund, or why it cannot be; None for a replacement, which moves no money."""
    if resolution.remedy is Remedy.REPLACE:
        return None
    whole = value_claim(case, resolution, ground)
    if resolution.remedy is Remedy.REFUND:
        return whole
    amount = resolution.amount_minor
    if amount is not None and amount > whole.total_minor:
        asked, most = (Money(minor=minor, currency=case.currency) for minor in (amount, whole.total_minor))
        return AmountRefused(
            code="refund_exceeds_balance",
            detail=f"{asked} is more than the {most} that was paid for what is claimed and can still be refunded.",
            way_out=f"Give an amount up to {most}.",
            left_minor=whole.total_minor,
        )
    request = AmountRequest(
        amount_minor=amount or 0,
        currency=case.currency,
        line_id=resolution.line_id,
        why=f"claim {case.ref.rma}, {case.problem.replace('_', ' ')}",
    )
    return plan_amount(
        with_collected(ground.order, ground.basis.collected),
        request,
        before=ground.basis.before,
        refundable_minor=ground.basis.held_by_payment or ground.funds.refundable_minor,
        rounding=ground.policy.rounding,
    )


def part_of(case: Claim, resolution: Resolution, percent: int, ground: Ground) -> int:
    """So many percent of what the units bring in full, in minor units."""
    return share(value_claim(case, resolution, ground).total_minor, percent, 100, ground.policy.rounding)


def goods_to_send(case: Claim, order: Order) -> tuple[Goods, ...]:
    """The same goods again, by SKU."""
    units = units_to_give(case)
    goods = [Goods(sku=line.sku, quantity=units[line.line_id]) for line in order.lines if units.get(line.line_id)]
    return as_goods(count_goods(goods))
