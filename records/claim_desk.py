"""Claims at the edges: filed at the door, read and listed; and the registrations of goods."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, literal_column, select, tuple_

from domain.cases import Progress
from domain.claims.case import Claim
from domain.claims.warranties import Warranty
from domain.errors import UnknownClaim, UnknownWarranty
from records import claim_cases, claims
from records.claim_models import ClaimFiled, ClaimPage, StoredClaim, WarrantyReceipt
from records.models import Claimed
from records.search import CaseFilter, make_cursor, read_cursor
from records.statements import AnyRow
from records.tables import cases

PAGE = 50
_CLAIM = (cases.c.document, cases.c.progress, cases.c.version, cases.c.opened_at, cases.c.updated_at)
# Spelled as in the partial index: a bound value would keep the planner from using it.
_IS_CLAIM = cases.c.kind == literal_column("'claim'")


class ClaimDesk:
    """What the edges need of claims. Every method raises Unavailable when the database cannot be reached."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        until_kept: Callable[[Callable[[Connection], Any]], Any],
    ) -> None:
        self._reading = reading
        self._until_kept = until_kept

    def file(self, filed: ClaimFiled, *, new_rma: Callable[[], str]) -> Claimed:
        """The claim has a case with a number from `new_rma`, which waits for its decision.

        KNOWN with the first case when (merchant, idempotency key) came with the same body; CONFLICT when with another.
        Raises UnknownOrder and UnknownPolicy.
        """
        claimed: Claimed = self._until_kept(lambda connection: claims.file_claim(connection, filed, new_rma=new_rma))
        return claimed

    def claim(self, merchant: str, number: str) -> StoredClaim:
        """The claim as stored. Raises UnknownClaim."""
        query = select(*_CLAIM).where(cases.c.merchant == merchant, cases.c.rma == number, _IS_CLAIM)
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownClaim(f"there is no claim {number}")
        return _stored(row)

    def of_order(self, merchant: str, order_id: str) -> list[StoredClaim]:
        """Every claim of the order, newest first."""
        query = select(*_CLAIM).where(cases.c.merchant == merchant, cases.c.order_id == order_id, _IS_CLAIM)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(cases.c.requested_at.desc(), cases.c.rma.desc())).all()
        return [_stored(row) for row in rows]

    def claims(
        self, merchant: str, wanted: CaseFilter | None = None, *, limit: int = PAGE, cursor: str | None = None
    ) -> ClaimPage:
        """A page of the merchant's claims, newest first. Raises BadCursor."""
        wanted = wanted or CaseFilter()
        query = select(*_CLAIM).where(cases.c.merchant == merchant, _IS_CLAIM)
        for column, value in (
            (cases.c.state, wanted.state),
            (cases.c.waiting_for, wanted.waiting_for),
            (cases.c.order_id, wanted.order_id),
        ):
            query = query.where(column == str(value)) if value is not None else query
        if wanted.open is not None:
            query = query.where(cases.c.closed_at.is_(None) if wanted.open else cases.c.closed_at.is_not(None))
        if cursor is not None:
            place = tuple_(cases.c.requested_at, cases.c.rma, types=[cases.c.requested_at.type, cases.c.rma.type])
            query = query.where(place < read_cursor(cursor))
        query = query.order_by(cases.c.requested_at.desc(), cases.c.rma.desc()).limit(limit + 1)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        page = tuple(_stored(row) for row in rows[:limit])
        last = page[-1].case if len(rows) > limit else None
        return ClaimPage(claims=page, next_cursor=make_cursor(last.requested_at, last.ref.rma) if last else None)

    def register(self, merchant: str, warranty: Warranty) -> WarrantyReceipt:
        """The goods are registered; what was registered first under the key stays."""
        receipt: WarrantyReceipt = self._until_kept(
            lambda connection: claim_cases.put_warranty(connection, merchant, warranty)
        )
        return receipt

    def warranty(self, merchant: str, key: str) -> Warranty:
        """What is registered under the key. Raises UnknownWarranty."""
        with self._reading() as connection:
            found = claim_cases.find_warranty(connection, merchant, key)
        if found is None:
            raise UnknownWarranty(f"nothing is registered under {key}")
        return found


def _stored(row: AnyRow) -> StoredClaim:
    return StoredClaim(
        case=Claim.model_validate_json(row.document),
        progress=Progress.model_validate_json(row.progress),
        version=row.version,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
    )
