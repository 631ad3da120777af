"""The ready-made packs are sound and decide what they promise; a shop can begin with any of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.policies import PACKS, check_text, load_policy, pack_text
from domain.orders import Address, Customer, Order, Parcel
from domain.policies import Policy, RefundMoment, StatutePack
from domain.policies.checking import Severity
from domain.returns.case import Eligibility, Verdict
from domain.returns.eligibility import decide_eligibility
from tests.builders import CONDITIONS, a_return_line, an_order, an_order_line

BOUGHT = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
ABROAD = Address(name="Ada", street1="1 Example Street", city="Boston", postal_code="02108", country="US")


@pytest.mark.parametrize("pack", PACKS)
def test_packs_are_sound(pack: str) -> None:
    """No mistake and no warning, and a name of the shop's own."""
    text = pack_text(pack, name="acme: 1")
    written = check_text(text, conditions=CONDITIONS)
    assert [found for found in written.problems if found.severity is not Severity.NOTE] == []
    assert written.policy is not None
    assert written.policy.name == "acme: 1"


@pytest.mark.parametrize("pack", ["apparel", "electronics", "marketplace"])
def test_the_law_is_on(pack: str) -> None:
    """EU and UK customers keep their rights under every pack for a trade."""
    assert {statute.pack for statute in load_policy(PACKS[pack]).statutes} == set(StatutePack)


def bought(*, at: datetime = BOUGHT, group: str = "", channel: str = "", **line: Any) -> Order:
    """An order from abroad, where no law of the packs holds, delivered two days later."""
    customer = Customer(customer_id="c-1", name="Ada", email="ada@shop.example", address=ABROAD, group=group)
    return an_order(
        lines=(an_order_line(**line),),
        placed_at=at,
        customer=customer,
        sales_channel=channel,
        parcels=(Parcel(parcel_id="p", delivered_at=at + timedelta(days=2)),),
    )


def judged(pack: str, order: Order, *, days: int, reason: str = "changed_mind", quantity: int = 1) -> Eligibility:
    """The decision so many days after delivery."""
    policy: Policy = load_policy(PACKS[pack])
    delivered = order.parcels[0].delivered_at
    assert delivered is not None
    return decide_eligibility(
        order,
        [a_return_line(reason=reason, quantity=quantity)],
        policy=policy,
        conditions=CONDITIONS,
        taken={},
        now=delivered + timedelta(days=days),
    )


NOVEMBER = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pack", "order", "asked", "verdict"),
    [
        ("apparel", bought(), {"days": 30}, Verdict.AUTHORIZED),
        ("apparel", bought(), {"days": 31}, Verdict.REFUSED),
        ("apparel", bought(group="member"), {"days": 60}, Verdict.AUTHORIZED),
        ("apparel", bought(at=NOVEMBER), {"days": 69}, Verdict.AUTHORIZED),
        ("apparel", bought(at=NOVEMBER), {"days": 80}, Verdict.REFUSED),
        ("apparel", bought(), {"days": 85, "reason": "defective"}, Verdict.AUTHORIZED),
        ("apparel", bought(category="hygiene"), {"days": 3}, Verdict.REFUSED),
        ("apparel", bought(category="hygiene"), {"days": 3, "reason": "arrived_damaged"}, Verdict.AUTHORIZED),
        ("electronics", bought(), {"days": 14}, Verdict.AUTHORIZED),
        ("electronics", bought(), {"days": 15}, Verdict.REFUSED),
        ("electronics", bought(category="accessories"), {"days": 30}, Verdict.AUTHORIZED),
        ("electronics", bought(category="software"), {"days": 1}, Verdict.REFUSED),
        ("electronics", bought(quantity=5), {"days": 5, "quantity": 4}, Verdict.IN_REVIEW),
        ("electronics", bought(), {"days": 170, "reason": "defective"}, Verdict.AUTHORIZED),
        ("marketplace", bought(), {"days": 30}, Verdict.AUTHORIZED),
        ("marketplace", bought(channel="private_seller"), {"days": 2}, Verdict.IN_REVIEW),
        ("marketplace", bought(channel="private_seller"), {"days": 4}, Verdict.REFUSED),
        ("marketplace", bought(group="business"), {"days": 15}, Verdict.REFUSED),
        ("marketplace", bought(category="perishable"), {"days": 1}, Verdict.REFUSED),
    ],
)
def test_packs_decide(pack: str, order: Order, asked: dict[str, Any], verdict: Verdict) -> None:
    """Each pack decides as its page says, at the edges of its windows too."""
    assert judged(pack, order, **asked).verdict is verdict


def test_fees_and_moments_of_the_packs() -> None:
    """Opened electronics cost a fee, accessories none; members and small marketplace goods are paid early."""

    def terms(pack: str, order: Order) -> Any:
        decision = judged(pack, order, days=1).decision
        assert decision is not None
        return decision.lines[0].terms

    assert terms("electronics", bought()).fees.restocking_percent == 10
    assert terms("electronics", bought(category="accessories")).fees.restocking_percent == 0
    assert terms("apparel", bought(group="member")).refund_at is RefundMoment.RECEIPT
    assert terms("apparel", bought()).refund_at is RefundMoment.INSPECTION
    assert terms("marketplace", bought()).refund_at is RefundMoment.FIRST_SCAN
    assert terms("marketplace", bought(unit_price_minor=20000)).refund_at is RefundMoment.RECEIPT
