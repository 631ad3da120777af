"""What goes into the records about adjustments and what comes out, beside the documents of `domain`."""

from __future__ import annotations

from datetime import datetime

from domain.adjustments.case import Adjustment, Asked
from domain.cases import Actor, Progress
from domain.orders import Order, Payment
from domain.policies import PolicyVersion
from domain.reimbursements import PaidBefore
from records.models import Record


class AdjustmentClaim(Record):
    """An adjustment asked for at the door. `body_hash` is of the request as it came, under `idempotency_key`."""

    merchant: str
    idempotency_key: str
    body_hash: str
    asked: Asked
    order_id: str
    policy_version: int
    actor: Actor
    requested_at: datetime


class StoredAdjustment(Record):
    """An adjustment as stored, where it stands, and its version."""

    case: Adjustment
    progress: Progress
    version: int
    opened_at: datetime
    updated_at: datetime


class AmountBasis(Record):
    """What a quote by amount rests on: the order, the rules in force, what was paid, and what each payment holds."""

    order: Order
    version: int
    policy: PolicyVersion
    before: PaidBefore
    refundable_minor: dict[str, int]
    collected: tuple[Payment, ...] = ()
