"""Over which payments a refund goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.money import allocate
from domain.orders import Order, Payment
from domain.policies import PayoutOrder, PayoutRules
from domain.reimbursements.amounts import PlannedPayout
from domain.reimbursements.wording import say

NEWEST_FIRST = PayoutRules()


def plan_payouts(
    order: Order,
    total_minor: int,
    *,
    refundable_minor: Mapping[str, int],
    rules: PayoutRules = NEWEST_FIRST,
    payment_id: str | None = None,
) -> tuple[PlannedPayout, ...]:
    """`total_minor` over the order's payments, none above what is still refundable on it; by default newest first.

    Payments stand on the order oldest first. A named payment is used up before the others. When all of them together
    hold less than the total, the payouts are what they hold: see `unplaced_minor`.
    """
    left, payouts = max(0, total_minor), list[PlannedPayout]()
    for group in _groups(order.payments, rules, payment_id):
        room = [max(0, refundable_minor.get(payment.payment_id, 0)) for payment in group]
        parts = allocate(min(left, sum(room)), room) if any(room) else [0] * len(group)
        left -= sum(parts)
        payouts += [
            PlannedPayout(
                payment_id=payment.payment_id,
                amount_minor=part,
                explanation=_explain(payment, part, limit, order.currency),
            )
            for payment, part, limit in zip(group, parts, room, strict=True)
            if part
        ]
    return tuple(payouts)


def unplaced_minor(total_minor: int, payouts: Sequence[PlannedPayout]) -> int:
    """What the payments could not take back: it needs another method or a person."""
    return total_minor - sum(payout.amount_minor for payout in payouts)


def _groups(payments: Sequence[Payment], rules: PayoutRules, payment_id: str | None) -> list[list[Payment]]:
    """Payments in the order of their use; those of one group share by what each still holds."""
    ranked = list(payments) if rules.order is PayoutOrder.OLDEST_FIRST else list(reversed(payments))
    methods = list(rules.methods_first)
    places: dict[int, list[Payment]] = {}
    for place, payment in enumerate(ranked):
        if payment.payment_id == payment_id:
            rank = -1
        elif payment.method in methods:
            rank = methods.index(payment.method)
        else:
            rank = len(methods)
        alone = rules.order is not PayoutOrder.PROPORTIONAL
        places.setdefault(rank * len(ranked) + (place if alone else 0), []).append(payment)
    groups = [places[key] for key in sorted(places)]
    return [list(reversed(group)) for group in groups]


def _explain(payment: Payment, part_minor: int, room_minor: int, currency: str) -> str:
    rest = "all" if part_minor == room_minor else f"of {say(room_minor, currency)}"
    return f"{say(part_minor, currency)} to {payment.method} payment {payment.payment_id}: {rest} that it still holds."
