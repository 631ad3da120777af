"""The right of withdrawal overrules the shop's rules where it holds, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.addresses import Address
from domain.orders import Customer, ParcelLine, ShippingCharge
from domain.policies import (
    AmountByCurrency,
    Fees,
    Method,
    Methods,
    Policy,
    RefundMoment,
    ShippingRefund,
    Statute,
    StatutePack,
    Window,
    always,
)
from domain.reimbursements import AmountKind, PaidBefore
from domain.returns.case import Eligibility, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.returns.quotes import quote_return
from tests.builders import CONDITIONS, DELIVERED, a_policy, a_return_line, an_order, an_order_line

GERMANY, BRITAIN, AMERICA = (Customer(address=Address(country=code)) for code in ("DE", "GB", "US"))
BOTH = (
    Statute(pack=StatutePack.EU_WITHDRAWAL, exempt_when='category == "bespoke" || customer_group == "business"'),
    Statute(pack=StatutePack.UK_WITHDRAWAL),
)
# Seven days, fifteen percent, store credit, no delivery charge back: everything that the law forbids.
HARSH = a_policy(
    statutes=BOTH,
    windows=always(Window(days=7)),
    fees=always(Fees(restocking_percent=15, return_shipping=AmountByCurrency(minor={"GBP": 500}))),
    methods=always(Methods(offer=(Method.STORE_CREDIT,))),
    original_shipping=ShippingRefund.NEVER,
    standard_shipping=AmountByCurrency(minor={"GBP": 400}),
)


def decide(policy: Policy = HARSH, *, days: int = 10, customer: Customer = GERMANY, **line: Any) -> Eligibility:
    """The decision on a mug, so many days after it was delivered."""
    return decide_eligibility(
        an_order(customer=customer, lines=(an_order_line(**line),)),
        [a_return_line()],
        policy=policy,
        conditions=CONDITIONS,
        taken={},
        now=DELIVERED + timedelta(days=days),
    )


@pytest.mark.parametrize(
    ("customer", "days", "verdict"),
    [
        (GERMANY, 10, Verdict.AUTHORIZED),
        (BRITAIN, 14, Verdict.AUTHORIZED),
        (AMERICA, 10, Verdict.REFUSED),
        (AMERICA, 7, Verdict.AUTHORIZED),
        (GERMANY, 15, Verdict.REFUSED),
    ],
)
def test_fourteen_days_are_granted_where_the_law_holds(customer: Customer, days: int, verdict: Verdict) -> None:
    """The shop's own seven days count for everybody else."""
    assert decide(customer=customer, days=days).verdict is verdict


def test_final_sale_does_not_stop_a_withdrawal() -> None:
    """What the shop calls final it still takes back, and the record says what the law overruled."""
    found = decide(days=3, final_sale=True)
    assert (found.verdict, found.findings) == (Verdict.AUTHORIZED, ())
    assert found.decision is not None
    assert found.decision.lines[0].overruled[0] == (
        "Right of withdrawal (EU): Line 1: This was a final sale. That does not count."
    )
    assert decide(customer=AMERICA, days=3, final_sale=True).verdict is Verdict.REFUSED


def test_what_the_law_exempts_follows_the_shops_rules() -> None:
    """Bespoke goods and business customers have no such right."""
    assert decide(category="bespoke").verdict is Verdict.REFUSED
    assert decide(customer=GERMANY.model_copy(update={"group": "business"})).verdict is Verdict.REFUSED


def test_the_terms_are_lifted_to_what_the_law_asks() -> None:
    """No restocking fee, the original payment, the money on proof of sending; the customer may pay the parcel."""
    found = decide()
    assert found.decision is not None
    terms = found.decision.lines[0].terms
    assert terms.fees == Fees(return_shipping=AmountByCurrency(minor={"GBP": 500}))
    assert terms.methods == (Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT)
    assert (terms.refund_at, terms.statute) == (RefundMoment.FIRST_SCAN, StatutePack.EU_WITHDRAWAL)


def test_after_the_right_has_ended_the_shops_own_terms_hold() -> None:
    """On the twentieth day of a thirty-day window the restocking fee is kept."""
    generous = HARSH.model_copy(update={"windows": always(Window(days=30))})
    found = decide(generous, days=20)
    assert found.decision is not None
    assert found.decision.lines[0].terms.fees.restocking_percent == 15
    assert found.decision.lines[0].terms.statute is None


def test_a_last_day_on_which_the_shop_is_closed_is_put_off_in_the_eu() -> None:
    """Delivered on Saturday 21 March, the fourteenth day is Holy Saturday: until Tuesday in the EU, that day in the UK."""
    calendar = {
        "hours": dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00"),
        "holidays": ["2026-04-06"],
    }
    policy = Policy.model_validate(HARSH.model_dump() | {"calendar": calendar, "time_zone": "UTC"})
    arrived = an_order().parcels[0].model_copy(update={"delivered_at": datetime(2026, 3, 21, 12, tzinfo=UTC)})
    ends = {
        customer.address.country: decide_eligibility(
            an_order(customer=customer, parcels=(arrived,)),
            [a_return_line()],
            policy=policy,
            conditions=CONDITIONS,
            taken={},
            now=datetime(2026, 3, 22, tzinfo=UTC),
        ).returnable_until
        for customer in (GERMANY, BRITAIN)
    }
    assert ends == {"DE": datetime(2026, 4, 8, tzinfo=UTC), "GB": datetime(2026, 4, 5, tzinfo=UTC)}


def test_the_right_counts_from_the_last_parcel_of_the_order() -> None:
    """One line came in March, the other in April: the first may still go back in April."""
    first, last = an_order().parcels[0], an_order().parcels[0].model_copy(update={"parcel_id": "out-2"})
    parcels = (
        first.model_copy(update={"lines": (ParcelLine(line_id="1", quantity=2),)}),
        last.model_copy(
            update={"delivered_at": DELIVERED + timedelta(days=30), "lines": (ParcelLine(line_id="2", quantity=2),)}
        ),
    )
    order = an_order(lines=(an_order_line("1"), an_order_line("2")), customer=GERMANY, parcels=parcels)
    found = decide_eligibility(
        order, [a_return_line("1")], policy=HARSH, conditions=CONDITIONS, taken={}, now=DELIVERED + timedelta(days=40)
    )
    assert found.verdict is Verdict.AUTHORIZED


@pytest.mark.parametrize(("charged", "paid_back"), [(400, 400), (250, 250), (1200, 400)])
def test_the_standard_delivery_is_paid_back_with_the_whole_order(charged: int, paid_back: int) -> None:
    """An express charge is the customer's own choice: no more than the standard one comes back."""
    order = an_order(
        customer=GERMANY, lines=(an_order_line(quantity=1),), shipping=(ShippingCharge(amount_minor=charged),)
    )
    order = order.model_copy(
        update={"payments": (order.payments[0].model_copy(update={"captured_minor": 1200 + charged}),)}
    )
    quote = quote_return(
        order,
        [a_return_line()],
        policy=HARSH,
        conditions=CONDITIONS,
        taken={},
        before=PaidBefore(),
        now=DELIVERED + timedelta(days=3),
    )
    assert quote.refund is not None
    assert [line.amount_minor for line in quote.refund.lines if line.kind is AmountKind.SHIPPING] == [paid_back]
    assert AmountKind.RESTOCKING_FEE not in {line.kind for line in quote.refund.lines}
