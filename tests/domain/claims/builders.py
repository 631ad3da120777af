"""Claims as tests of rules need them."""

from __future__ import annotations

from typing import Any

from domain.cases import CaseKind, CaseRef
from domain.claims.case import Claim, ClaimLine, Resolution
from domain.claims.judging import Known
from domain.claims.planning import Ground
from domain.order_funds import OrderFunds
from domain.orders import Order
from domain.policies import ClaimProblem, Fault, Policy, Remedy
from domain.reimbursements import PaidBefore
from domain.returns.case import PlanBasis, Verdict
from tests.builders import ASKED, CONDITIONS, MERCHANT, STOREFRONT, SUPERVISOR, a_policy, an_order


def a_claim(*lines: tuple[str, int], **facts: Any) -> Claim:
    """One broken mug, in review."""
    values: dict[str, Any] = {
        "ref": CaseRef(merchant=MERCHANT, rma="3456-789F", kind=CaseKind.CLAIM),
        "order_id": "A-1001",
        "currency": "GBP",
        "policy_version": 1,
        "problem": ClaimProblem.DAMAGED,
        "lines": tuple(ClaimLine(line_id=line, quantity=quantity) for line, quantity in lines or (("1", 1),)),
        "wish": Remedy.REFUND,
        "opened_by": STOREFRONT,
        "requested_at": ASKED,
        "verdict": Verdict.IN_REVIEW,
        "decided_at": ASKED,
    }
    return Claim(**(values | facts))


def ground(order: Order | None = None, *, policy: Policy | None = None, before: PaidBefore | None = None) -> Ground:
    """What an amount rests on, with nothing paid before."""
    order = order or an_order()
    held = {payment.payment_id: payment.captured_minor for payment in order.payments}
    basis = PlanBasis(order_version=1, before=before or PaidBefore())
    policy = policy or a_policy()
    funds = OrderFunds(order=order, version=1, refundable_minor=held, rules=policy.payouts)
    return Ground(funds=funds, basis=basis, policy=policy)


def known(policy: Policy | None = None, **more: Any) -> Known:
    """What judging knows, with no other case in sight."""
    values: dict[str, Any] = {"taken": {}, "earlier": {}, "covered": ()}
    return Known(policy=policy or a_policy(), conditions=CONDITIONS, **(values | more))


def a_resolution(remedy: Remedy = Remedy.REFUND, **facts: Any) -> Resolution:
    """Money back, as a supervisor says."""
    values: dict[str, Any] = {"at": ASKED, "actor": SUPERVISOR, "fault": Fault.CARRIER}
    return Resolution(remedy=remedy, **(values | facts))
