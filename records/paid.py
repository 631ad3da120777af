"""What cases of an order have paid or will pay, for whoever works out what is owed next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from domain.adjustments.case import Adjustment
from domain.case_documents import CaseDocument
from domain.cases import CaseKind, CaseRef
from domain.claims.case import Claim
from domain.reimbursements import PaidBefore, ReimbursementPlan
from domain.returns.case import ReturnCase
from domain.returns.stages import gives_back, is_refund_refused
from records.cases import DOCUMENTS
from records.orders import lock_order
from records.tables import cases, payment_balances

# The kinds of cases that plan what is owed.
PLANNING = (CaseKind.RETURN, CaseKind.EXCHANGE, CaseKind.ADJUSTMENT, CaseKind.CLAIM)


def paid_before(connection: Connection, merchant: str, order_id: str, *, apart_from: Collection[CaseRef]) -> PaidBefore:
    """What other cases of the order have paid or will pay, the order being locked so that none is planned meanwhile."""
    lock_order(connection, merchant, order_id)
    return sum_paid(connection, merchant, order_id, apart_from=apart_from)


def sum_paid(
    connection: Connection, merchant: str, order_id: str, *, apart_from: Collection[CaseRef] = ()
) -> PaidBefore:
    """What cases of the order have paid or will pay unless a person refuses, and what disputes hold.

    A plan that waits for approval counts: two cases would otherwise both pay the same share of a line or the shipping.
    """
    query = select(cases.c.kind, cases.c.document).where(
        cases.c.merchant == merchant, cases.c.order_id == order_id, cases.c.kind.in_(str(kind) for kind in PLANNING)
    )
    if apart_from:
        query = query.where(cases.c.rma.not_in(ref.rma for ref in apart_from))
    found = [DOCUMENTS[CaseKind(row.kind)].model_validate_json(row.document) for row in connection.execute(query)]
    table = payment_balances.c
    disputed = select(func.coalesce(func.sum(table.disputed_minor), 0))
    frozen = connection.scalar(disputed.where(table.merchant == merchant, table.order_id == order_id))
    plans = sorted((plan for case in found if (plan := _paid_plan(case))), key=lambda plan: plan[0])
    paid = PaidBefore.of(plan for _, plan in plans)
    return paid.model_copy(update={"frozen_minor": int(frozen or 0)})


def _paid_plan(case: CaseDocument) -> tuple[datetime, ReimbursementPlan] | None:
    """What the case pays, and when that was planned; nothing when it pays nothing."""
    match case:
        case ReturnCase(plan=ReimbursementPlan() as plan):
            # Refused money counts too where a part had left before the refusal.
            refused = (
                is_refund_refused(case)
                and not gives_back(case)
                and all(payout.is_owed_again for payout in case.payouts)
            )
            return None if refused else (case.plan_made_at or case.requested_at, plan)
        case Claim(plan=ReimbursementPlan() as plan):
            return (case.plan_made_at or case.requested_at, plan) if case.counts_as_paid else None
        case Adjustment(plan=ReimbursementPlan() as plan):
            return (case.plan_made_at or case.requested_at, plan) if case.counts_as_paid else None
        case _:
            return None
