"""A wrong inspection that is found after an exchange was settled: what the customer is still owed, or owes."""

from __future__ import annotations

import pytest

from domain.adjustments.case import Adjustment, AdjustmentBasis, CorrectedUnits, Correction
from domain.adjustments.planning import Planned, correction_basis, plan_correction
from domain.exchanges.facts import FallbackCause
from domain.orders import Order, Payment
from domain.policies import ExchangeValue, Policy
from domain.reimbursements import AmountKind, AmountRefused, ReimbursementPlan
from domain.returns.case import Approval, Decision, ReturnCase
from tests.builders import ASKED, SUPERVISOR, a_policy, a_return_line
from tests.domain.baskets import amount_of, basket, goods, off, tax
from tests.domain.exchanges.trading import NOTHING_BEFORE, PLAIN, offered, paid_for, promised, settled, swapping

# Two mugs at 12.00, of which each may be given for a large one at 15.00.
MUGS = basket(goods("1", 2, 1200))
PAIR = (swapping("1", 2),)
DEARER, CHEAPER = offered("1", 3000, quantity=2), offered("1", 1800, quantity=2)


def correct(
    case: ReturnCase,
    accepted: dict[str, int],
    *,
    order: Order = MUGS,
    policy: Policy = PLAIN,
    collected: tuple[Payment, ...] | None = None,
    corrections: tuple[Adjustment, ...] = (),
) -> Planned:
    """What a correction to so many accepted units comes to."""
    units = tuple(CorrectedUnits(line_id=line, accepted=count) for line, count in accepted.items())
    asked = Correction(rma=case.ref.rma, units=units, why="counted wrong")
    bare = AdjustmentBasis(
        order_version=1,
        before=NOTHING_BEFORE,
        refundable_minor={},
        collected=paid_for(case) if collected is None else collected,
    )
    return plan_correction(asked, case, order, correction_basis(bare, asked, case, corrections), policy=policy)


def difference(planned: Planned) -> int:
    """What it comes to; more is owed, or below zero too much was given."""
    assert isinstance(planned, ReimbursementPlan), planned
    assert sum(line.amount_minor for line in planned.lines) == planned.total_minor
    return planned.total_minor


@pytest.mark.parametrize(
    ("offer", "found", "really", "expected"),
    [
        # The goods for both have left: what does not count was paid for by nobody.
        (DEARER, 2, 1, -1200),
        (DEARER, 2, 0, -2400),
        (CHEAPER, 2, 1, -1200),
        # One large mug was given for one; the other unit is worth its money, no more goods leave.
        (DEARER, 1, 2, 1200),
        (CHEAPER, 1, 2, 1200),
        # Nothing was given at all.
        (DEARER, 0, 2, 2400),
        (DEARER, 0, 1, 1200),
    ],
)
def test_units_that_count_after_all_or_do_not(offer: object, found: int, really: int, expected: int) -> None:
    """The goods that left stay with the customer; each unit found since counts for the 12.00 that was paid for it."""
    case = settled(promised(MUGS, PAIR, [offer]), MUGS, {"1": found})  # type: ignore[list-item]
    assert difference(correct(case, {"1": really})) == expected


def test_the_same_count_has_nothing_to_correct() -> None:
    """Who names the units as they were found is told so."""
    case = settled(promised(MUGS, PAIR, [DEARER]), MUGS, {"1": 1})
    refused = correct(case, {"1": 1})
    assert isinstance(refused, AmountRefused)
    assert (refused.code, refused.detail) == (
        "nothing_to_correct",
        "The exchange 3456-789F comes to the same sum with these units.",
    )


def test_a_discounted_unit_counts_for_what_was_paid() -> None:
    """Bought at 12.00 with 20% tax and a quarter off: the second unit brings 10.80 more, not its full price."""
    order = basket(goods("1", 2, 1200, tax("0.20", 360)), discounts=(off(600),))
    case = settled(promised(order, PAIR, [DEARER]), order, {"1": 1})
    assert difference(correct(case, {"1": 2}, order=order)) == 1080


def test_value_above_what_was_paid_is_the_shops_to_give_and_to_take() -> None:
    """A shop that counts goods at their full price gave 6.00 for the two; for the one that did not count it takes 3.00 back."""
    order, generous = (
        basket(goods("1", 2, 1200), discounts=(off(600),)),
        a_policy(exchange_value=ExchangeValue.BEFORE_DISCOUNTS),
    )
    case = settled(promised(order, PAIR, [DEARER], policy=generous), order, {"1": 2}, policy=generous)
    assert case.plan is not None
    assert case.plan.total_minor == 0
    assert difference(correct(case, {"1": 1}, order=order, policy=generous)) == -900 - 300


def test_a_line_that_is_refunded_beside_an_exchanged_one() -> None:
    """Only the refunded line was counted wrong: its 5.00 are owed, the exchange stays as it is."""
    order = basket(goods("1", 2, 1200), goods("2", 1, 500))
    lines = (*PAIR, a_return_line("2"))
    case = settled(promised(order, lines, [DEARER]), order, {"1": 2})
    assert difference(correct(case, {"2": 1}, order=order)) == 500


def test_a_charged_hold_is_paid_back_for_what_came_after_all() -> None:
    """In advance, one of two was charged as missing, and lay in the box all the time: its 12.00 go back."""
    even = offered("1", 2400, quantity=2)
    case = promised(MUGS, PAIR, [even], in_advance=True)
    case = settled(case, MUGS, {"1": 1}, held_minor=2400)
    assert difference(correct(case, {"1": 2}, collected=paid_for(case, 1200))) == 1200


def test_goods_that_were_kept_and_charged_may_come_back_later() -> None:
    """Nothing came and all was charged; both come after the exchange was closed, and the 24.00 are owed."""
    even = offered("1", 2400, quantity=2)
    case = promised(MUGS, PAIR, [even], in_advance=True).with_facts(closed_at=ASKED)
    assert difference(correct(case, {"1": 2}, collected=paid_for(case, 2400))) == 2400


def test_what_could_not_be_collected_is_set_off_first() -> None:
    """The hold had lapsed and 12.00 stayed unpaid; the unit that turned up pays for that, and nothing is owed."""
    even = offered("1", 2400, quantity=2)
    case = settled(promised(MUGS, PAIR, [even], in_advance=True), MUGS, {"1": 1})
    assert case.plan is not None
    assert amount_of(case.plan, AmountKind.UNCOLLECTED) == 1200
    refused = correct(case, {"1": 2}, collected=())
    assert isinstance(refused, AmountRefused)
    assert refused.code == "nothing_to_correct"
    assert difference(correct(case, {"1": 0}, collected=())) == -1200


def test_an_exchange_that_became_a_plain_return_is_corrected_as_one() -> None:
    """Nothing was given: the unit that was found since is refunded."""
    case = promised(MUGS, PAIR, [DEARER])
    assert case.exchange is not None
    plain = case.exchange.fell_back(FallbackCause.OUT_OF_STOCK, "gone", at=ASKED)
    case = settled(case.with_facts(exchange=plain), MUGS, {"1": 1}, collected=())
    assert difference(correct(case, {"1": 2}, collected=())) == 1200


def test_what_a_person_refused_is_not_corrected() -> None:
    """The goods went back to the customer: whoever wants to send them again opens a return or appeals."""
    approval = Approval(event_id="a", at=ASKED, actor=SUPERVISOR, decision=Decision.REFUSE)
    case = settled(promised(MUGS, PAIR, [DEARER]), MUGS, {"1": 1}).with_facts(approval=approval)
    refused = correct(case, {"1": 2})
    assert isinstance(refused, AmountRefused)
    assert refused.code == "return_was_rejected"
    assert "appeals" in refused.way_out


def test_what_never_came_to_anything_is_not_corrected() -> None:
    """Nothing was sent and nothing given: a new return is the way."""
    refused = correct(promised(MUGS, PAIR, [DEARER]).with_facts(closed_at=ASKED), {"1": 2})
    assert isinstance(refused, AmountRefused)
    assert refused.code == "return_not_settled"


def test_an_open_exchange_is_not_corrected() -> None:
    """As long as it is open, whoever looked at the goods says so on the exchange itself."""
    refused = correct(promised(MUGS, PAIR, [DEARER]), {"1": 2})
    assert isinstance(refused, AmountRefused)
    assert (refused.code, refused.way_out) == ("return_not_closed", "Record the inspection on the exchange itself.")
