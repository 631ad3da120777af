"""What the explanation of any case rests on, and what all of them say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.case_documents import CaseDocument
from domain.cases import Progress
from domain.explanations.models import HeldPayment
from domain.explanations.payouts import explain_allocation
from domain.orders import Order
from domain.policies import PolicyVersion


class CaseBasis(BaseModel):
    """Everything that an explanation rests on; `orders` by version, `payments` as the ledger has them now."""

    model_config = ConfigDict(frozen=True)

    case: CaseDocument
    progress: Progress
    policy: PolicyVersion
    orders: Mapping[int, Order]
    payments: tuple[HeldPayment, ...]


def shared_parts(basis: CaseBasis) -> dict[str, Any]:
    """What the explanation of every case says: which case, how its money was shared, and what the payments hold."""
    case, policy = basis.case, basis.policy.policy
    return {
        "kind": case.ref.kind,
        "rma": case.ref.rma,
        "order_id": case.order_id,
        "currency": case.currency,
        "state": basis.progress.state,
        "payouts": tuple(
            explain_allocation(case, each, basis.orders[each.order_version], policy=policy)
            for each in case.payout_bases
        ),
        "payments": basis.payments,
    }
