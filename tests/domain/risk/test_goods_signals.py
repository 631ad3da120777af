"""Each signal of goods that came back: one case in which it is seen, and one near miss in which it is not."""

from __future__ import annotations

from typing import Any

import pytest

from domain.goods_back.dock import AsSeen, Receipt, ReceivedUnits
from domain.goods_back.facts import GoodsBack, ReverseDelivery
from domain.goods_back.inspections import Condition, Grade, InspectedUnits, Inspection
from domain.orders import Payment, PaymentMethod
from domain.policies import AbuseRules, Signal
from domain.risk.goods_signals import GoodsSeen, read_goods
from domain.risk.models import RiskHistory
from tests.builders import ASKED, DOCK, an_order, an_order_line

# Two phones of 190 g with their numbers, paid by card.
PHONES = an_order(lines=(an_order_line(weight_grams=190, serial_numbers=("SN-1", "SN-2"), unit_price_minor=50_000),))
GIFT = Payment(payment_id="gift", method=PaymentMethod.GIFT_CARD, reference="g-1", captured_minor=100_000)
BY_GIFT_CARD = PHONES.model_copy(update={"payments": (GIFT,)})


def parcel(quantity: int = 1, *, grams: int = 0, serial: str = "") -> GoodsBack:
    """One parcel with phones, weighed and read by the dock as far as said."""
    units = (ReceivedUnits(line_id="1", quantity=quantity, serial_number=serial),)
    return GoodsBack(receipts=(Receipt(event_id="e1", at=ASKED, actor=DOCK, units=units, weight_grams=grams),))


def inspected(quantity: int, condition: Condition, *, serial: str = "") -> GoodsBack:
    """Phones that an inspector looked at."""
    found = AsSeen(serial_number=serial) if serial else None
    unit = InspectedUnits(line_id="1", quantity=quantity, condition=condition, grade=Grade.B, found=found)
    looked = Inspection(event_id="e2", at=ASKED, actor=DOCK, units=(unit,))
    return parcel(quantity).with_facts(inspections=(looked,))


ASTRAY = GoodsBack(deliveries=(ReverseDelivery(scanned_at=ASKED, sent_elsewhere_at=ASKED),))
ON_ITS_WAY = GoodsBack(deliveries=(ReverseDelivery(scanned_at=ASKED),))

SEEN = [
    pytest.param("serial_number_switch", {}, {"goods": parcel(serial="SN-9")}, id="the dock read a number never sold"),
    pytest.param(
        "serial_number_switch",
        {},
        {"goods": inspected(1, Condition.WRONG_ITEM, serial="SN-9")},
        id="the inspector read a number never sold",
    ),
    pytest.param("weight_mismatch", {}, {"goods": parcel(grams=151)}, id="151 g for a phone of 190 g"),
    pytest.param("weight_mismatch", {}, {"goods": parcel(grams=1729)}, id="1729 g: a stone, not a phone"),
    pytest.param(
        "worn_goods", {"units": 2}, {"goods": inspected(1, Condition.USED), "worn": 1}, id="the second worn unit"
    ),
    pytest.param("tracking_elsewhere", {}, {"goods": ASTRAY}, id="the carrier has another address"),
    pytest.param(
        "other_refund_method",
        {"at_least": {"minor": {"GBP": 10_000}}},
        {"goods": parcel(), "credit": 10_000},
        id="100.00 of credit for a card",
    ),
]
NEAR_MISSES = [
    pytest.param(
        "serial_number_switch", {}, {"goods": parcel(serial="SN-2")}, id="the other one of the two that were sold"
    ),
    pytest.param("weight_mismatch", {}, {"goods": parcel(grams=152)}, id="152 g: 20 % less"),
    pytest.param("weight_mismatch", {}, {"goods": parcel(grams=1728)}, id="1728 g: a heavy box"),
    pytest.param("weight_mismatch", {}, {"goods": parcel(grams=0)}, id="nobody weighed it"),
    pytest.param("worn_goods", {"units": 2}, {"goods": inspected(1, Condition.USED)}, id="the first worn unit"),
    pytest.param(
        "worn_goods",
        {"units": 2},
        {"goods": inspected(2, Condition.USED), "excused": {"1"}},
        id="used, and broken by our fault",
    ),
    pytest.param(
        "worn_goods", {"units": 2}, {"goods": inspected(2, Condition.OPENED), "worn": 5}, id="opened, not worn"
    ),
    pytest.param("tracking_elsewhere", {}, {"goods": ON_ITS_WAY}, id="on its way to us"),
    pytest.param(
        "other_refund_method",
        {"at_least": {"minor": {"GBP": 10_000}}},
        {"goods": parcel(), "credit": 9_999},
        id="99.99 of credit",
    ),
    pytest.param(
        "other_refund_method", {}, {"goods": parcel(), "credit": 10_000, "order": BY_GIFT_CARD}, id="paid by gift card"
    ),
]


def is_seen(name: str, rule: dict[str, Any], scene: dict[str, Any]) -> bool:
    """Whether the one signal that is on was seen."""
    seen = GoodsSeen(
        scene.get("order", PHONES),
        scene["goods"],
        excused=frozenset(scene.get("excused", ())),
        credit_chosen_minor=scene.get("credit", 0),
    )
    rules = AbuseRules.model_validate({name: {"on": True, **rule}})
    (reading,) = read_goods(seen, RiskHistory(currency="GBP", worn_units=scene.get("worn", 0)), rules=rules)
    assert reading.signal == name
    assert reading.detail
    return reading.fired


@pytest.mark.parametrize(("name", "rule", "scene"), SEEN)
def test_seen(name: str, rule: dict[str, Any], scene: dict[str, Any]) -> None:
    """The goods, the parcel or the refund show it."""
    assert is_seen(name, rule, scene)


@pytest.mark.parametrize(("name", "rule", "scene"), NEAR_MISSES)
def test_near_miss(name: str, rule: dict[str, Any], scene: dict[str, Any]) -> None:
    """One step short of it, nothing is seen."""
    assert not is_seen(name, rule, scene)


def test_every_signal_of_goods_has_its_case() -> None:
    """No signal was added without a case that shows it and a near miss."""
    all_on = AbuseRules.model_validate({str(signal): {"on": True} for signal in Signal})
    known = {str(reading.signal) for reading in read_goods(GoodsSeen(PHONES, GoodsBack()), RiskHistory(), rules=all_on)}
    for table in (SEEN, NEAR_MISSES):
        assert {case.values[0] for case in table} == known
