"""What explanations rest on, read back: the case, its policy, the order as it was, the payments as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select, tuple_

from domain.adjustments.case import Adjustment
from domain.case_documents import CaseDocument
from domain.cases import CaseKind, CaseRef, Progress
from domain.claims.case import Claim
from domain.errors import UnknownCase
from domain.explanations import (
    AdjustmentCaseBasis,
    CaseBasis,
    ClaimCaseBasis,
    EarlierCase,
    ExplanationBasis,
    HeldPayment,
    PaymentIssueBasis,
    needed_versions,
)
from domain.orders import Order
from domain.payment_issues.case import PaymentIssue
from domain.policies import PolicyVersion
from domain.returns.case import ReturnCase
from records.adjustments import original_of
from records.cases import DOCUMENTS
from records.order_versions import load_version
from records.policies import load_policy
from records.statements import AnyRow
from records.tables import cases, order_versions, orders, payment_balances

# Enough that a trip to the database hardly counts, few enough to hold in memory.
BATCH = 200
_CASE = (cases.c.kind, cases.c.document, cases.c.progress)


def load_basis(connection: Connection, merchant: str, rma: str) -> CaseBasis:
    """What the explanation of a case of any kind rests on. Raises UnknownCase."""
    where = (cases.c.merchant == merchant, cases.c.rma == rma)
    row = connection.execute(select(*_CASE).where(*where)).one_or_none()
    if row is None:
        raise UnknownCase(f"there is no case {rma}")
    case = _document(row)
    facts = {
        "progress": Progress.model_validate_json(row.progress),
        "policy": load_policy(connection, merchant, case.policy_version),
        "orders": {
            version: load_version(connection, merchant, case.order_id, version) for version in needed_versions(case)
        },
        "payments": tuple(_payments(connection, merchant, case.order_id)),
    }
    return _basis_of(connection, case, facts, earlier=True)


def merchants_of(connection: Connection, rma: str) -> list[str]:
    """The merchants that have a case of that number; by chance it may be more than one."""
    return list(connection.scalars(select(cases.c.merchant).where(cases.c.rma == rma).order_by(cases.c.merchant)))


def count_cases(connection: Connection) -> int:
    """How many cases there are, of all kinds and merchants."""
    return int(connection.scalar(select(func.count()).select_from(cases)) or 0)


def next_bases(connection: Connection, after: CaseRef | None) -> list[CaseBasis]:
    """The next cases of the whole database, by merchant and RMA, with what computing them again needs; none at the end.

    Payments and earlier cases, which only an explanation shows, are left out.
    """
    query = select(*_CASE).order_by(cases.c.merchant, cases.c.rma).limit(BATCH)
    if after is not None:
        query = query.where(tuple_(cases.c.merchant, cases.c.rma) > (after.merchant, after.rma))
    found = [(_document(row), row) for row in connection.execute(query).all()]
    documents = _order_documents(connection, [case for case, _ in found])
    policies: dict[tuple[str, int], PolicyVersion] = {}
    return [_bare_basis(connection, case, row, documents, policies) for case, row in found]


def _bare_basis(
    connection: Connection,
    case: CaseDocument,
    row: AnyRow,
    documents: dict[tuple[str, str, int], str],
    policies: dict[tuple[str, int], PolicyVersion],
) -> CaseBasis:
    merchant, judged_by = case.ref.merchant, (case.ref.merchant, case.policy_version)
    if judged_by not in policies:
        policies[judged_by] = load_policy(connection, *judged_by)
    facts = {
        "progress": Progress.model_validate_json(row.progress),
        "policy": policies[judged_by],
        "orders": {
            version: Order.model_validate_json(documents[(merchant, case.order_id, version)])
            for version in needed_versions(case)
            if (merchant, case.order_id, version) in documents
        },
        "payments": (),
    }
    return _basis_of(connection, case, facts, earlier=False)


def _basis_of(connection: Connection, case: CaseDocument, facts: dict[str, Any], *, earlier: bool) -> CaseBasis:
    """The basis of the case's kind: what the facts of every kind are, and what its own explanation needs beside them."""
    match case:
        case ReturnCase():
            before = sorted(_earlier_cases(connection, case), key=lambda each: each.planned_at) if earlier else ()
            return ExplanationBasis(case=case, earlier_cases=tuple(before), **facts)
        case Claim():
            before = sorted(_earlier_cases(connection, case), key=lambda each: each.planned_at) if earlier else ()
            return ClaimCaseBasis(case=case, earlier_cases=tuple(before), **facts)
        case Adjustment():
            return AdjustmentCaseBasis(case=case, original=original_of(connection, case), **facts)
        case PaymentIssue():
            return PaymentIssueBasis(case=case, **facts)
        case _:
            return CaseBasis(case=case, **facts)


def _document(row: AnyRow) -> CaseDocument:
    return DOCUMENTS[CaseKind(row.kind)].model_validate_json(row.document)


def _order_documents(connection: Connection, found: list[CaseDocument]) -> dict[tuple[str, str, int], str]:
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


def _earlier_cases(connection: Connection, case: ReturnCase | Claim) -> Iterator[EarlierCase]:
    """Cases of the order whose plans had been made when this one was, and count."""
    where = (cases.c.merchant == case.ref.merchant, cases.c.order_id == case.order_id, cases.c.rma != case.ref.rma)
    for row in connection.execute(select(*_CASE).where(*where)):
        other = _document(row)
        if not isinstance(other, ReturnCase | Adjustment | Claim) or other.plan is None or other.plan_made_at is None:
            continue
        counts = other.counts_as_paid if isinstance(other, Adjustment | Claim) else True
        if counts and case.plan_made_at is not None and other.plan_made_at <= case.plan_made_at:
            yield EarlierCase(rma=other.ref.rma, planned_at=other.plan_made_at, total_minor=other.plan.total_minor)
