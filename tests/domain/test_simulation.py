"""Another policy over requests of the past: verdicts, money, and who would be worse off."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.orders import Customer, Order
from domain.policies import Fees, Policy, ShippingRefund, always
from domain.returns.case import ReturnCase, Verdict
from domain.simulation import SETTLING, Simulation, compare, judge_past, simulate_case, sum_up
from tests.builders import (
    CONDITIONS,
    DELIVERED,
    a_policy,
    a_return,
    a_return_line,
    an_order,
    an_order_line,
    windows_of,
)

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
RETURNS, ORDERS = DATA / "retail_returns.csv.gz", DATA / "retail_orders.csv.gz"


def request(number: int, *, days: int, customer: str = "c-1", **line: Any) -> tuple[ReturnCase, Order]:
    """One mug asked back so many days after delivery."""
    order = an_order(f"A-{number}", lines=(an_order_line(**line),), customer=Customer(customer_id=customer))
    case = a_return(
        rma=f"3456-78{number:02}",
        order_id=order.order_id,
        requested_at=DELIVERED + timedelta(days=days),
        lines=(a_return_line(),),
    )
    return case, order


PAST = (
    request(1, days=5),
    request(2, days=20),
    request(3, days=25, customer="c-2"),
    request(4, days=25, customer="c-2", unit_price_minor=5000),
    request(5, days=90, customer="c-3"),
)


def simulate(after: Policy, before: Policy | None = None) -> Simulation:
    """The requests above under another policy than the default."""
    old = before or a_policy()
    cases = (simulate_case(case, order, before=old, after=after, conditions=CONDITIONS) for case, order in PAST)
    return sum_up("new", cases)


def test_a_shorter_window_refuses_customers_by_name_and_amount() -> None:
    """Fourteen days instead of thirty: three requests of two customers."""
    found = simulate(a_policy(windows=windows_of(14)))
    assert [(change.before, change.after, change.cases) for change in found.verdicts] == [
        (Verdict.AUTHORIZED, Verdict.AUTHORIZED, 1),
        (Verdict.AUTHORIZED, Verdict.REFUSED, 3),
        (Verdict.REFUSED, Verdict.REFUSED, 1),
    ]
    assert [(each.customer_id, each.lost_minor, each.cases) for each in found.refused_customers] == [
        ("c-1", 1200, ("3456-7802",)),
        ("c-2", 6200, ("3456-7803", "3456-7804")),
    ]
    assert found.poorer_customers == ()
    assert [(total.before_minor, total.after_minor) for total in found.money] == [(8600, 1200)]


def test_a_fee_makes_customers_poorer() -> None:
    """Ten percent are kept back from everybody who is authorized."""
    found = simulate(a_policy(fees=always(Fees(restocking_percent=10))))
    assert [(each.customer_id, each.lost_minor) for each in found.poorer_customers] == [("c-1", 240), ("c-2", 620)]
    assert found.refused_customers == ()
    assert len(found.changed) == 4


def test_a_longer_window_lets_customers_in() -> None:
    """Nobody is worse off, and the case that changes names no rule any more."""
    found = simulate(a_policy(windows=windows_of(100)))
    (changed,) = found.changed
    assert (changed.rma, changed.before.rules, changed.after.rules) == ("3456-7805", ("windows.standard",), ())
    assert (found.refused_customers, found.poorer_customers) == ((), ())


def test_the_same_policy_changes_nothing() -> None:
    """And says so in the same bytes each time."""
    found = simulate(a_policy())
    assert found.changed == ()
    assert found.model_dump_json() == simulate(a_policy()).model_dump_json()


def test_refunds_depend_on_no_other_field_of_a_policy() -> None:
    """What is not worked out a second time would come out the same: nothing else of a policy is read for it."""
    of_goods_that_stay = {"exchange_value"}
    read = {
        node.attr
        for path in (ROOT / "domain" / "reimbursements").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "policy"
    }
    assert read - of_goods_that_stay == set(SETTLING)


def test_what_was_judged_once_compares_like_what_is_judged_each_time() -> None:
    """Fees, shipping and windows: one past, three policies, and each gives what it gives alone."""
    others = (
        a_policy(fees=always(Fees(restocking_percent=10))),
        a_policy(windows=windows_of(14)),
        a_policy(original_shipping=ShippingRefund.NEVER),
    )
    for case, order in PAST:
        past = judge_past(case, order, policy=a_policy(), conditions=CONDITIONS)
        assert past is not None
        for other in others:
            alone = judge_past(case, order, policy=other, conditions=CONDITIONS)
            assert alone is not None
            assert compare(past, other, conditions=CONDITIONS).after == alone.outcome


def test_impossible_requests_are_counted_apart() -> None:
    """A line that is not on the order is nobody's policy."""
    case, order = PAST[0]
    impossible = case.with_facts(lines=(a_return_line("9"),))
    found = sum_up(
        "new", [simulate_case(impossible, order, before=a_policy(), after=a_policy(), conditions=CONDITIONS)]
    )
    assert (found.cases, found.not_judged, found.verdicts) == (1, 1, ())


@pytest.mark.skipif(not (RETURNS.exists() and ORDERS.exists()), reason="needs ../shared/data/, which is not here")
def test_windows_of_thirty_and_sixty_days_on_a_real_year(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A gift wholesaler's real returns: what either window would have refused that no window at all allowed."""
    from tests.domain.real_returns import read_real_requests

    endless, refused = a_policy(windows=windows_of(3650)), {}
    past = [
        judge_past(case, order, policy=endless, conditions=CONDITIONS)
        for case, order in read_real_requests(ORDERS, RETURNS, tmp_path)
    ]
    for days in (30, 60):
        shorter = a_policy(windows=windows_of(days))
        found = sum_up(
            f"{days} days", (compare(each, shorter, conditions=CONDITIONS) if each else None for each in past)
        )
        newly = sum(change.cases for change in found.verdicts if change.before is not Verdict.REFUSED is change.after)
        judged = found.cases - found.not_judged
        refused[days] = newly / judged
        with capsys.disabled():
            lost = sum(customer.lost_minor for customer in found.refused_customers)
            print(
                f"\na window of {days} days would refuse {newly} of {judged} real returns ({newly / judged:.1%}), "
                f"{lost / 100:,.2f} GBP of {len(found.refused_customers)} customers"
            )
    assert refused[60] < refused[30] < 0.5
