"""What cases of an order have paid or will pay, for whoever works out what is owed next."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from domain.cases import CaseKind, CaseRef
from domain.reimbursements import PaidBefore
from domain.returns.case import ReturnCase
from domain.returns.progress import is_refund_refused
from records.orders import lock_order
from records.tables import cases, payment_balances


def paid_before(connection: Connection, merchant: str, order_id: str, *, apart_from: CaseRef) -> PaidBefore:
    """What other cases of the order have paid or will pay, the order being locked so that none is planned meanwhile."""
    lock_order(connection, merchant, order_id)
    return sum_paid(connection, merchant, order_id, apart_from=apart_from)


def sum_paid(connection: Connection, merchant: str, order_id: str, *, apart_from: CaseRef | None) -> PaidBefore:
    """What cases of the order have paid or will pay unless a person refuses, and what disputes hold.

    A plan that waits for approval counts: two cases would otherwise both pay the same share of a line or the shipping.
    """
    query = select(cases.c.document).where(
        cases.c.merchant == merchant, cases.c.order_id == order_id, cases.c.kind == str(CaseKind.RETURN)
    )
    if apart_from is not None:
        query = query.where(cases.c.rma != apart_from.rma)
    found = [ReturnCase.model_validate_json(document) for document in connection.scalars(query)]
    table = payment_balances.c
    disputed = select(func.coalesce(func.sum(table.disputed_minor), 0))
    frozen = connection.scalar(disputed.where(table.merchant == merchant, table.order_id == order_id))
    paid = PaidBefore.of(case.plan for case in found if case.plan is not None and _is_paid(case))
    return paid.model_copy(update={"frozen_minor": int(frozen or 0)})


def _is_paid(case: ReturnCase) -> bool:
    """Refused money counts too where a part had left before the refusal."""
    return not is_refund_refused(case) or any(not payout.is_owed_again for payout in case.payouts)
