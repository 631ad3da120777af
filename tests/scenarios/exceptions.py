"""What somebody with authority grants beyond the rules: goods after the window, other fees."""

from __future__ import annotations

from datetime import timedelta

from domain.cases import Actor, EventKind, Role
from domain.orders import Order
from domain.policies import (
    Action,
    AmountByCurrency,
    ApprovalRules,
    AuthorityRow,
    Fees,
    May,
    Policy,
    always,
)
from domain.reimbursements import AmountKind, PaidBefore
from domain.returns.case import PlanBasis, ReturnCase
from domain.returns.events import apply_event
from domain.returns.exceptions import ask_exception
from domain.returns.fee_changes import Stake, ask_for_fees
from domain.returns.opening import open_return
from domain.returns.progress import ReturnState, derive_progress
from domain.returns.settlement import plan_refund
from tests.builders import (
    ASKED,
    CONDITIONS,
    a_policy,
    a_return,
    an_event,
    an_order,
    an_order_line,
    inspected,
)
from tests.scenarios.catalogue import Figures, passes

STAFF = Actor(name="ann", role=Role.AGENT)
TRUSTED = AuthorityRow(rule="staff", role=Role.AGENT, may=May.ACT)


@passes("SC069", "spree/spree", customer=False, staff=True, code="outside_return_window")
def outside_the_window(policy: Policy) -> Figures:
    """60 days after the order the customer is too late; staff may allow it, under their name."""
    order = an_order(placed_at=ASKED - timedelta(days=60), parcels=())
    trusting = a_policy(approval=ApprovalRules(matrix=(TRUSTED,)))
    wish = ask_exception(1, by=STAFF, note="A regular.", at=ASKED)
    refused = _opened(a_return(), order, trusting)
    allowed = _opened(a_return(opened_by=STAFF, exceptions=(wish,)), order, trusting)
    assert allowed.exceptions[0].asked_by == STAFF
    assert refused.eligibility is not None
    rules = [finding.rule for finding in refused.eligibility.findings]
    return {
        "customer": derive_progress(refused, trusting).state != ReturnState.REFUSED,
        "staff": derive_progress(allowed, trusting).state == ReturnState.AUTHORIZED,
        "code": "outside_return_window" if rules == ["window_passed"] else rules,
    }


@passes("SC089", "medusajs/medusa", amount=1002)
def another_fee_for_one_return(policy: Policy) -> Figures:
    """The return shipping fee of 1000 is set to 1002 for one return."""
    fees = always(Fees(return_shipping=AmountByCurrency(minor={"GBP": 1000})))
    row = TRUSTED.model_copy(update={"actions": (Action.FEE_WAIVER,)})
    shop = a_policy(fees=fees, approval=ApprovalRules(matrix=(row,)))
    order = an_order(lines=(an_order_line(unit_price_minor=5000),))
    stake = Stake(order=order, before=PaidBefore(), policy=shop, at=ASKED)
    wish = {"fees": {"return_shipping": {"minor": {"GBP": 1002}}}, "note": "Two parcels."}
    case = _opened(a_return(), order, shop)
    changed = ask_for_fees(case, an_event(EventKind.EXCEPTION_REQUESTED, wish, actor=STAFF), stake).case
    plan = plan_refund(_came_back(changed), order, policy=shop, basis=PlanBasis(order_version=1, before=PaidBefore()))
    (fee,) = [line for line in plan.lines if line.kind is AmountKind.RETURN_SHIPPING_FEE]
    return {"amount": -fee.amount_minor}


def _opened(case: ReturnCase, order: Order, policy: Policy) -> ReturnCase:
    return open_return(case, order, policy=policy, conditions=CONDITIONS, taken={}, at=ASKED).case


def _came_back(case: ReturnCase) -> ReturnCase:
    """All units are here and found as new."""
    found = inspected(("1", 1))
    for event in (an_event(EventKind.ITEM_RECEIVED), an_event(EventKind.INSPECTION_RECORDED, found)):
        case = apply_event(case, event, policy=a_policy(), at=ASKED).case
    return case
