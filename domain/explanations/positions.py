"""The positions of the order that a plan takes from: what they were worth, what is gone, what is left."""

from __future__ import annotations

from collections.abc import Iterator

from domain.explanations.models import AppliedRounding, ExplainedPosition, ExplainedTax, Source
from domain.explanations.roundings import round_discounts, round_tax, round_units
from domain.money import Rounding
from domain.orders import Order
from domain.reimbursements import Credit, PaidBefore, ReimbursementPlan
from domain.reimbursements.positions import PositionKind
from domain.reimbursements.standing import Standing, stand


def explain_positions(
    order: Order, plan: ReimbursementPlan, *, before: PaidBefore, rounding: Rounding
) -> tuple[ExplainedPosition, ...]:
    """Each position that the plan credits, as it was before, and what is left of it afterwards."""
    standings = stand(order, before, rounding)
    discounts = round_discounts(order)
    return tuple(
        _explain(standings[credit.position], credit, order, rounding=rounding, discounts=discounts)
        for credit in plan.credits
        if credit.position in standings
    )


def _explain(
    standing: Standing,
    credit: Credit,
    order: Order,
    *,
    rounding: Rounding,
    discounts: dict[str, tuple[AppliedRounding, ...]],
) -> ExplainedPosition:
    position, after = standing.position, standing.paid.after(credit)
    line = order.line(position.name) if position.kind is not PositionKind.SHIPPING else None
    is_line = position.kind is PositionKind.LINE
    return ExplainedPosition(
        position=position.key,
        title=line.title if line else "",
        sku=line.sku if line else "",
        units_ordered=position.quantity,
        units_before=standing.taken,
        units=credit.quantity,
        price_minor=_price(standing, order),
        discounts=tuple(_discounts(standing, order)),
        discount_roundings=discounts[position.name] if is_line else (),
        gross_minor=position.gross_minor,
        credited_before_minor=standing.credited_minor,
        worth_minor=credit.worth_minor,
        kept_minor=credit.kept_minor,
        credited_minor=credit.credited_minor,
        net_minor=credit.net_minor,
        taxes=tuple(_taxes(standing, credit, order.currency)),
        worth_rounding=_round_worth(standing, credit, rounding, order.currency) if is_line else None,
        left_minor=position.gross_minor - after.worth_minor,
        left_units=position.quantity - after.quantity if is_line else 0,
        kept_after_minor=after.kept_minor,
    )


def _round_worth(standing: Standing, credit: Credit, rounding: Rounding, currency: str) -> AppliedRounding | None:
    if not credit.quantity or standing.left_minor <= 0:
        return None
    return round_units(standing.pool(rounding), credit.quantity, rounding=rounding, currency=currency)


def _price(standing: Standing, order: Order) -> int:
    position = standing.position
    line = order.line(position.name)
    match position.kind:
        case PositionKind.LINE if line is not None:
            return line.unit_price_minor * line.quantity
        case PositionKind.SHIPPING:
            return next(charge.amount_minor for charge in order.shipping if charge.shipping_id == position.name)
        case _:
            return position.gross_minor


def _discounts(standing: Standing, order: Order) -> Iterator[Source]:
    position = standing.position
    for cut in position.cuts:
        if cut.amount_minor:
            yield Source(what=cut.title, amount_minor=-cut.amount_minor)
    for charge in order.shipping:
        if position.kind is PositionKind.SHIPPING and charge.shipping_id == position.name and charge.discount_minor:
            yield Source(what="discount on the charge", amount_minor=-charge.discount_minor)


def _taxes(standing: Standing, credit: Credit, currency: str) -> Iterator[ExplainedTax]:
    position, start = standing.position, standing.credited_minor
    _, credited_before = position.split_between(0, start)
    for charged, before, tax in zip(position.taxes, credited_before, credit.taxes, strict=True):
        yield ExplainedTax(
            rate=charged.rate,
            charged_minor=charged.amount_minor,
            credited_before_minor=before,
            credited_minor=tax.amount_minor,
            rounding=round_tax(
                tax,
                credit.credited_minor,
                charged_minor=charged.amount_minor,
                gross_minor=position.gross_minor,
                currency=currency,
            ),
        )
