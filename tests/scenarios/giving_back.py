"""Goods that go back to their customer."""

from __future__ import annotations

from domain.cases import CaseKind, CaseRef, EventKind
from domain.fulfilment_port import DeliveryReport
from domain.goods_back.giving_back import plan_giving_back, view_going_back
from domain.policies import Policy
from domain.reimbursements import PaidBefore
from domain.replacement_shipments.case import DeliveryState, Goods, ReplacementShipment, ShipmentPurpose
from domain.replacement_shipments.deliveries import take_report
from domain.replacement_shipments.opening import ShipmentPlan, open_shipment
from domain.replacement_shipments.reports import report_shipment
from domain.returns.case import PlanBasis, ReturnCase
from domain.returns.dispositions import dispose_return
from domain.returns.linking import make_linked
from domain.returns.progress import derive_progress
from domain.returns.settlement import plan_refund
from domain.returns.splitting import Split, SplitBody, plan_split, split_off
from tests.builders import (
    ASKED,
    CONDITIONS,
    MERCHANT,
    SUPERVISOR,
    a_return_line,
    an_authorized_return,
    an_event,
    an_order,
    an_order_line,
    inspected,
    received,
)
from tests.scenarios.catalogue import Figures, passes
from tests.scenarios.returns import apply_bodies

LINKED = CaseRef(merchant=MERCHANT, rma="7K3F-Q9X4")
TEN = an_order(lines=(an_order_line(quantity=10),))


def refused(units: int, policy: Policy) -> tuple[ReturnCase, ReplacementShipment]:
    """So many came, none is accepted, and the warehouse was told to send all of them back."""
    asked = an_authorized_return(lines=(a_return_line(quantity=units),))
    seen = apply_bodies(asked, received(("1", units)), inspected(("1", units), accepted=False), policy=policy).case
    return given_back(seen, policy)


def given_back(seen: ReturnCase, policy: Policy) -> tuple[ReturnCase, ReplacementShipment]:
    """Nothing is paid for what was inspected, and the warehouse was told to send it back."""
    plan = plan_refund(seen, TEN, policy=policy, basis=PlanBasis(order_version=1, before=PaidBefore()))
    done = seen.with_facts(plan=plan, plan_made_at=ASKED).with_goods(
        dispositions=dispose_return(seen, TEN, policy=policy, conditions=CONDITIONS), put_away_at=ASKED
    )
    ((warehouse, goods),) = plan_giving_back(done.goods, TEN, usual="main").items()
    out = ShipmentPlan(
        number_in_case=1, goods=goods, warehouse=warehouse, ship_at_once=True, purpose=ShipmentPurpose.GIVE_BACK
    )
    ref = CaseRef(merchant=MERCHANT, rma="9WXH-2M4T", kind=CaseKind.REPLACEMENT_SHIPMENT)
    shipment = open_shipment(ref, done, out, actor=SUPERVISOR, at=ASKED).with_facts(handed_over_at=ASKED)
    return done.with_goods(given_back=(report_shipment(shipment, policy),)), shipment


def sent(
    case: ReturnCase, shipment: ReplacementShipment, units: int, policy: Policy
) -> tuple[ReturnCase, ReplacementShipment]:
    """So many have left in a parcel of their own, and the return knows."""
    goods = (Goods(sku=TEN.lines[0].sku, quantity=units),)
    name = f"p{len(shipment.deliveries) + 1}"
    told = DeliveryReport(delivery_id=name, state=DeliveryState.SHIPPED, units=goods, at=ASKED)
    shipment = take_report(shipment, told, at=ASKED).shipment
    return case.with_goods(given_back=(report_shipment(shipment, policy),)), shipment


@passes("SC134", "OCA/rma", after_first=8)
def back_in_two_deliveries(policy: Policy) -> Figures:
    """Ten go back to the customer in two deliveries: after two, eight remain; returned when all are done."""
    case, shipment = refused(10, policy)
    states, remaining = [derive_progress(case, policy).state], []
    for units in (2, 8):
        case, shipment = sent(case, shipment, units, policy)
        states.append(derive_progress(case, policy).state)
        remaining.append(sum(each.remaining for each in view_going_back(case.goods)))
    closed = derive_progress(case.with_facts(closed_at=ASKED), policy)
    assert (states, closed.state) == (["going_back", "going_back", "settled"], "sent_back")
    return {"after_first": remaining[0]}


@passes("SC136", "OCA/rma", old=4, new=6, sum=10)
def the_rest_is_split_off(policy: Policy) -> Figures:
    """Of ten received four go back: the other six become a linked case, and the sum stays ten; the old one ends when the four have left."""
    asked = an_authorized_return(lines=(a_return_line(quantity=10),))
    seen = apply_bodies(asked, received(("1", 10)), inspected(("1", 4), accepted=False), policy=policy).case
    split = plan_split(seen, SplitBody(), derive_progress(seen, policy).waiting_for)
    assert isinstance(split, Split)
    linked = make_linked(
        LINKED, seen, split.units, arrived=split.arrived, pays_shipping=False, actor=SUPERVISOR, at=ASKED
    )
    word = an_event(EventKind.SPLIT_REQUESTED, actor=SUPERVISOR)
    old, shipment = given_back(split_off(seen, split, LINKED.rma, word, at=ASKED).case, policy)
    old, _ = sent(old, shipment, 4, policy)
    assert derive_progress(old.with_facts(closed_at=ASKED), policy).state == "sent_back"
    assert (derive_progress(linked, policy).state, linked.follows) == ("received", old.ref.rma)
    left, new = sum(line.quantity for line in old.lines), sum(line.quantity for line in linked.lines)
    return {"old": left, "new": new, "sum": left + new}
