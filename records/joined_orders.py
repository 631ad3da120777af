"""The order joined up: as the shop told it, with every case about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, literal, select, union_all

from domain.cases import CaseKind, Progress
from domain.errors import UnknownOrder
from domain.orders import Order
from domain.recipients import cases_of_recipients, show_order_to_buyer
from records.cases import DOCUMENTS
from records.models import OrderWithCases, PaymentBalance, StoredCase, StoredOrder
from records.statements import AnyRow
from records.tables import cases, orders


def load_order_with_cases(connection: Connection, merchant: str, order_id: str) -> OrderWithCases:
    """The order with every case about it, of whatever kind, newest request first, in one query. Raises UnknownOrder."""
    own = select(
        orders.c.document,
        literal("").label("progress"),
        orders.c.version,
        orders.c.placed_at.label("requested_at"),
        orders.c.updated_at,
        literal("").label("kind"),
    ).where(orders.c.merchant == merchant, orders.c.order_id == order_id)
    columns = (cases.c.document, cases.c.progress, cases.c.version, cases.c.requested_at, cases.c.updated_at)
    about = select(*columns, cases.c.kind).where(cases.c.merchant == merchant, cases.c.order_id == order_id)
    rows = connection.execute(union_all(own, about)).all()
    found = [row for row in rows if not row.progress]
    if not found:
        raise UnknownOrder(f"there is no order {order_id}")
    told = found[0]
    stored = [_stored_case(row) for row in rows if row.progress]
    stored.sort(key=lambda each: (each.requested_at, each.case.ref.rma), reverse=True)
    order = StoredOrder(
        order=Order.model_validate_json(told.document), version=told.version, updated_at=told.updated_at
    )
    return OrderWithCases(stored=order, cases=tuple(stored))


def hide_gift_returns(
    found: OrderWithCases, balances: Sequence[PaymentBalance]
) -> tuple[OrderWithCases, list[PaymentBalance]]:
    """Order and payments as the buyer may see them: as if no recipient of a gift had sent anything back or got other goods."""
    hidden = cases_of_recipients([each.case for each in found.cases])
    refunded, pending = Counter[str](), Counter[str]()
    for payout in (payout for case in hidden for payout in case.payouts):
        refunded[payout.payment_id] += payout.refunded_minor
        pending[payout.payment_id] += payout.pending_minor
    shown = [
        balance.model_copy(
            update={
                "refunded_minor": balance.refunded_minor - refunded[balance.payment_id],
                "pending_minor": balance.pending_minor - pending[balance.payment_id],
            }
        )
        for balance in balances
        if not any(balance.payment_id.startswith(f"{case.ref.rma}.") for case in hidden)
    ]
    unseen = {case.ref for case in hidden}
    cases = tuple(each for each in found.cases if each.case.ref not in unseen)
    order = show_order_to_buyer(found.stored.order, hidden)
    stored = found.stored.model_copy(update={"order": order})
    return found.model_copy(update={"cases": cases, "stored": stored}), shown


def _stored_case(row: AnyRow) -> StoredCase:
    return StoredCase(
        case=DOCUMENTS[CaseKind(row.kind)].model_validate_json(row.document),
        progress=Progress.model_validate_json(row.progress),
        version=row.version,
        requested_at=row.requested_at,
    )
