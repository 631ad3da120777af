"""Ledger entries: written once, never changed; the same fact is written once however often it is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from domain.cases import Actor
from records.statements import insert_or
from records.tables import ledger_entries


class EntryKind(StrEnum):
    """What an entry says happened to the money of a payment, or to a credit account."""

    CAPTURE = "capture"
    CAPTURE_CORRECTED = "capture_corrected"
    REFUND_INTENDED = "refund_intended"
    REFUND_FROZEN = "refund_frozen"
    REFUND_THAWED = "refund_thawed"
    REFUND_SENT = "refund_sent"
    REFUND_UNKNOWN = "refund_unknown"
    REFUND_MISMATCHED = "refund_mismatched"
    REFUND_ACCEPTED = "refund_accepted"
    REFUND_SETTLED = "refund_settled"
    REFUND_FAILED = "refund_failed"
    REFUND_REVERSED = "refund_reversed"
    REFUND_CHARGED_BACK = "refund_charged_back"
    MANUAL_REFUND_REPORTED = "manual_refund_reported"
    MANUAL_REFUND = "manual_refund"
    STORE_CREDIT_ISSUED = "store_credit_issued"
    STORE_CREDIT_BONUS = "store_credit_bonus"
    STORE_CREDIT_GIVEN_BACK = "store_credit_given_back"
    STORE_CREDIT_SPENT = "store_credit_spent"
    STORE_CREDIT_EXPIRED = "store_credit_expired"
    COLLECTION_INTENDED = "collection_intended"
    COLLECTION_SENT = "collection_sent"
    COLLECTION_UNKNOWN = "collection_unknown"
    COLLECTION_REQUESTED = "collection_requested"
    COLLECTION_AUTHORIZED = "collection_authorized"
    COLLECTION_RELEASED = "collection_released"
    COLLECTION_EXPIRED = "collection_expired"
    COLLECTION_FAILED = "collection_failed"
    COLLECTION_MISMATCHED = "collection_mismatched"
    CAPTURE_INTENDED = "capture_intended"
    RELEASE_INTENDED = "release_intended"
    RECEIVABLE_RECORDED = "receivable_recorded"
    RECEIVABLE_RECEIVED = "receivable_received"
    RECEIVABLE_WRITTEN_OFF = "receivable_written_off"
    DISPUTE_WARNING = "dispute_warning"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


class NewEntry(BaseModel):
    """An entry to write. `entry_key` names the fact within its merchant."""

    model_config = ConfigDict(frozen=True)

    merchant: str
    entry_key: str
    order_id: str
    payment_id: str
    kind: EntryKind
    amount_minor: int
    currency: str
    actor: Actor
    at: datetime
    rma: str | None = None
    payout: int | None = None
    provider_reference: str = ""
    account: str | None = None
    facts: dict[str, Any] = {}


def append_entries(connection: Connection, entries: Sequence[NewEntry]) -> None:
    """The entries are in the ledger; those whose fact it had are left out."""
    if not entries:
        return
    rows = [_columns(entry) for entry in entries]
    statement = insert_or(connection, ledger_entries).on_conflict_do_nothing(index_elements=["merchant", "entry_key"])
    connection.execute(statement, rows)


def _columns(entry: NewEntry) -> dict[str, Any]:
    columns = entry.model_dump(exclude={"actor"})
    return columns | {"kind": str(entry.kind), "actor_name": entry.actor.name, "actor_role": str(entry.actor.role)}
