"""Warranties: which goods somebody registered, and until when the shop stands by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.calendar import window_end
from domain.claims.case import ClaimLine, ClaimPart
from domain.claims.facts import goods_facts
from domain.orders import VISIBLE, Identifier, Order
from domain.policies import Conditions, PolicyVersion, WindowStart, decide_table
from domain.returns.case import Finding
from domain.returns.facts import delivery_of


class WarrantyAsked(ClaimPart):
    """Goods to register: a line of an order, or one unit of it by its serial number, and for whom."""

    order_id: Identifier
    line_id: Identifier
    registered_by: Annotated[
        str,
        Field(min_length=1, max_length=64, pattern=VISIBLE, description="Your id of the customer who has the goods."),
    ]


class Warranty(ClaimPart):
    """A registration. `serial_number` is empty when all units of the line are registered."""

    key: str
    order_id: str
    line_id: str
    serial_number: str = ""
    registered_by: str
    registered_at: AwareDatetime
    until: Annotated[AwareDatetime, Field(description="The first moment at which it is over.")]
    policy_version: int
    rule: Annotated[str, Field(description="The rule of the policy's table `warranties` that says how long.")]

    def covers(self, line_id: str, serial_number: str, *, at: datetime) -> bool:
        """Whether a unit of that line, with that serial number if it has one, is under warranty at that moment."""
        return line_id == self.line_id and self.serial_number in ("", serial_number) and at < self.until


def line_key(order_id: str, line_id: str) -> str:
    """How a whole line is called among registrations."""
    return f"{order_id}/{line_id}"


def register_warranty(
    key: str, asked: WarrantyAsked, order: Order, *, policy: PolicyVersion, conditions: Conditions, at: datetime
) -> Warranty | Finding:
    """The registration under the policy's terms for the goods, or why there is none.

    Source: policy table `warranties`. Who registers again, or somebody else, starts no new time.
    """
    line = order.line(asked.line_id)
    if line is None:
        known = ", ".join(each.line_id for each in order.lines[:20])
        return _fault("unknown_line", f"Order {order.order_id} has no line {asked.line_id}.", f"Name one of: {known}.")
    serial = "" if key == line_key(order.order_id, asked.line_id) else key
    if serial and line.serial_numbers and serial not in line.serial_numbers:
        detail = f"{serial} is none of the serial numbers that were sold on line {asked.line_id}."
        return _fault("serial_not_sold", detail, "Read the number again, or register the line.")
    rules = policy.policy.warranties
    (facts,) = goods_facts(order, {asked.line_id: line.quantity}, policy=policy.policy, now=at)
    terms, decision = decide_table("warranties", rules, facts, conditions=conditions)
    if terms is None:
        detail = f"The policy names no warranty for line {asked.line_id}."
        return _fault("no_warranty", detail, "Claim within the time for returns, or ask the shop.")
    delivered = delivery_of(order, asked.line_id, policy=policy.policy)
    start = order.placed_at if terms.counted_from is WindowStart.ORDER else delivered
    until = window_end(start, days=terms.days, zone=policy.policy.time_zone, last_day_counts=True)
    if at >= until:
        detail = f"The warranty of {terms.days} days ended at {until:%Y-%m-%d %H:%M} UTC."
        return _fault("warranty_over", detail, "Ask the shop; it can no longer be registered.")
    return Warranty(
        key=key,
        order_id=order.order_id,
        line_id=asked.line_id,
        serial_number=serial,
        registered_by=asked.registered_by,
        registered_at=at,
        until=until,
        policy_version=policy.version,
        rule=str(decision.rule),
    )


def is_covered(warranties: Iterable[Warranty], line_id: str, serial_number: str, *, at: datetime) -> bool:
    """Whether any registration covers the unit at that moment."""
    return any(each.covers(line_id, serial_number, at=at) for each in warranties)


def covered_lines(warranties: Sequence[Warranty], lines: Iterable[ClaimLine], *, at: datetime) -> tuple[str, ...]:
    """The ids of those lines whose goods a registration covers at that moment."""
    return tuple(line.line_id for line in lines if is_covered(warranties, line.line_id, line.serial_number, at=at))


def _fault(rule: str, detail: str, way_out: str) -> Finding:
    return Finding(rule=rule, detail=detail, way_out=way_out)
