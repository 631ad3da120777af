"""Each amount of a plan with the parts of the order, the policy and earlier refunds that it was computed from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from domain.explanations.models import AppliedRounding, AppliedRule, ExplainedAmount, ExplainedPosition, Source
from domain.explanations.roundings import round_percent
from domain.money import Money
from domain.orders import Order
from domain.policies import DecisionRecord, Fees, Policy
from domain.reimbursements import AmountKind, AmountLine, PaidBefore, ReimbursedUnits, ReimbursementPlan
from domain.reimbursements.wording import say_rate

_OF_UNITS = frozenset(
    {AmountKind.GOODS, AmountKind.DISCOUNT, AmountKind.ROUNDING, AmountKind.EARLIER_REFUND, AmountKind.TAX}
)


class PlanContext(BaseModel):
    """What a plan was made from, and its positions as they are explained."""

    order: Order
    plan: ReimbursementPlan
    before: PaidBefore
    policy: Policy
    units: tuple[ReimbursedUnits, ...]
    decision: DecisionRecord | None
    positions: Mapping[str, ExplainedPosition]
    exception: int | None = None

    def of_line(self, line: AmountLine) -> ExplainedPosition | None:
        """The order line that the amount is about."""
        return self.positions.get(f"line:{line.line_id}")

    def unit_of(self, line: AmountLine) -> ReimbursedUnits:
        """The units of the amount's line; of a fee for the whole return, those that it is the highest for."""
        currency = self.order.currency
        own = [unit for unit in self.units if unit.line_id == line.line_id]
        return max(own or self.units, key=lambda unit: _minor(unit.fees.return_shipping.within(currency)))

    def fees_of(self, line: AmountLine) -> Fees:
        """The fees that the amount's line was granted."""
        return self.unit_of(line).fees

    def units_worth(self, line: AmountLine) -> int:
        """What the units of the line bring before fees and promotions."""
        return sum(
            each.amount_minor for each in self.plan.lines if each.line_id == line.line_id and each.kind in _OF_UNITS
        )

    def of_charge(self, line: AmountLine) -> ExplainedPosition | None:
        """The shipping charge that the amount is about: its taxes follow each charge, and the charges keep their order."""
        upto = self.plan.lines[: self.plan.lines.index(line) + 1]
        charges = [position for key, position in self.positions.items() if key.startswith("shipping:")]
        place = sum(each.kind is AmountKind.SHIPPING for each in upto)
        return charges[place - 1] if 0 < place <= len(charges) else None


def explain_amounts(context: PlanContext) -> tuple[ExplainedAmount, ...]:
    """Every amount of the plan, in its order; together they are the total."""
    return tuple(
        ExplainedAmount(
            **line.model_dump(include={"kind", "line_id", "quantity", "amount_minor", "explanation"}),
            rules=tuple(_rule(line, field, context) for field in _fields(line)),
            computed_from=tuple(_SOURCES[line.kind](line, context)),
            roundings=tuple(_roundings(line, context)),
        )
        for line in context.plan.lines
    )


def _minor(amount: Money | None) -> int:
    return amount.minor if amount else 0


def _rule(line: AmountLine, field: str, context: PlanContext) -> AppliedRule:
    """The field of the policy; of fees, which a table decides line by line, the rule that decided them."""
    table, _, name = field.partition(".")
    if table != "fees":
        return applied_rule(context.policy, field)
    unit = context.unit_of(line)
    value = getattr(unit.fees, name)
    if context.exception is not None:
        return AppliedRule(policy_field=f"exceptions.{context.exception}.{field}", value=_as_json(value))
    decided = context.decision.line(unit.line_id) if context.decision else None
    rule = next((each.rule for each in decided.tables if each.table == table), None) if decided else None
    return AppliedRule(policy_field=f"fees.{rule or ''}.{name}".replace("..", "."), value=_as_json(value))


def _as_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_as_json(each) for each in value]
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def applied_rule(policy: Policy, field: str) -> AppliedRule:
    """What the policy says in a field such as `fees.restocking_percent`; nothing where it has no such field."""
    value: Any = policy
    for name in field.split("."):
        value = getattr(value, name, None)
    return AppliedRule(policy_field=field, value=_as_json(value))


def _fields(line: AmountLine) -> list[str]:
    own = line.rule.split()
    return own or (["rounding"] if line.kind in _OF_UNITS else [])


def _roundings(line: AmountLine, context: PlanContext) -> Iterator[AppliedRounding]:
    position = context.of_line(line)
    if position is None:
        return
    if line.kind in (AmountKind.DISCOUNT, AmountKind.ROUNDING, AmountKind.EARLIER_REFUND):
        yield from position.discount_roundings if line.kind is AmountKind.DISCOUNT else ()
        if position.worth_rounding is not None:
            yield position.worth_rounding
    if line.kind is AmountKind.TAX:
        yield from (tax.rounding for tax in position.taxes if tax.rounding is not None)
    if line.kind is AmountKind.RESTOCKING_FEE:
        percent = context.fees_of(line).restocking_percent
        fee = round_percent(context.units_worth(line), percent, currency=context.order.currency)
        yield from (fee,) if fee is not None else ()


def _goods(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    bought = context.order.line(line.line_id or "")
    if bought is not None:
        what = f"unit price of line {bought.line_id}"
        yield Source(what=what, amount_minor=bought.unit_price_minor, quantity=line.quantity)


def _discount(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    position = context.of_line(line)
    if position is not None:
        yield from (
            each.model_copy(update={"what": f"{each.what}, on all {position.units_ordered} units"})
            for each in position.discounts
        )


def _earlier(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    position = context.of_line(line)
    if position is not None:
        worth = context.before.positions[position.position].worth_minor if context.before.positions else None
        units = position.units_before
        yield Source(what=f"taken from the line by earlier cases, for {units} units and otherwise", amount_minor=worth)
        out = position.units_ordered - position.units_before
        left = position.left_minor + position.worth_minor
        yield Source(what=f"left for the {out} units that were out", amount_minor=left)


def _tax(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    position = context.of_line(line)
    for tax in position.taxes if position is not None else ():
        yield Source(what=f"tax of {say_rate(tax.rate)}, on the whole line", amount_minor=tax.charged_minor)
        if tax.credited_before_minor:
            yield Source(what="of it given back before", amount_minor=-tax.credited_before_minor)


def _shipping(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    position = context.of_charge(line)
    if position is None:
        return
    yield Source(what=f"charge {position.position.removeprefix('shipping:')}", amount_minor=position.price_minor)
    yield from position.discounts
    if position.credited_before_minor:
        yield Source(what="paid back before", amount_minor=-position.credited_before_minor)


def _shipping_tax(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    position = context.of_charge(line)
    for tax in position.taxes if position is not None else ():
        yield Source(what=f"tax of {say_rate(tax.rate)} on the charge", amount_minor=tax.charged_minor)


def _duties(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    position = context.positions.get(f"duties:{line.line_id}")
    if position is not None:
        what = f"duties on all {position.units_ordered} units of line {line.line_id}"
        yield Source(what=what, amount_minor=position.gross_minor)


def _promotion(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    for discount in context.order.discounts:
        if discount.is_conditional:
            yield Source(
                what=f"promotion {discount.title or discount.discount_id}", amount_minor=-discount.amount_minor
            )
            if discount.minimum_minor:
                yield Source(what="goods that earn it", amount_minor=discount.minimum_minor)


def _restocking_fee(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    position = context.of_line(line)
    if position is not None:
        what = f"what {position.units} units of line {line.line_id} are worth"
        yield Source(what=what, amount_minor=context.units_worth(line))


def _before_this(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    """The amounts above this one, which it may not pass."""
    lines = context.plan.lines
    above = lines[: lines.index(line)]
    yield Source(what="the amounts above", amount_minor=sum(each.amount_minor for each in above))


def _cap(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    yield from _before_this(line, context)
    captured = sum(payment.captured_minor for payment in context.order.payments)
    yield Source(what="captured by the payments", amount_minor=captured)
    yield Source(what="paid back by earlier cases", amount_minor=-context.before.total_minor)
    if context.before.frozen_minor:
        yield Source(what="under dispute", amount_minor=-context.before.frozen_minor)


def _as_asked(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    yield Source(what="asked for by amount", amount_minor=line.amount_minor)


def _as_promised(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    yield Source(what="as it was promised with the exchange", amount_minor=line.amount_minor)


def _from_customer(line: AmountLine, context: PlanContext) -> Iterator[Source]:
    yield Source(what="collected or held from the customer, see the ledger", amount_minor=line.amount_minor)


_SOURCES: dict[AmountKind, Callable[[AmountLine, PlanContext], Iterator[Source]]] = {
    AmountKind.GOODS: _goods,
    AmountKind.DISCOUNT: _discount,
    AmountKind.ROUNDING: _goods,
    AmountKind.EARLIER_REFUND: _earlier,
    AmountKind.TAX: _tax,
    AmountKind.SHIPPING: _shipping,
    AmountKind.SHIPPING_TAX: _shipping_tax,
    AmountKind.DUTIES: _duties,
    AmountKind.PROMOTION: _promotion,
    AmountKind.GOODWILL: _as_asked,
    AmountKind.FEE_GIVEN_BACK: _as_asked,
    AmountKind.RESTOCKING_FEE: _restocking_fee,
    AmountKind.RETURN_SHIPPING_FEE: _before_this,
    AmountKind.CAP: _cap,
    AmountKind.REDUCTION: _before_this,
    AmountKind.NEW_GOODS: _as_promised,
    AmountKind.EXCHANGE_VALUE: _as_promised,
    AmountKind.COLLECTED: _from_customer,
    AmountKind.FROM_HOLD: _from_customer,
    AmountKind.UNCOLLECTED: _before_this,
}
