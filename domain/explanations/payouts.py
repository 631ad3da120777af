"""How a refund was shared over the payments of its order."""

from __future__ import annotations

from domain.explanations.amounts import applied_rule
from domain.explanations.models import AllocatedPayment, ExplainedAllocation
from domain.explanations.recomputation import allocate_again
from domain.orders import Order
from domain.policies import Policy
from domain.returns.case import PayoutBasis, ReturnCase


def explain_allocation(case: ReturnCase, basis: PayoutBasis, order: Order, *, policy: Policy) -> ExplainedAllocation:
    """What each payment held, gives and keeps; together with what no payment could give it is what was owed."""
    planned = {part.payment_id: part for part in allocate_again(basis, order, policy=policy)}
    made = {payout.payment_id: payout for payout in case.payouts if payout.number in basis.payouts}
    payments = []
    for payment in order.payments:
        held, part = basis.refundable_minor.get(payment.payment_id, 0), planned.get(payment.payment_id)
        payout, paid = made.get(payment.payment_id), part.amount_minor if part else 0
        payments.append(
            AllocatedPayment(
                payment_id=payment.payment_id,
                method=payment.method,
                held_minor=held,
                paid_minor=paid,
                left_minor=held - paid,
                payout=payout.number if payout else None,
                state=payout.state if payout else "",
                explanation=part.explanation if part else "Nothing was needed from it, or it held nothing more.",
            )
        )
    return ExplainedAllocation(
        at=basis.at,
        order_version=basis.order_version,
        owed_minor=basis.owed_minor,
        rules=(applied_rule(policy, "payouts"),),
        payments=tuple(payments),
        unplaced_minor=basis.owed_minor - sum(part.amount_minor for part in planned.values()),
    )
