"""The one function behind the quote, the approval screen and the payout: what is owed for units that come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from domain.orders import Order
from domain.policies import Fees, Policy
from domain.reimbursements.amounts import AmountKind, AmountLine, PaidBefore, ReimbursedUnits, ReimbursementPlan
from domain.reimbursements.entries import Entry, close_plan, keep_back, total_of
from domain.reimbursements.fees import keep_restocking_fees, keep_return_shipping
from domain.reimbursements.goods import NOT_THE_CUSTOMER, pay_duties, pay_units
from domain.reimbursements.positions import PositionKind, position_key
from domain.reimbursements.promotions import settle_promotions
from domain.reimbursements.shipping import pay_shipping
from domain.reimbursements.standing import Standing, stand
from domain.reimbursements.wording import say


def plan_reimbursement(
    order: Order,
    units: Sequence[ReimbursedUnits],
    *,
    before: PaidBefore,
    policy: Policy,
    lower_to_minor: int | None = None,
) -> ReimbursementPlan:
    """The amounts owed for `units`, never more than the order's payments still hold, nor than a person lowered it to.

    Raises ValueError for units that are not on the order or came back before: who reserves units never asks for them.
    """
    standings = stand(order, before, policy.rounding)
    _refuse_impossible(units, standings)
    entries, chargeable = _pay_goods(order, units, standings=standings, policy=policy)
    entries += pay_shipping(order, units, standings=standings, policy=policy)
    entries += keep_restocking_fees(chargeable, currency=order.currency)
    entries += settle_promotions(order, units, entries, standings=standings, before=before, policy=policy)
    entries += keep_return_shipping(units, entries, currency=order.currency)
    entries += keep_within_payments(order, entries, before=before)
    entries += lower(entries, lower_to_minor, currency=order.currency)
    return close_plan(entries, standings, order.currency)


def lower(entries: Sequence[Entry], to_minor: int | None, *, currency: str) -> list[Entry]:
    """What a person takes off, shared over everything that is paid back in proportion to it; nothing when nobody does."""
    total = total_of(entries)
    if to_minor is None or to_minor >= total:
        return []
    words = f"A person approved {say(to_minor, currency)} of the {say(total, currency)}."
    line = AmountLine(kind=AmountKind.REDUCTION, amount_minor=to_minor - total, explanation=words)
    return [keep_back(line, entries)]


def keep_within_payments(order: Order, entries: Sequence[Entry], *, before: PaidBefore) -> list[Entry]:
    """What must be cut so that the payments can bear the entries; nothing when they can."""
    captured = sum(payment.captured_minor for payment in order.payments)
    room = max(0, captured - before.total_minor - before.frozen_minor)
    excess = total_of(entries) - room
    if excess <= 0:
        return []
    used = f"{say(captured, order.currency)} was paid, {say(before.total_minor, order.currency)} of it paid back before"
    disputed = f", {say(before.frozen_minor, order.currency)} is under dispute" if before.frozen_minor else ""
    line = AmountLine(
        kind=AmountKind.CAP,
        amount_minor=-excess,
        explanation=f"The payments hold no more than {say(room, order.currency)}: {used}{disputed}.",
    )
    return [keep_back(line, entries)]


def _pay_goods(
    order: Order, units: Sequence[ReimbursedUnits], *, standings: Mapping[str, Standing], policy: Policy
) -> tuple[list[Entry], dict[str, list[tuple[int, Fees]]]]:
    """The entries of all units, and by line id what those are paid that may be charged, with the fees of their terms."""
    now, entries = dict(standings), list[Entry]()
    chargeable: dict[str, list[tuple[int, Fees]]] = {}
    for unit in units:
        if not unit.quantity:
            continue
        key = position_key(PositionKind.LINE, unit.line_id)
        entries += pay_units(now[key], unit, order=order, rounding=policy.rounding)
        worth = now[key].units_worth(unit.quantity, policy.rounding)
        now[key] = now[key].after_units(unit.quantity, worth)
        if unit.fault not in NOT_THE_CUSTOMER:
            chargeable.setdefault(unit.line_id, []).append((worth, unit.fees))
        entries += _pay_duties(unit, now, policy=policy, currency=order.currency)
    return entries, chargeable


def _pay_duties(
    units: ReimbursedUnits, standings: dict[str, Standing], *, policy: Policy, currency: str
) -> list[Entry]:
    key = position_key(PositionKind.DUTIES, units.line_id)
    if key not in standings:
        return []
    standing = standings[key]
    worth = standing.units_worth(units.quantity, policy.rounding)
    standings[key] = standing.after_units(units.quantity, worth)
    return pay_duties(standing, units, policy=policy, currency=currency)


def _refuse_impossible(units: Sequence[ReimbursedUnits], standings: Mapping[str, Standing]) -> None:
    asked = Counter[str]()
    for unit in units:
        asked[unit.line_id] += unit.quantity
    for line_id, quantity in asked.items():
        standing = standings.get(position_key(PositionKind.LINE, line_id))
        if standing is None:
            raise ValueError(f"no such line on the order: {line_id}")
        if standing.taken + quantity > standing.position.quantity:
            out = standing.position.quantity - standing.taken
            raise ValueError(f"line {line_id}: {quantity} units to pay for, but {out} are out")
