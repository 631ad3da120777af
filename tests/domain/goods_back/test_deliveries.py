"""One return, several parcels: who takes what, how it travels, and which of them a scan or a dock is about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.cases import EventKind, EventOutcome
from domain.goods_back.deliveries import (
    ReverseDeliveryState,
    derive_delivery_state,
    dispositions_by_warehouse,
    plan_deliveries,
)
from domain.goods_back.facts import DisposedUnits, GoodsBack, Label, ReverseDelivery, UnitCount
from domain.goods_back.progress import unused_labels
from domain.money import Money
from domain.orders import Order
from domain.policies import (
    AmountByCurrency,
    Destination,
    Disposition,
    LineTerms,
    Policy,
    ReturnMethod,
    ReturnMethods,
    ReturnOffer,
    Rule,
    always,
)
from domain.reimbursements import PaidBefore
from domain.returns.case import ReturnCase, ReturnLine, ReturnRequest, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.returns.events import apply_event
from domain.returns.opening import open_return
from domain.returns.quotes import quote_return
from tests.builders import (
    ASKED,
    CONDITIONS,
    a_policy,
    a_return,
    a_return_line,
    an_event,
    an_order,
    an_order_line,
    received,
)

MAIN, NORTH = ReverseDelivery(number=1, warehouse="main"), ReverseDelivery(number=2, warehouse="north")


def a_mixed_order() -> Order:
    """A mug, a sofa, and another mug."""
    return an_order(lines=(an_order_line("1"), an_order_line("2", category="furniture"), an_order_line("3")))


def two_warehouses(**changes: object) -> Policy:
    """Sofas go north, sent by whoever bought them; everything else goes to the main warehouse by label or to a store."""
    north = Rule[Destination](rule="bulky", when='category == "furniture"', then=Destination(warehouse="north"))
    own = ReturnMethods(offer=(ReturnOffer(method=ReturnMethod.OWN_SHIPMENT, price=AmountByCurrency()),))
    priced = ReturnOffer(method=ReturnMethod.CARRIER_LABEL, price=AmountByCurrency(minor={"GBP": 395}))
    usual = ReturnMethods(
        offer=(priced, ReturnOffer(method=ReturnMethod.STORE, price=AmountByCurrency(minor={"GBP": 0})))
    )
    tables = {
        "warehouses": (north, *always(Destination(warehouse="main"))),
        "return_methods": (Rule[ReturnMethods](rule="bulky", when='warehouse == "north"', then=own), *always(usual)),
    }
    return a_policy(**(tables | changes))


def opened(policy: Policy | None = None, *lines: ReturnLine) -> ReturnCase:
    """The return of one unit of each line, decided."""
    case = a_return(lines=lines or tuple(a_return_line(line_id) for line_id in ("1", "2", "3")))
    policy = policy or two_warehouses()
    return open_return(case, a_mixed_order(), policy=policy, conditions=CONDITIONS, taken={}, at=ASKED).case


def told(case: ReturnCase, kind: EventKind, **payload: object) -> tuple[ReturnCase, EventOutcome]:
    """The return after the news, and what became of it."""
    change = apply_event(case, an_event(kind, dict(payload)), policy=two_warehouses(), at=ASKED, order=a_mixed_order())
    assert change.answer is not None
    return change.case, change.answer.outcome


def a_label(number: str = "LABEL-1") -> Label:
    return Label(
        carrier="UPS", service="Ground", tracking_number=number, url="", shipment_reference="s", booked_at=ASKED
    )


def test_lines_of_one_warehouse_travel_together() -> None:
    """Two mugs in one parcel with a label, the sofa in another as its owner sends it."""
    mugs, sofa = opened().goods.deliveries
    assert (mugs.number, mugs.warehouse, mugs.method) == (1, "main", ReturnMethod.CARRIER_LABEL)
    assert [unit.line_id for unit in mugs.units] == ["1", "3"]
    assert (sofa.number, sofa.warehouse, sofa.method) == (2, "north", ReturnMethod.OWN_SHIPMENT)
    assert [unit.line_id for unit in sofa.units] == ["2"]


def test_a_shop_without_such_tables_has_one_parcel_as_ever() -> None:
    """Nothing changes for who has one warehouse and one carrier."""
    assert opened(a_policy()).goods.deliveries == (ReverseDelivery(),)
    assert plan_deliveries((), {}) == (ReverseDelivery(),)


def test_a_line_may_be_chosen_otherwise_than_the_rest() -> None:
    """The customer brings one mug to the store and sends the other."""
    lines = (a_return_line("1"), a_return_line("3").model_copy(update={"return_method": ReturnMethod.STORE}))
    sent, brought = opened(None, *lines).goods.deliveries
    assert (sent.method, brought.method) == (ReturnMethod.CARRIER_LABEL, ReturnMethod.STORE)
    request = ReturnRequest(order_id="A-1001", lines=lines, return_method=ReturnMethod.QR_CODE)
    assert [line.return_method for line in request.chosen_lines] == [ReturnMethod.QR_CODE, ReturnMethod.STORE]


def test_a_method_that_is_not_offered_is_refused() -> None:
    """A sofa does not go to the store: the customer reads how it can travel."""
    lines = [a_return_line("2").model_copy(update={"return_method": ReturnMethod.STORE})]
    found = decide_eligibility(
        a_mixed_order(), lines, policy=two_warehouses(), conditions=CONDITIONS, taken={}, now=ASKED
    )
    (finding,) = found.findings
    assert (found.verdict, finding.rule) == (Verdict.REFUSED, "return_method_not_offered")
    assert finding.policy_rule == "return_methods.bulky"
    assert finding.detail == "Line 2 cannot come back by store; offered: own shipment."


def test_the_quote_says_what_each_method_costs() -> None:
    """3.95 with our label, nothing for who comes to the store, and the refund is less by what was chosen."""
    lines = [a_return_line("1")]

    def quote(method: ReturnMethod | None, reason: str = "changed_mind") -> tuple[int, dict[str, int | None]]:
        asked = [line.model_copy(update={"return_method": method, "reason": reason}) for line in lines]
        found = quote_return(
            a_mixed_order(),
            asked,
            policy=two_warehouses(),
            conditions=CONDITIONS,
            taken={},
            before=PaidBefore(),
            now=ASKED,
        )
        assert found.refund is not None
        prices = {str(each.method): each.price.minor if each.price else None for each in found.return_methods}
        return found.refund.total_minor, prices

    assert quote(None) == (1200 - 395, {"carrier_label": 395, "store": None})
    assert quote(ReturnMethod.STORE)[0] == 1200
    assert quote(None, "defective") == (1200, {"carrier_label": None, "store": None})
    assert Money(minor=395, currency="GBP") > Money(minor=0, currency="GBP")


def test_a_scan_is_of_the_parcel_that_it_names() -> None:
    """The second parcel moves first; a number that nobody knows is that of the parcel without a label of ours."""
    case = opened().with_delivery(1, label=a_label())
    case, outcome = told(case, EventKind.LABEL_SCANNED, tracking_number="OWN-7")
    assert outcome is EventOutcome.APPLIED
    assert [(one.parcel_number, one.scanned_at is not None) for one in case.goods.deliveries] == [
        ("LABEL-1", False),
        ("OWN-7", True),
    ]
    again, outcome = told(case, EventKind.LABEL_SCANNED, tracking_number="OWN-7")
    assert (again.goods, outcome) == (case.goods, EventOutcome.KEPT)
    strange, outcome = told(case, EventKind.LABEL_SCANNED, tracking_number="NOBODYS")
    assert (strange.goods, outcome) == (case.goods, EventOutcome.KEPT)
    strange, outcome = told(case, EventKind.LABEL_SCANNED, delivery=9)
    assert (strange.goods, outcome) == (case.goods, EventOutcome.KEPT)
    both, _ = told(case, EventKind.LABEL_SCANNED, delivery=1)
    assert all(one.scanned_at for one in both.goods.deliveries)
    whatever, _ = told(case, EventKind.LABEL_SCANNED)
    assert whatever.goods.deliveries == both.goods.deliveries


@pytest.mark.parametrize("named", [{"delivery": 2}, {"tracking_number": "OWN-7"}])
def test_a_parcel_without_a_word_held_what_it_should(named: dict[str, object]) -> None:
    """The dock books the sofa in by its parcel alone: the mugs are still to come."""
    case, _ = told(opened(), EventKind.LABEL_SCANNED, tracking_number="OWN-7", delivery=2)
    case, _ = told(case, EventKind.ITEM_RECEIVED, **named)
    (receipt,) = case.goods.receipts
    assert ([unit.line_id for unit in receipt.units], receipt.delivery) == (["2"], 2)
    states = [derive_delivery_state(case.goods, one) for one in case.goods.deliveries]
    assert states == [ReverseDeliveryState.LABEL_FOLLOWS, ReverseDeliveryState.ARRIVED]


def test_an_empty_parcel_misses_only_its_own_goods() -> None:
    """The box from the store is empty: the sofa is not missing."""
    case, _ = told(opened(), EventKind.ITEM_RECEIVED, delivery=1, empty=True)
    assert [unit.line_id for unit in case.goods.receipts[0].missing] == ["1", "3"]


def test_goods_tell_which_parcel_arrived_when_nobody_else_does() -> None:
    """A session with the sofa in it is about the parcel that was to hold it."""
    case, _ = told(opened(), EventKind.ITEM_RECEIVED, **received(("2", 1)))
    states = [derive_delivery_state(case.goods, one) for one in case.goods.deliveries]
    assert states == [ReverseDeliveryState.LABEL_FOLLOWS, ReverseDeliveryState.ARRIVED]


def test_the_label_of_a_parcel_that_is_not_waited_for_is_unused() -> None:
    """The mugs never came: their label is voided when the return goes on without, and not before."""
    case, _ = told(opened().with_delivery(1, label=a_label()), EventKind.ITEM_RECEIVED, delivery=2)
    assert unused_labels(case.goods, is_over=False) == ()
    ended = case.with_goods(receiving_ended_at=ASKED + timedelta(days=10))
    assert unused_labels(ended.goods, is_over=False) == (1,)
    voided = ended.with_delivery(1, label_voided_at=ASKED)
    assert derive_delivery_state(voided.goods, voided.goods.delivery(1)) is ReverseDeliveryState.LABEL_VOIDED
    assert unused_labels(voided.goods, is_over=True) == ()


def test_each_warehouse_is_told_of_its_own_goods() -> None:
    """Mugs and sofa are put away where they are; what the customer keeps is nobody's."""

    def disposed(line_id: str, disposition: Disposition = Disposition.RESTOCK) -> DisposedUnits:
        return DisposedUnits(line_id=line_id, quantity=1, disposition=disposition)

    goods = opened().goods.with_facts(dispositions=(disposed("1"), disposed("2"), disposed("3", Disposition.KEEP)))
    found = dispositions_by_warehouse(goods, usual="elsewhere")
    assert {place: [unit.line_id for unit in units] for place, units in found.items()} == {
        "main": ["1"],
        "north": ["2"],
    }
    alone = GoodsBack(dispositions=(disposed("1"),))
    assert list(dispositions_by_warehouse(alone, usual="elsewhere")) == ["elsewhere"]


def test_a_single_parcel_names_no_goods() -> None:
    """Then it holds whatever the return expects, also what is added later."""
    terms = {"1": LineTerms(warehouse="north")}
    (only,) = plan_deliveries((UnitCount(line_id="1", quantity=2),), terms)
    assert (only.warehouse, only.units) == ("north", ())
