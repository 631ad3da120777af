"""What conditions are asked about: the facts of a return request, and of inspected units. See `domain.policies.vocabulary`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.calendar import local_day
from domain.orders import Order, OrderLine
from domain.policies import Fault, Policy
from domain.returns.case import ReturnLine

FactSheet = dict[str, Any]


def request_facts(order: Order, lines: Sequence[ReturnLine], *, policy: Policy, now: datetime) -> list[FactSheet]:
    """The facts of each line of a request made at `now`; every line is known to be on the order."""
    known = [(line, _bought(order, line)) for line in lines]
    shared = _order_facts(order, policy=policy, now=now) | {
        "return_value_minor": sum(_value_minor(bought, line.quantity) for line, bought in known),
        "return_quantity": sum(line.quantity for line in lines),
    }
    return [shared | _line_facts(order, line, bought, policy=policy, now=now) for line, bought in known]


def with_reason(facts: FactSheet, code: str, *, policy: Policy) -> FactSheet:
    """The same facts if the customer had given another reason."""
    reason = policy.reason(code)
    return facts | {"reason": code, "fault": str(reason.fault if reason else Fault.NONE)}


def delivery_of(order: Order, line_id: str, *, policy: Policy) -> datetime:
    """When the line was delivered, or is assumed to have been: the order plus the usual days in transit."""
    return order.delivered_at(line_id) or sold_at(order, line_id) + timedelta(days=policy.transit_days)


def sold_at(order: Order, line_id: str) -> datetime:
    """When the line was sold: with the order, or later where an exchange added it."""
    line = order.line(line_id)
    return line.sold_at if line is not None and line.sold_at is not None else order.placed_at


def _order_facts(order: Order, *, policy: Policy, now: datetime) -> FactSheet:
    ordered, today = local_day(order.placed_at, policy.time_zone), local_day(now, policy.time_zone)
    return {
        "days_since_order": max(0, (today - ordered).days),
        "ordered_on": ordered.isoformat(),
        "asked_on": today.isoformat(),
        "season": policy.season_of(ordered),
        "country": order.customer.address.country.upper(),
        "customer_group": order.customer.group,
        "sales_channel": order.sales_channel,
        "currency": order.currency,
        "order_value_minor": order.goods_minor,
        "payment_methods": sorted({str(payment.method) for payment in order.payments}),
    }


def _line_facts(order: Order, line: ReturnLine, bought: OrderLine, *, policy: Policy, now: datetime) -> FactSheet:
    delivered = local_day(delivery_of(order, line.line_id, policy=policy), policy.time_zone)
    listed_minor = bought.unit_price_minor * bought.quantity
    facts = {
        "category": bought.category,
        "sku": bought.sku,
        "final_sale": bought.final_sale,
        "unit_price_minor": bought.unit_price_minor,
        "discount_percent": 100 * bought.discount_minor // listed_minor if listed_minor else 0,
        "quantity": line.quantity,
        "ordered_quantity": bought.quantity,
        "value_minor": _value_minor(bought, line.quantity),
        "cost_minor": bought.cost_minor,
        "weight_grams": bought.weight_grams,
        "evidence": len(line.evidence),
        "delivered": order.delivered_at(line.line_id) is not None,
        "days_since_delivery": max(0, (local_day(now, policy.time_zone) - delivered).days),
        "delivered_on": delivered.isoformat(),
    }
    return with_reason(facts, line.reason, policy=policy)


def _value_minor(bought: OrderLine, quantity: int) -> int:
    return bought.price_minor * quantity // bought.quantity


def _bought(order: Order, line: ReturnLine) -> OrderLine:
    bought = order.line(line.line_id)
    assert bought is not None, "request errors are found first"
    return bought
