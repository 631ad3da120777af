"""The harness of `make faults` itself: a small run of it, its plan, and the eye that it has for differences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from domain.payouts import Payout, PayoutState
from tests.cli.conftest import settings_on_free_ports
from tests.faults.audit import compare_payout
from tests.faults.plan import ALL_KILLS, FALLING, Fate, Kill, PlannedPayment, PlannedReturn, make_plan
from tests.faults.player import Played
from tests.faults.run import run
from tests.faults.troubles import Trouble, fault, trouble_of

SEED = 4
ONE_KILL = (Kill(what="provider.refund", moment="after"),)


@pytest.mark.e2e
@pytest.mark.timeout(300)
def test_a_few_refunds(tmp_path: Path) -> None:
    """Answers get lost, cards are closed, webhooks come late and a worker dies: every payout is one refund all the same."""
    # Timeouts are left to the long run: each takes half a minute.
    plan = make_plan(SEED, refunds=8, kills=ONE_KILL, timeouts=False)

    figures = run(plan, settings_on_free_ports(tmp_path), Console(quiet=True))

    assert figures.differences == []
    assert figures.boundaries == sorted(map(str, ONE_KILL))
    assert (figures.provider_refunds, figures.settled_minor) == (plan.refunds, figures.provider_minor)
    assert figures.provider_refunds >= 8
    assert sum(figures.troubles.values()) >= 5
    assert figures.struck_nobody == 0
    assert figures.workers_killed == 1
    assert figures.keys_forgotten >= 1
    assert figures.webhooks["duplicates"] >= 1


def test_a_seed_repeats_the_plan() -> None:
    """Equal seeds make equal plans, byte for byte; other seeds make others."""
    first, again, other = make_plan(7, refunds=300), make_plan(7, refunds=300), make_plan(8, refunds=300)

    assert first.model_dump_json() == again.model_dump_json()
    assert first.digest == again.digest != other.digest


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_long_plan_leaves_nothing_out(seed: int) -> None:
    """Three hundred refunds meet every trouble and every fate, on one, two and three payments, at every boundary."""
    plan = make_plan(seed, refunds=300)
    payments = [payment for each in plan.returns for payment in each.payments]

    assert plan.refunds >= 300
    assert {trouble for payment in payments for trouble in payment.troubles} == set(Trouble)
    assert {payment.fate for payment in payments} == set(Fate)
    assert {len(each.payments) - 1 for each in plan.returns} == {1, 2, 3}
    assert {each.kill for each in plan.returns} == {None, *ALL_KILLS}
    assert any(len(times) > 1 for payment in payments for times in payment.deliveries.values())


def test_every_order_is_paid_as_its_goods_cost() -> None:
    """What the used payments hold is the price of what comes back, so that each refund goes to all of them."""
    for each in make_plan(SEED, refunds=300).returns:
        spare, *used = each.payments
        assert sum(payment.captured_minor for payment in used) == spare.captured_minor == each.price_minor
        assert sum(payment.fate in FALLING for payment in used) <= 1


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_is_recognised(trouble: Trouble) -> None:
    """What struck a request is counted under its own name."""
    assert trouble_of({"skip": 0, "code": "", **fault(trouble, payment="pi_1")}) is trouble


def a_refund(**changes: Any) -> dict[str, Any]:
    """What the provider knows of the payout below."""
    refund = {"id": "re_1", "amount": 500, "currency": "gbp", "payment_intent": "pi_1", "status": "succeeded"}
    return refund | changes


def differences(*made: dict[str, Any], state: PayoutState = PayoutState.SETTLED, fate: Fate = Fate.SETTLES) -> int:
    """How many differences there are between a payout of 5.00 GBP and those refunds."""
    payout = Payout(
        number=1, payment_id="card-1", amount_minor=500, currency="GBP", state=state, key="k", provider_reference="re_1"
    )
    payment = PlannedPayment(payment_id="card-1", captured_minor=500, fate=fate)
    planned = PlannedReturn(order_id="F-1", currency="GBP", price_minor=500, payments=(payment,))
    return len(list(compare_payout(payout, made, Played(planned, {"card-1": "pi_1"}))))


def test_one_refund_for_one_payout_is_no_difference() -> None:
    """The payout as planned, its one refund at the provider: nothing to say."""
    assert differences(a_refund()) == 0
    assert differences(a_refund(status="failed"), state=PayoutState.REVERSED, fate=Fate.COMES_BACK) == 0
    assert differences(state=PayoutState.FAILED, fate=Fate.DECLINED) == 0


@pytest.mark.parametrize(
    "made",
    [
        (),
        (a_refund(), a_refund(id="re_2")),
        (a_refund(amount=501),),
        (a_refund(currency="eur"),),
        (a_refund(payment_intent="pi_2"),),
        (a_refund(status="failed"),),
        (a_refund(id="re_2"),),
    ],
)
def test_whatever_else_the_provider_knows_is_a_difference(made: tuple[dict[str, Any], ...]) -> None:
    """No refund, two, or one of another amount, currency, payment, state or id is found."""
    assert differences(*made) > 0


def test_a_declined_payout_with_a_refund_is_a_difference() -> None:
    """The customer would be paid twice: by the refund that nobody knows, and by the next method."""
    assert differences(a_refund(), state=PayoutState.FAILED, fate=Fate.DECLINED) > 0
