"""Orders as money tests need them: short to write, paid in full unless said otherwise; and a Hypothesis strategy."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from domain.money import round_half_up
from domain.orders import Bundle, Order, OrderDiscount, OrderLine, Payment, ShippingCharge, TaxLine
from domain.policies import AmountByCurrency, Fault, Fees, Policy, always
from domain.reimbursements import (
    AmountKind,
    AmountRequest,
    PaidBefore,
    ReimbursedUnits,
    ReimbursementPlan,
    list_positions,
    plan_amount,
    plan_reimbursement,
)
from domain.reimbursements.pricing import price_lines
from tests.builders import ORDERED, a_policy

NO_FEES = a_policy()


def fees(percent: int = 0, flat: int = 0, label: int = 0) -> Policy:
    """A policy with these fees in pounds."""
    return a_policy(
        fees=always(
            Fees(
                restocking_percent=percent,
                restocking_flat=AmountByCurrency(minor={"GBP": flat}),
                return_shipping=AmountByCurrency(minor={"GBP": label}),
            )
        )
    )


def charged(policy: Policy, *units: ReimbursedUnits) -> list[ReimbursedUnits]:
    """The units under the fees of a policy that charges the same for everything."""
    fees = policy.fees[0].then if policy.fees else Fees()
    return [unit.model_copy(update={"fees": fees}) for unit in units]


def tax(rate: str, amount_minor: int) -> TaxLine:
    """A tax as charged: `tax("0.20", 200)`."""
    return TaxLine(rate=Decimal(rate), amount_minor=amount_minor)


def goods(line_id: str, quantity: int, unit_price_minor: int, *taxes: TaxLine, **changes: Any) -> OrderLine:
    """A line: `goods("a", 2, 1000, tax("0.20", 400))`."""
    values: dict[str, Any] = {"sku": f"SKU-{line_id}", "quantity": quantity, "unit_price_minor": unit_price_minor}
    return OrderLine(line_id=line_id, taxes=taxes, **(values | changes))


def delivery(amount_minor: int, *taxes: TaxLine, **changes: Any) -> ShippingCharge:
    """A shipping charge."""
    return ShippingCharge(amount_minor=amount_minor, taxes=taxes, **changes)


def off(amount_minor: int, *line_ids: str, discount_id: str = "SALE", **changes: Any) -> OrderDiscount:
    """A discount on the whole order, or on the lines named."""
    return OrderDiscount(discount_id=discount_id, amount_minor=amount_minor, line_ids=line_ids, **changes)


def basket(*lines: OrderLine, paid: Sequence[int] | None = None, **changes: Any) -> Order:
    """An order that payments `p1`, `p2`, ... of the amounts in `paid` paid; by default one payment paid all of it."""
    values: dict[str, Any] = {"order_id": "A-1", "currency": "GBP", "placed_at": ORDERED, "tax_included": False}
    order = Order(lines=lines, **(values | changes))
    amounts = [worth(order)] if paid is None else paid
    payments = [
        Payment(payment_id=f"p{number}", reference=f"pi_{number}", captured_minor=amount)
        for number, amount in enumerate(amounts, start=1)
    ]
    return order.model_copy(update={"payments": (*order.payments, *payments)})


def worth(order: Order) -> int:
    """What the customer was charged in all."""
    return sum(position.gross_minor for position in list_positions(order))


def refund(
    order: Order, *units: tuple[str, int], before: Sequence[ReimbursementPlan] = (), policy: Policy = NO_FEES
) -> ReimbursementPlan:
    """The plan for units that come back through nobody's fault, after the plans `before`."""
    asked = [ReimbursedUnits(line_id=line_id, quantity=quantity) for line_id, quantity in units]
    return plan_reimbursement(order, charged(policy, *asked), before=PaidBefore.of(before), policy=policy)


def refund_for(
    fault: Fault, order: Order, *units: tuple[str, int], policy: Policy, before: Sequence[ReimbursementPlan] = ()
) -> ReimbursementPlan:
    """The plan for units that come back through that fault."""
    asked = [ReimbursedUnits(line_id=line_id, quantity=quantity, fault=fault) for line_id, quantity in units]
    return plan_reimbursement(order, charged(policy, *asked), before=PaidBefore.of(before), policy=policy)


def by_amount(
    order: Order, amount_minor: int | None, *, before: Sequence[ReimbursementPlan] = (), **where: str
) -> ReimbursementPlan:
    """The plan for an amount, which must be possible."""
    request = AmountRequest(amount_minor=amount_minor, **where)
    plan = plan_amount(order, request, before=PaidBefore.of(before))
    assert isinstance(plan, ReimbursementPlan), plan
    return plan


def amount_of(plan: ReimbursementPlan, kind: AmountKind) -> int:
    """What the lines of one kind come to."""
    return sum(line.amount_minor for line in plan.lines if line.kind is kind)


def words_of(plan: ReimbursementPlan, kind: AmountKind) -> str:
    """The explanations of one kind, joined."""
    return " ".join(line.explanation for line in plan.lines if line.kind is kind)


def check_sums(plan: ReimbursementPlan) -> None:
    """Amount lines and credits both sum to the total, and each credit to its net and taxes."""
    assert sum(line.amount_minor for line in plan.lines) == plan.total_minor
    assert sum(credit.credited_minor for credit in plan.credits) == plan.total_minor
    for credit in plan.credits:
        assert credit.net_minor + sum(part.amount_minor for part in credit.taxes) == credit.credited_minor


RATES = (Decimal("0"), Decimal("0.05"), Decimal("0.07"), Decimal("0.0825"), Decimal("0.20"), Decimal("0.25"))


@st.composite
def baskets(draw: st.DrawFn) -> Order:
    """Orders of every kind: currencies with 0, 2 and 3 decimals, taxes inside and on top, every sort of discount."""
    lines = [_line(draw, f"l{number}") for number in range(1, draw(st.integers(1, 4)) + 1)]
    bundles = _bundle(draw, lines) if len(lines) > 1 and draw(st.booleans()) else ()
    bundled = {name for bundle in bundles for name in bundle.line_ids}
    lines = [line.model_copy(update={"discount_minor": 0}) if line.line_id in bundled else line for line in lines]
    untaxed = Order(
        order_id="A-1",
        currency=draw(st.sampled_from(["GBP", "JPY", "KWD"])),
        placed_at=ORDERED,
        tax_included=draw(st.booleans()),
        lines=tuple(lines),
        bundles=bundles,
    )
    untaxed = untaxed.model_copy(update={"discounts": _discounts(draw, untaxed)})
    order = _with_taxes(draw, untaxed)
    charges = [_charge(draw, f"s{number}", order) for number in range(draw(st.integers(0, 2)))]
    order = order.model_copy(update={"shipping": tuple(charges)})
    first = draw(st.integers(0, worth(order)))
    payments = [Payment(payment_id="p1", reference="pi_1", captured_minor=first)]
    payments.append(Payment(payment_id="p2", reference="pi_2", captured_minor=worth(order) - first))
    return Order.model_validate(order.model_copy(update={"payments": tuple(payments)}).model_dump())


def _with_taxes(draw: st.DrawFn, order: Order) -> Order:
    """Taxes as a shop charges them: on what is left after all discounts."""
    prices = {line_id: price.price_minor for line_id, price in price_lines(order).items()}
    included = order.tax_included
    bundled = {name for bundle in order.bundles for name in bundle.line_ids}
    bundles = [
        bundle.model_copy(update={"taxes": _taxes(draw, sum(prices[name] for name in bundle.line_ids), included)})
        for bundle in order.bundles
    ]
    lines = [
        line.model_copy(
            update={"taxes": () if line.line_id in bundled else _taxes(draw, prices[line.line_id], included)}
        )
        for line in order.lines
    ]
    return order.model_copy(update={"lines": tuple(lines), "bundles": tuple(bundles)})


def _line(draw: st.DrawFn, line_id: str) -> OrderLine:
    quantity, price = draw(st.integers(1, 5)), draw(st.integers(0, 5000))
    discount = draw(st.one_of(st.just(0), st.integers(0, quantity * price)))
    return goods(line_id, quantity, price, discount_minor=discount, duties_minor=draw(st.sampled_from([0, 0, 7, 333])))


def _taxes(draw: st.DrawFn, price_minor: int, included: bool) -> tuple[TaxLine, ...]:
    rates = draw(st.lists(st.sampled_from(RATES), max_size=2))
    share = 1 + sum(rates, Decimal(0)) if included else Decimal(1)
    return tuple(
        tax(str(rate), round_half_up(Fraction(price_minor) * Fraction(rate) / Fraction(share))) for rate in rates
    )


def _bundle(draw: st.DrawFn, lines: list[OrderLine]) -> tuple[Bundle, ...]:
    price = draw(st.integers(0, 9000))
    return (Bundle(bundle_id="kit", line_ids=(lines[0].line_id, lines[1].line_id), price_minor=price),)


def _charge(draw: st.DrawFn, shipping_id: str, order: Order) -> ShippingCharge:
    amount = draw(st.integers(0, 1500))
    discount = draw(st.sampled_from([0, amount // 2, amount]))
    line_ids = draw(st.lists(st.sampled_from([line.line_id for line in order.lines]), unique=True, max_size=2))
    taxes = _taxes(draw, amount - discount, order.tax_included)
    return delivery(amount, *taxes, discount_minor=discount, shipping_id=shipping_id, line_ids=tuple(line_ids))


def _discounts(draw: st.DrawFn, order: Order) -> tuple[OrderDiscount, ...]:
    names = [line.line_id for line in order.lines]
    discounts, left = [], order.goods_minor
    for number in range(draw(st.integers(0, 3))):
        amount = draw(st.integers(0, left))
        left -= amount
        on = draw(st.lists(st.sampled_from(names), unique=True))
        earned_by = draw(st.lists(st.sampled_from(names), unique=True, max_size=2))
        minimum = draw(st.one_of(st.just(0), st.integers(0, max(1, order.goods_minor))))
        discounts.append(off(amount, *on, discount_id=f"d{number}", minimum_minor=minimum, earned_by=tuple(earned_by)))
    return tuple(discounts)
