"""Returns that went their way in memory, with everything that a step would have stored about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from domain.cases import Progress, WaitingFor
from domain.explanations import EarlierCase, ExplanationBasis, ReturnExplanation, explain_return
from domain.goods_back.dock import ReceivedUnits
from domain.goods_back.facts import Condition, Grade, InspectedUnits, Inspection, Receipt
from domain.orders import Order, OrderDiscount, Payment, PaymentMethod
from domain.payouts import PayoutBasis
from domain.policies import AmountByCurrency, Fees, Policy, PolicyVersion, always
from domain.reimbursements import PaidBefore
from domain.returns.case import PlanBasis, ReturnCase, ReturnLine, VerdictBasis
from domain.returns.opening import open_return
from domain.returns.progress import unpaid_minor
from domain.returns.settlement import make_return_payouts, propose_refund
from tests.builders import ASKED, CONDITIONS, DOCK, a_policy, a_return
from tests.domain.baskets import basket, delivery, goods, tax

FEES = a_policy(fees=always(Fees(restocking_percent=15, return_shipping=AmountByCurrency(minor={"GBP": 395}))))


def an_awkward_order(**changes: Any) -> Order:
    """Three mugs and two lamps that share a discount, with taxes on top, shipping, and two payments."""
    mugs = goods("1", 3, 1000, tax("0.20", 477), title="Mug", discount_minor=1)
    lamps = goods("2", 2, 4999, tax("0.05", 461), tax("0.02", 184), title="Lamp")
    ten = OrderDiscount(discount_id="TEN", title="Ten off", amount_minor=1000)
    order = basket(mugs, lamps, discounts=(ten,), shipping=(delivery(395, tax("0.20", 79)),), paid=[], **changes)
    gift = Payment(payment_id="gift", method=PaymentMethod.GIFT_CARD, reference="g-1", captured_minor=1000)
    card = Payment(payment_id="card", reference="pi_1", captured_minor=13192)
    return order.model_copy(update={"payments": (gift, card)})


def settle(
    order: Order,
    *returns: Sequence[tuple[str, int]],
    policy: Policy = FEES,
    reasons: Mapping[str, str] | None = None,
) -> list[ReturnCase]:
    """One case for each return, in that order: asked for, received, inspected, proposed and, if it may be, planned."""
    cases: list[ReturnCase] = []
    holds = {payment.payment_id: payment.captured_minor for payment in order.payments}
    for number, units in enumerate(returns):
        case = _inspected(order, units, cases, policy=policy, reasons=reasons or {}, number=number)
        before = PaidBefore.of([earlier.plan for earlier in cases if earlier.plan is not None])
        at = ASKED + timedelta(days=number)
        known = PlanBasis(order_version=1, before=before)
        case = propose_refund(case, order, policy=policy, conditions=CONDITIONS, basis=known, at=at).case
        owed = unpaid_minor(case)
        payouts = make_return_payouts(case, order, dict(holds), rules=policy.payouts)
        numbers = tuple(payout.number for payout in payouts)
        basis = PayoutBasis(at=at, order_version=1, owed_minor=owed, refundable_minor=dict(holds), payouts=numbers)
        for payout in payouts:
            holds[payout.payment_id] -= payout.amount_minor
        cases.append(case.with_facts(payouts=payouts, payout_bases=(basis,) if owed else ()))
    return cases


def explain(
    case: ReturnCase, order: Order, *, policy: Policy = FEES, earlier: Sequence[ReturnCase] = ()
) -> ReturnExplanation:
    """The explanation of a case of the order in its first version."""
    before = tuple(
        EarlierCase(rma=each.ref.rma, planned_at=each.plan_made_at, total_minor=each.plan.total_minor)
        for each in earlier
        if each.plan is not None and each.plan_made_at is not None
    )
    return explain_return(
        ExplanationBasis(
            case=case,
            progress=Progress(state="refunding", waiting_for=WaitingFor.REFUND, since=ASKED, next_step="Wait."),
            policy=PolicyVersion(version=1, policy=policy),
            orders={1: order},
            payments=(),
            earlier_cases=before,
        ),
        conditions=CONDITIONS,
    )


def _inspected(
    order: Order,
    units: Sequence[tuple[str, int]],
    earlier: Sequence[ReturnCase],
    *,
    policy: Policy,
    reasons: Mapping[str, str],
    number: int,
) -> ReturnCase:
    lines = tuple(
        ReturnLine(line_id=line_id, quantity=quantity, reason=reasons.get(line_id, "changed_mind"))
        for line_id, quantity in units
    )
    case = a_return(lines=lines, order_id=order.order_id, currency=order.currency)
    taken = Counter[str]()
    for each in earlier:
        taken.update({line.line_id: line.quantity for line in each.lines})
    case = open_return(case, order, policy=policy, conditions=CONDITIONS, taken=taken, at=ASKED).case
    counts = tuple(ReceivedUnits(line_id=line_id, quantity=quantity) for line_id, quantity in units)
    found = tuple(
        InspectedUnits(line_id=line_id, quantity=quantity, condition=Condition.AS_NEW, grade=Grade.A)
        for line_id, quantity in units
    )
    event = f"evt-{number}"
    return case.with_facts(
        verdict_basis=VerdictBasis(order_version=1, taken=dict(taken)),
    ).with_goods(
        receipts=(Receipt(event_id=event, at=ASKED, actor=DOCK, units=counts),),
        inspections=(Inspection(event_id=event, at=ASKED, actor=DOCK, units=found),),
    )
