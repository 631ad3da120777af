"""What explanations rest on, read back: the case, its policy, the order as it was, the payments as they are."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select, tuple_

from domain.cases import CaseKind, CaseRef, Progress
from domain.errors import UnknownCase
from domain.explanations import EarlierCase, ExplanationBasis, HeldPayment, needed_versions
from domain.orders import Order
from domain.policies import PolicyVersion
from domain.returns.case import ReturnCase
from records.order_versions import load_version
from records.policies import load_policy
from records.statements import AnyRow
from records.tables import cases, order_versions, orders, payment_balances

# Enough that a trip to the database hardly counts, few enough to hold in memory.
BATCH = 200
_IS_RETURN = cases.c.kind == str(CaseKind.RETURN)


def load_basis(connection: Connection, merchant: str, rma: str) -> ExplanationBasis:
    """What the explanation of a return rests on. Raises UnknownCase."""
    where = (cases.c.merchant == merchant, cases.c.rma == rma, _IS_RETURN)
    row = connection.execute(select(cases.c.document, cases.c.progress).where(*where)).one_or_none()
    if row is None:
        raise UnknownCase(f"there is no case {rma}")
    case = ReturnCase.model_validate_json(row.document)
    return ExplanationBasis(
        case=case,
        progress=Progress.model_validate_json(row.progress),
        policy=load_policy(connection, merchant, case.policy_version),
        orders={
            version: load_version(connection, merchant, case.order_id, version) for version in needed_versions(case)
        },
        payments=tuple(_payments(connection, merchant, case.order_id)),
        earlier_cases=tuple(sorted(_earlier_cases(connection, case), key=lambda earlier: earlier.planned_at)),
    )


def merchants_of(connection: Connection, rma: str) -> list[str]:
    """The merchants that have a case of that number; by chance it may be more than one."""
    return list(connection.scalars(select(cases.c.merchant).where(cases.c.rma == rma).order_by(cases.c.merchant)))


def count_cases(connection: Connection) -> int:
    """How many returns there are, of all merchants."""
    return int(connection.scalar(select(func.count()).select_from(cases).where(_IS_RETURN)) or 0)


def next_bases(connection: Connection, after: CaseRef | None) -> list[ExplanationBasis]:
    """The next cases of the whole database, by merchant and RMA, with what computing them again needs; none at the end.

    Payments and earlier cases, which only an explanation shows, are left out.
    """
    query = select(cases.c.document, cases.c.progress).where(_IS_RETURN)
    query = query.order_by(cases.c.merchant, cases.c.rma).limit(BATCH)
    if after is not None:
        query = query.where(tuple_(cases.c.merchant, cases.c.rma) > (after.merchant, after.rma))
    rows = connection.execute(query).all()
    found = [(ReturnCase.model_validate_json(row.document), row) for row in rows]
    documents = _order_documents(connection, [case for case, _ in found])
    policies: dict[tuple[str, int], PolicyVersion] = {}
    return [_bare_basis(connection, case, row, documents, policies) for case, row in found]


def _bare_basis(
    connection: Connection,
    case: ReturnCase,
    row: AnyRow,
    documents: dict[tuple[str, str, int], str],
    policies: dict[tuple[str, int], PolicyVersion],
) -> ExplanationBasis:
    merchant, judged_by = case.ref.merchant, (case.ref.merchant, case.policy_version)
    if judged_by not in policies:
        policies[judged_by] = load_policy(connection, *judged_by)
    return ExplanationBasis(
        case=case,
        progress=Progress.model_validate_json(row.progress),
        policy=policies[judged_by],
        orders={
            version: Order.model_validate_json(documents[(merchant, case.order_id, version)])
            for version in needed_versions(case)
            if (merchant, case.order_id, version) in documents
        },
        payments=(),
        earlier_cases=(),
    )


def _order_documents(connection: Connection, found: list[ReturnCase]) -> dict[tuple[str, str, int], str]:
    """Every version of the orders of these cases, by merchant, order and version."""
    names = {(case.ref.merchant, case.order_id) for case in found}
    documents = {}
    # In this order: what is replaced meanwhile is then found as an earlier version.
    for table in (orders, order_versions):
        key = (table.c.merchant, table.c.order_id)
        query = select(*key, table.c.version, table.c.document).where(tuple_(*key).in_(names))
        documents.update({tuple(row[:3]): row.document for row in connection.execute(query)} if names else {})
    return documents


def _payments(connection: Connection, merchant: str, order_id: str) -> Iterator[HeldPayment]:
    table = payment_balances.c
    query = select(payment_balances).where(table.merchant == merchant, table.order_id == order_id)
    for row in connection.execute(query.order_by(table.payment_id)):
        yield HeldPayment(
            payment_id=row.payment_id,
            captured_minor=row.captured_minor,
            refunded_minor=row.refunded_minor,
            pending_minor=row.pending_minor,
            disputed_minor=row.disputed_minor,
            left_minor=row.captured_minor - row.disputed_minor - row.refunded_minor - row.pending_minor,
        )


def _earlier_cases(connection: Connection, case: ReturnCase) -> Iterator[EarlierCase]:
    """Cases of the order whose plans had been made when this one was."""
    where = (cases.c.merchant == case.ref.merchant, cases.c.order_id == case.order_id, cases.c.rma != case.ref.rma)
    for document in connection.scalars(select(cases.c.document).where(*where, _IS_RETURN)):
        other = ReturnCase.model_validate_json(document)
        if other.plan is None or other.plan_made_at is None or case.plan_made_at is None:
            continue
        if other.plan_made_at <= case.plan_made_at:
            yield EarlierCase(rma=other.ref.rma, planned_at=other.plan_made_at, total_minor=other.plan.total_minor)
