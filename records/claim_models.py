"""What goes into the records about claims and what comes out, beside the documents of `domain`."""

from __future__ import annotations

from datetime import datetime

from domain.cases import Actor, Progress
from domain.claims.case import Claim, ClaimRequest
from domain.claims.warranties import Warranty
from records.models import Record


class ClaimFiled(Record):
    """A customer's claim at the door. `body_hash` is of the request as it came, under `idempotency_key`."""

    merchant: str
    idempotency_key: str
    body_hash: str
    request: ClaimRequest
    actor: Actor
    requested_at: datetime


class StoredClaim(Record):
    """A claim as stored, where it stands, and its version."""

    case: Claim
    progress: Progress
    version: int
    opened_at: datetime
    updated_at: datetime


class ClaimPage(Record):
    """Some claims, newest first, and where the next page begins; None at the end."""

    claims: tuple[StoredClaim, ...]
    next_cursor: str | None


class WarrantyReceipt(Record):
    """The registration that is on record under the key, and whether it is new."""

    warranty: Warranty
    is_new: bool
