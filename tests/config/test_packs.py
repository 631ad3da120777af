"""The ready-made packs are sound and decide what they promise; a shop can begin with any of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.policies import PACKS, check_text, load_policy, pack_text
from domain.addresses import Address
from domain.claims.judging import ClaimJudgement, judge_claim
from domain.claims.warranties import WarrantyAsked, register_warranty
from domain.goods_back.parts import Evidence
from domain.orders import Customer, Order, Parcel
from domain.policies import Answer, ClaimProblem, Policy, PolicyVersion, RefundMoment, RiskOutcome, Signal, StatutePack
from domain.policies.checking import Severity
from domain.policies.words import tell_policy
from domain.returns.case import Eligibility, Finding, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.risk.assessing import assess_request
from domain.risk.models import RequestStake, RiskHistory
from tests.builders import CONDITIONS, a_return_line, an_order, an_order_line
from tests.domain.claims.builders import a_claim, known

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


def claimed(
    pack: str,
    order: Order,
    *,
    days: int,
    problem: str = "damaged",
    shown: int = 1,
    covered: bool = False,
    earlier: int = 0,
) -> ClaimJudgement:
    """What the pack says to a claim so many days after delivery, with so many photos."""
    delivered = order.parcels[0].delivered_at
    assert delivered is not None
    photo = Evidence(reference="p", media_type="image/jpeg", size_bytes=1)
    case = a_claim(
        problem=ClaimProblem(problem),
        requested_at=delivered + timedelta(days=days),
        evidence=(photo,) * shown,
        verdict=None,
        decided_at=None,
    )
    lines = {"covered": ("1",) if covered else (), "earlier": {"1": earlier}}
    return judge_claim(case, order, known(load_policy(PACKS[pack]), **lines))


@pytest.mark.parametrize(
    ("pack", "order", "asked", "rule"),
    [
        ("apparel", bought(unit_price_minor=2500), {"days": 10}, "small"),
        ("apparel", bought(unit_price_minor=2501), {"days": 10}, "everything_else"),
        ("apparel", bought(), {"days": 10, "shown": 0}, "show_us"),
        ("apparel", bought(unit_price_minor=3001), {"days": 10, "problem": "missing", "shown": 0}, "lost_and_dear"),
        ("apparel", bought(unit_price_minor=3000), {"days": 10, "problem": "missing", "shown": 0}, "lost"),
        ("apparel", bought(), {"days": 91}, "worn_long"),
        ("apparel", bought(), {"days": 91, "covered": True}, "small"),
        ("apparel", bought(), {"days": 731}, "too_late"),
        ("apparel", bought(), {"days": 10, "earlier": 1}, "again"),
        ("electronics", bought(category="accessories"), {"days": 20}, "small"),
        ("electronics", bought(), {"days": 20, "problem": "defective"}, "everything_else"),
        ("electronics", bought(unit_price_minor=20001), {"days": 20, "problem": "defective"}, "which_one"),
        ("electronics", bought(), {"days": 31}, "reported_late"),
        ("electronics", bought(), {"days": 181, "problem": "defective"}, "failed_later"),
        ("electronics", bought(), {"days": 181, "problem": "defective", "covered": True}, "everything_else"),
        ("electronics", bought(), {"days": 731, "problem": "defective"}, "out_of_warranty"),
        ("marketplace", bought(unit_price_minor=2000), {"days": 5}, "small"),
        ("marketplace", bought(unit_price_minor=10001), {"days": 5}, "dear"),
        ("marketplace", bought(channel="private_seller"), {"days": 5}, "private_seller"),
        ("marketplace", bought(category="perishable"), {"days": 4}, "gone_off"),
        ("marketplace", bought(category="perishable"), {"days": 3}, "small"),
        ("marketplace", bought(), {"days": 61}, "after_protection"),
    ],
)
def test_packs_decide_on_claims(pack: str, order: Order, asked: dict[str, Any], rule: str) -> None:
    """Each pack decides on broken, lost and failed goods as its page says, at its edges too; every no says why and what to do."""
    judged = claimed(pack, order, **asked)
    assert judged.lines[0].tables[0].rule == rule
    says = judged.lines[0].tables[0].then
    refused = says["answer"] == Answer.REFUSE
    assert not refused or (says["says"] and says["way_out"])
    assert judged.verdict is (Verdict.IN_REVIEW if says["answer"] == Answer.REVIEW else Verdict.AUTHORIZED)


@pytest.mark.parametrize(
    ("pack", "order", "days"),
    [
        ("apparel", bought(), 180),
        ("apparel", bought(category="shoes"), 365),
        ("electronics", bought(), 730),
        ("electronics", bought(category="accessories"), 365),
        ("electronics", bought(category="software"), None),
        ("marketplace", bought(), 365),
        ("marketplace", bought(channel="private_seller"), None),
    ],
)
def test_warranties_of_the_packs(pack: str, order: Order, days: int | None) -> None:
    """So many days from delivery, of what has a warranty at all."""
    asked = WarrantyAsked(order_id=order.order_id, line_id="1", registered_by="c-1")
    policy = PolicyVersion(version=1, policy=load_policy(PACKS[pack]))
    delivered = order.parcels[0].delivered_at
    assert delivered is not None
    given = register_warranty("A-1001/1", asked, order, policy=policy, conditions=CONDITIONS, at=delivered)
    lasts = None if isinstance(given, Finding) else (given.until - delivered).days
    assert lasts == days


@pytest.mark.parametrize("pack", PACKS)
def test_packs_are_told_in_words(pack: str) -> None:
    """Customers can read all of every pack: no rule is left out, and none says nothing."""
    policy = load_policy(PACKS[pack])
    told = {said.rule: said.text for section in tell_policy(policy) for said in section.sentences}
    for table in ("windows", "acceptance", "methods", "exchanges", "claims", "warranties", "return_methods"):
        assert {f"{table}.{rule.rule}" for rule in getattr(policy, table)} <= set(told)
    assert all(len(text) > 10 for text in told.values())


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


NOTICED = {
    "default": {"return_rate"},
    "apparel": {"return_rate", "velocity", "worn_goods", "shared_payment", "tracking_elsewhere"},
    "electronics": set(Signal) - {"keep_items_budget", "shared_address"},
    "marketplace": {
        *("return_rate", "velocity", "no_receipt_claims", "keep_items_budget", "shared_address", "shared_payment"),
        *("weight_mismatch", "tracking_elsewhere"),
    },
}


@pytest.mark.parametrize("pack", PACKS)
def test_what_packs_notice(pack: str) -> None:
    """Each pack has its signals on, refuses nobody for one, and names only reasons that its customers can give."""
    policy = load_policy(PACKS[pack])
    on = {signal: policy.abuse.rule_of(signal) for signal in Signal if policy.abuse.rule_of(signal).on}
    assert set(on) == NOTICED[pack]
    assert RiskOutcome.REFUSE not in {rule.outcome for rule in on.values()}
    assert [code for code in policy.abuse.no_receipt_claims.reasons if policy.reason(code) is None] == []


@pytest.mark.parametrize(
    ("pack", "outcome"), [("default", "allow"), ("apparel", "slow_down"), ("electronics", "allow")]
)
def test_somebody_who_sends_nearly_everything_back(pack: str, outcome: str) -> None:
    """Of 200.00 bought in two orders, 160.00 come back: on record by default, slowed down for clothes, too little for phones."""
    history = RiskHistory(
        account="c-1",
        currency="GBP",
        orders=2,
        bought_minor=20_000,
        bought_units=10,
        returned_minor=15_000,
        returned_units=8,
    )
    stake = RequestStake(account="c-1", currency="GBP", value_minor=1_000, units=1)
    policy = load_policy(PACKS[pack])
    seen = assess_request(stake, history, {}, policy=policy, conditions=CONDITIONS, at=BOUGHT)
    assert seen.outcome == outcome
    assert [reading.signal for reading in seen.evidence] == ([] if pack == "electronics" else [Signal.RETURN_RATE])
