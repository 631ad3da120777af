"""How a refund was shared over the payments of its order."""

from __future__ import annotations

from collections.abc import Iterator

from domain.case_documents import CaseDocument
from domain.collection_plans import with_collected
from domain.explanations.amounts import applied_rule
from domain.explanations.models import AllocatedPayment, ExplainedAllocation
from domain.explanations.recomputation import allocate_again
from domain.orders import Order, Payment
from domain.payout_routes import RoutedPart
from domain.payouts import Payout, PayoutBasis
from domain.policies import Policy


def explain_allocation(case: CaseDocument, basis: PayoutBasis, order: Order, *, policy: Policy) -> ExplainedAllocation:
    """What each payment held, gives and keeps; together with what no payment could give it is what was owed."""
    planned = allocate_again(case, basis, order, policy=policy)
    made = [payout for payout in case.payouts if payout.number in basis.payouts]
    return ExplainedAllocation(
        at=basis.at,
        order_version=basis.order_version,
        owed_minor=basis.owed_minor,
        rules=(applied_rule(policy, "payouts"),),
        payments=tuple(
            row
            for payment in with_collected(order, basis.collected).payments
            for row in _explain(payment, basis.refundable_minor.get(payment.payment_id, 0), planned, made)
        ),
        unplaced_minor=basis.owed_minor - sum(each.part.amount_minor for each in planned),
    )


def _explain(
    payment: Payment, held: int, planned: tuple[RoutedPart, ...], made: list[Payout]
) -> Iterator[AllocatedPayment]:
    """What the payment gives, way by way; each begins with what the one before it left."""
    parts = [each for each in planned if each.part.payment_id == payment.payment_id]
    for each in list[RoutedPart | None](parts) or [None]:
        paid = each.part.amount_minor if each else 0
        payout = _payout_of(each, made) if each else None
        yield AllocatedPayment(
            payment_id=payment.payment_id,
            method=payment.method,
            held_minor=held,
            paid_minor=paid,
            left_minor=held - paid,
            payout=payout.number if payout else None,
            state=payout.state if payout else "",
            explanation=each.part.explanation if each else "Nothing was needed from it, or it held nothing more.",
            way=each.method if each else None,
            bonus_minor=each.bonus_minor if each else 0,
        )
        held -= paid


def _payout_of(each: RoutedPart, made: list[Payout]) -> Payout | None:
    fitting = [payout for payout in made if payout.payment_id == each.part.payment_id]
    same_way = [payout for payout in fitting if payout.method is each.method]
    return next(iter(same_way or fitting), None)
