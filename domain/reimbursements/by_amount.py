"""Refunds by amount: goodwill on a line, on shipping or on the whole order, and paying back all that is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from domain.money import Rounding, allocate
from domain.orders import Order
from domain.reimbursements.amounts import (
    AmountKind,
    AmountLine,
    PaidBefore,
    ReimbursementPart,
    ReimbursementPlan,
)
from domain.reimbursements.entries import Entry, close_plan
from domain.reimbursements.positions import PositionKind, position_key
from domain.reimbursements.standing import Standing, stand
from domain.reimbursements.wording import say


class AmountRequest(ReimbursementPart):
    """A refund of an amount, without goods; without an amount it is all that is left.

    On one line, on one shipping charge, or on the whole order; wished on one payment, or on whichever.
    """

    amount_minor: int | None = None
    currency: str | None = None
    line_id: str | None = None
    shipping_id: str | None = None
    payment_id: str | None = None
    why: str = "goodwill"


class AmountRefused(ReimbursementPart):
    """Why an amount cannot be refunded, what is left, and what to do. `code` is stable for programs."""

    code: str
    detail: str
    way_out: str
    left_minor: int


def plan_amount(
    order: Order,
    request: AmountRequest,
    *,
    before: PaidBefore,
    refundable_minor: Mapping[str, int] | None = None,
    rounding: Rounding = Rounding.LARGEST_REMAINDER,
) -> ReimbursementPlan | AmountRefused:
    """The plan of a refund by amount, or why it is refused.

    An amount first gives back fees kept on its position, then lowers what is left of it: units that come back later
    share the rest. An amount on the whole order is shared in proportion to what is left of every position.
    `refundable_minor` by payment id bounds it further where the ledger knows of pending or disputed money.
    """
    targets = _targets(order, request, stand(order, before, rounding))
    left = _left(order, request, targets, before=before, refundable_minor=refundable_minor)
    if refusal := next(_find_faults(order, request, targets, left), None):
        return refusal
    amount = left if request.amount_minor is None else request.amount_minor
    entries = _pay(amount, targets, request, currency=order.currency)
    return close_plan(entries, {standing.position.key: standing for standing in targets}, order.currency)


def _targets(order: Order, request: AmountRequest, standings: Mapping[str, Standing]) -> list[Standing]:
    keys = []
    if request.line_id is not None:
        keys.append(position_key(PositionKind.LINE, request.line_id))
    if request.shipping_id is not None:
        keys.append(position_key(PositionKind.SHIPPING, request.shipping_id))
    return [standing for key, standing in standings.items() if not keys or key in keys]


def _left(
    order: Order,
    request: AmountRequest,
    targets: Sequence[Standing],
    *,
    before: PaidBefore,
    refundable_minor: Mapping[str, int] | None,
) -> int:
    """What can be refunded at most: what the shop still has of the targets, as far as the payments hold it."""
    captured = sum(payment.captured_minor for payment in order.payments)
    holds = captured - before.total_minor - before.frozen_minor
    if refundable_minor is not None:
        holds = sum(refundable_minor.get(payment.payment_id, 0) for payment in order.payments)
    if request.payment_id is not None:
        own = {payment.payment_id: payment.captured_minor for payment in order.payments}
        holds = min(holds, (own if refundable_minor is None else refundable_minor).get(request.payment_id, 0))
    return max(0, min(holds, sum(max(0, standing.open_minor) for standing in targets)))


def _find_faults(
    order: Order, request: AmountRequest, targets: Sequence[Standing], left_minor: int
) -> Iterator[AmountRefused]:
    left = say(left_minor, order.currency)
    for code, detail, way_out in (
        *_wrong_names(order, request, targets, left),
        *_wrong_amounts(order, request, left_minor),
    ):
        yield AmountRefused(code=code, detail=detail, way_out=way_out, left_minor=left_minor)


def _wrong_names(
    order: Order, request: AmountRequest, targets: Sequence[Standing], left: str
) -> Iterator[tuple[str, str, str]]:
    if request.currency not in (None, order.currency):
        detail = f"The order was paid in {order.currency}, not in {request.currency}."
        yield "wrong_currency", detail, f"Give the amount in {order.currency}; {left} is left."
    known = [payment.payment_id for payment in order.payments]
    if request.payment_id is not None and request.payment_id not in known:
        detail = f"Payment {request.payment_id} is not a payment of this order."
        yield "unknown_payment", detail, f"Name one of its payments ({', '.join(known) or 'it has none'}), or none."
    if len(targets) < (request.line_id is not None) + (request.shipping_id is not None):
        detail = f"The order has no line or charge {' or '.join(filter(None, (request.line_id, request.shipping_id)))}."
        yield "unknown_position", detail, "Name a line or a shipping charge of the order, or neither."


def _wrong_amounts(order: Order, request: AmountRequest, left_minor: int) -> Iterator[tuple[str, str, str]]:
    left, amount = say(left_minor, order.currency), request.amount_minor
    if not any(payment.captured_minor for payment in order.payments):
        yield "nothing_paid", "No payment of this order was captured.", "There is nothing to pay back; cancel instead."
    if amount is not None and amount <= 0:
        yield "amount_not_positive", "A refund is more than nothing.", f"Give an amount up to {left}."
    if not left_minor:
        yield "nothing_left", "Everything was paid back already, or is on its way.", "There is nothing more to do."
    if amount is not None and amount > left_minor:
        detail = f"{say(amount, order.currency)} is more than the {left} that can still be refunded."
        yield "refund_exceeds_balance", detail, f"Give an amount up to {left}."


def _pay(amount: int, targets: Sequence[Standing], request: AmountRequest, *, currency: str) -> list[Entry]:
    room = [max(0, standing.open_minor) for standing in targets]
    parts = {s.position.key: part for s, part in zip(targets, allocate(amount, room), strict=True) if part}
    fees = {s.position.key: min(parts.get(s.position.key, 0), max(0, s.paid.kept_minor)) for s in targets}
    fees = {key: fee for key, fee in fees.items() if fee}
    goodwill = {key: part - fees.get(key, 0) for key, part in parts.items() if part > fees.get(key, 0)}
    where = (
        "what is left of the order" if len(targets) > 1 else f"{targets[0].position.kind} {targets[0].position.name}"
    )
    entries = []
    if fees:
        back = sum(fees.values())
        words = f"{say(back, currency)} that was kept back on {where} is given back: {request.why}."
        line = AmountLine(kind=AmountKind.FEE_GIVEN_BACK, line_id=request.line_id, amount_minor=back, explanation=words)
        entries.append(Entry(line=line, kept={key: -fee for key, fee in fees.items()}))
    if goodwill:
        paid = sum(goodwill.values())
        of = say(sum(room), currency)
        words = f"{say(paid, currency)} on {where}, of {of} that the shop still had of it: {request.why}."
        line = AmountLine(kind=AmountKind.GOODWILL, line_id=request.line_id, amount_minor=paid, explanation=words)
        entries.append(Entry(line=line, worth=goodwill, by_amount=True))
    return entries
