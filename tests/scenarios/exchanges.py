"""Goods for goods: what leaves when, who pays the difference, and what becomes of goods that were not sent back."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.cases import CaseKind, CaseRef
from domain.collection_plans import CollectionWish, plan_collection, settle_holds
from domain.collections import Collection, CollectionKind, CollectionState
from domain.exchanges.facts import ExchangeAsk, ExchangeFacts
from domain.exchanges.following import hear_payment, make_promise
from domain.exchanges.offers import see_offers
from domain.exchanges.progress import derive_progress
from domain.exchanges.promises import plan_promise
from domain.exchanges.settling import promised_goods
from domain.exchanges.shipping import hear_departure, hear_shipments, let_go
from domain.fulfilment_port import DeliveryReport
from domain.money import Money
from domain.policies import Method, Policy
from domain.reimbursements import PaidBefore
from domain.replacement_shipments.case import DeliveryState, Goods, ReplacementShipment
from domain.replacement_shipments.deliveries import take_report
from domain.replacement_shipments.reports import report_shipment
from domain.returns.case import PlanBasis, ReturnCase, ReturnLine, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.returns.methods import share_by_method
from domain.returns.service import terms_of
from domain.returns.settlement import plan_refund
from tests.builders import (
    ASKED,
    CONDITIONS,
    MERCHANT,
    an_authorized_return,
    an_order,
    an_order_line,
    inspected,
    received,
)
from tests.exchanges import a_mug_order, an_exchange_policy, replaced, swapped
from tests.goods import an_entry
from tests.scenarios.catalogue import Figures, passes
from tests.scenarios.returns import apply_bodies

BEFORE = PaidBefore()
REF = CaseRef(merchant=MERCHANT, rma="3456-789F", kind=CaseKind.EXCHANGE)


def promised(*lines: ReturnLine, quantity: int = 2) -> ReturnCase:
    """An exchange of mugs that was authorized and promised."""
    order = an_order(lines=(an_order_line(sku="MUG-S-BLUE", quantity=quantity),))
    case = an_authorized_return(lines=lines, exchange=ExchangeFacts()).model_copy(update={"ref": REF})
    ask = ExchangeAsk(offers=see_offers(order, lines, lambda sku: an_entry()))
    promise = plan_promise(order, lines, ask, before=BEFORE, policy=an_exchange_policy())
    made = make_promise(case, promise, at=ASKED).case
    return hear_payment(made, an_exchange_policy(), at=ASKED).case


@passes("SC077", "spree/spree", accepted=False)
def no_replacement_before_receipt(policy: Policy) -> Figures:
    """An exchange is agreed and nothing has come back: nothing may leave."""
    case = promised(replaced())
    asked = let_go(case, at=ASKED).case
    assert asked.exchange is not None
    assert derive_progress(asked, policy).shipments == ()
    return {"accepted": asked.exchange.let_go_at is not None}


@passes("SC078", "spree/spree")
def a_cheaper_replacement(policy: Policy) -> Figures:
    """Two mugs for one that costs less than both: what is left over is store credit; any other way is malformed."""
    line = swapped(units=2, difference_as=Method.STORE_CREDIT)
    case = apply_bodies(promised(line), received(("1", 2)), inspected(("1", 2)), policy=policy).case
    plan = plan_refund(case, a_mug_order(), policy=policy, basis=PlanBasis(order_version=1, before=BEFORE))
    (paid,) = share_by_method(plan, case.lines, terms_of(case))
    assert (paid.method, paid.amount_minor) == (Method.STORE_CREDIT, 2400 - 1500)
    with pytest.raises(ValidationError):
        swapped(difference_as=Method.EXCHANGE)
    return {}


@passes("SC093", "medusajs/medusa", accepted=False)
def an_exchange_needs_both_sides(policy: Policy) -> Figures:
    """Goods come back and none are wanted for them: refused, with what to name."""
    line = swapped().model_copy(update={"wanted": ()})
    rules: dict[str, Any] = {"policy": an_exchange_policy(), "conditions": CONDITIONS, "taken": {}, "now": ASKED}
    verdict = decide_eligibility(a_mug_order(), [line], **rules)
    assert [finding.rule for finding in verdict.findings] == ["nothing_wanted"]
    return {"accepted": verdict.verdict is not Verdict.REFUSED}


@passes("SC135", "OCA/rma", after_first_remaining=8)
def a_replacement_in_two_deliveries(policy: Policy) -> Figures:
    """Ten are replaced, two leave and then eight: the exchange waits for the eight, and is done when they have left."""
    case = let_go(_settled(promised(replaced(10), quantity=10), 10, policy), at=ASKED).case
    assert case.exchange is not None
    shipment = ReplacementShipment(
        ref=CaseRef(merchant=MERCHANT, rma="9WXH-2M4T", kind=CaseKind.REPLACEMENT_SHIPMENT),
        order_id=case.order_id,
        currency=case.currency,
        policy_version=1,
        for_case=case.ref,
        number_in_case=1,
        goods=promised_goods(case.exchange),
        warehouse="main",
        opened_at=ASKED,
        reserved_at=ASKED,
        handed_over_at=ASKED,
    )
    left = []
    for number, units in enumerate((2, 8)):
        goods = (Goods(sku="MUG-S-BLUE", quantity=units),)
        told = DeliveryReport(delivery_id=f"p{number}", state=DeliveryState.SHIPPED, units=goods, at=ASKED)
        shipment = take_report(shipment, told, at=ASKED).shipment
        report = report_shipment(shipment, policy)
        case = hear_departure(hear_shipments(case, (report,), policy=policy, at=ASKED).case, at=ASKED).case
        left.append((derive_progress(case, policy).state, sum(each.quantity for each in report.unshipped)))
    assert left == [("replacing", 8), ("settled", 0)]
    return {"after_first_remaining": left[0][1]}


@passes("SC174", "help.loopreturns.com", charges=1)
def not_sent_back(policy: Policy) -> Figures:
    """Goods left in advance against a hold, and the old ones never came: the hold is charged, and asking again charges nothing."""
    wish = CollectionWish(
        kind=CollectionKind.HOLD, amount=Money(minor=1200, currency="GBP"), instrument="pm_1", customer="c-1"
    )
    hold = plan_collection(REF, (), wish).model_copy(update={"state": CollectionState.AUTHORIZED})
    known: tuple[Collection, ...] = (hold,)
    charged = 0
    for _ in range(2):
        decided = settle_holds(REF, known, 1200)
        charged += sum(1 for each in decided if each.decided_minor)
        known = decided or known
    return {"charges": charged}


def _settled(case: ReturnCase, units: int, policy: Policy) -> ReturnCase:
    """Everything came and was accepted, and what is owed for it is planned."""
    here = apply_bodies(case, received(("1", units)), inspected(("1", units)), policy=policy).case
    order = an_order(lines=(an_order_line(sku="MUG-S-BLUE", quantity=units),))
    plan = plan_refund(here, order, policy=policy, basis=PlanBasis(order_version=1, before=BEFORE))
    return here.with_facts(plan=plan, plan_made_at=ASKED)
