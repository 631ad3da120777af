"""Claims of an order and the registrations of its goods, for steps and screens."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, insert, select

from domain.cases import CaseKind, CaseRef
from domain.claims.case import Claim
from domain.claims.warranties import Warranty
from domain.returns.case import Verdict
from records.claim_models import WarrantyReceipt
from records.statements import plain
from records.tables import cases, warranties


def warranties_of(connection: Connection, merchant: str, order_id: str) -> tuple[Warranty, ...]:
    """Every registration of goods of the order, by key."""
    table = warranties.c
    query = select(table.document).where(table.merchant == merchant, table.order_id == order_id)
    documents = connection.scalars(query.order_by(table.warranty_key))
    return tuple(Warranty.model_validate_json(document) for document in documents)


def find_warranty(connection: Connection, merchant: str, key: str) -> Warranty | None:
    """What is registered under the key."""
    table = warranties.c
    where = (table.merchant == merchant, table.warranty_key == plain(key))
    document = connection.scalar(select(table.document).where(*where))
    return Warranty.model_validate_json(document) if document is not None else None


def put_warranty(connection: Connection, merchant: str, warranty: Warranty) -> WarrantyReceipt:
    """What was registered first under the key stays, whoever registers it again."""
    known = find_warranty(connection, merchant, warranty.key)
    if known is not None:
        return WarrantyReceipt(warranty=known, is_new=False)
    connection.execute(
        insert(warranties).values(
            merchant=merchant,
            warranty_key=plain(warranty.key),
            order_id=warranty.order_id,
            line_id=warranty.line_id,
            registered_by=plain(warranty.registered_by),
            until=warranty.until,
            document=warranty.model_dump_json(),
        )
    )
    return WarrantyReceipt(warranty=warranty, is_new=True)


def earlier_claims(connection: Connection, merchant: str, order_id: str, *, apart_from: CaseRef) -> dict[str, int]:
    """By line id, how many other claims of the order named the line and were neither denied nor withdrawn."""
    query = select(cases.c.document).where(
        cases.c.merchant == merchant,
        cases.c.order_id == order_id,
        cases.c.kind == str(CaseKind.CLAIM),
        cases.c.rma != apart_from.rma,
    )
    counts: Counter[str] = Counter()
    for document in connection.scalars(query):
        claim = Claim.model_validate_json(document)
        void = claim.is_denied or claim.cancelled_at is not None or claim.verdict is Verdict.REFUSED
        counts.update(() if void else {line.line_id for line in claim.lines})
    return dict(counts)
