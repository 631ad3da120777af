"""The payment instruments of customers, as last told; references of providers, never card data."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, insert, select, update

from domain.instruments.models import CustomerInstruments, StoredInstruments
from records.catalogue_models import InstrumentsOutcome, InstrumentsReceipt
from records.statements import plain, present
from records.tables import customer_instruments


def put_instruments(
    connection: Connection,
    merchant: str,
    customer_id: str,
    told: CustomerInstruments,
    *,
    expected_version: int | None = None,
) -> InstrumentsReceipt:
    """The customer has these instruments and no others; the same again keeps the version.

    `expected_version`, where given, must be the version on record (0: none).
    """
    table = customer_instruments.c
    where = (table.merchant == merchant, table.customer_id == customer_id)
    row = connection.execute(select(table.version, table.content_hash).where(*where).with_for_update()).one_or_none()
    version = row.version if row else 0
    content_hash = hashlib.sha256(told.model_dump_json(exclude_defaults=True).encode()).hexdigest()
    if row is not None and row.content_hash == content_hash:
        return InstrumentsReceipt(outcome=InstrumentsOutcome.UNCHANGED, version=version)
    if expected_version is not None and expected_version != version:
        return InstrumentsReceipt(outcome=InstrumentsOutcome.STALE, version=version)
    columns = {
        "version": version + 1,
        "document": told.model_dump_json(),
        "content_hash": content_hash,
        "updated_at": present(),
    }
    if row is None:
        key = {"merchant": merchant, "customer_id": customer_id}
        connection.execute(insert(customer_instruments).values(key | columns))
        return InstrumentsReceipt(outcome=InstrumentsOutcome.CREATED, version=1)
    connection.execute(update(customer_instruments).where(*where).values(columns))
    return InstrumentsReceipt(outcome=InstrumentsOutcome.UPDATED, version=version + 1)


def load_instruments(connection: Connection, merchant: str, customer_id: str) -> StoredInstruments:
    """What the shop told of the customer's instruments; version 0 where it told nothing."""
    table = customer_instruments.c
    where = (table.merchant == merchant, table.customer_id == plain(customer_id))
    row = connection.execute(select(table.document, table.version, table.updated_at).where(*where)).one_or_none()
    if row is None:
        return StoredInstruments(customer_id=customer_id, version=0, updated_at=None)
    return StoredInstruments(
        customer_id=customer_id,
        version=row.version,
        updated_at=row.updated_at,
        instruments=CustomerInstruments.model_validate_json(row.document).instruments,
    )
