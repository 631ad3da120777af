"""Credit notes: lines, net and tax by rate are what was paid, to the minor unit, however it settled."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.credit_notes import CreditNote, NoteHead, NoteKind, NotePayout, find_news, write_note
from domain.orders import Order
from domain.payouts import PayoutMethod
from domain.policies import CreditNoteRules
from domain.reimbursements import ReimbursementPlan
from tests.builders import ASKED
from tests.domain.baskets import basket, baskets, delivery, fees, goods, refund, tax

QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RULES = CreditNoteRules()


def paid(number: int, amount_minor: int) -> NotePayout:
    """A payout that settled."""
    return NotePayout(
        key=f"k{number}",
        rma="3456-789F",
        number=number,
        payment_id=f"p{number}",
        method=PayoutMethod.PROVIDER,
        amount_minor=amount_minor,
    )


def note(
    order: Order,
    plan: ReimbursementPlan,
    settled: list[NotePayout],
    *earlier: CreditNote,
    rules: CreditNoteRules = RULES,
) -> CreditNote:
    """The next note when those payouts have settled."""
    head = NoteHead(sequence=len(earlier) + 1, issued_at=ASKED, merchant="demo", rma="3456-789F", order_version=1)
    news = find_news(settled, earlier)
    return write_note(plan, order, news, earlier=earlier, head=head, rules=rules)


def check(found: CreditNote, total_minor: int) -> None:
    """Lines, groups, payouts and the note's own sums agree."""
    assert found.total_minor == found.net_minor + found.tax_minor == total_minor
    assert sum(group.gross_minor for group in found.taxes) == total_minor
    assert sum(group.net_minor for group in found.taxes) == found.net_minor
    assert sum(line.gross_minor for line in found.lines) == total_minor
    assert sum(payout.amount_minor for payout in found.payouts) == total_minor
    for line in found.lines:
        assert line.net_minor + sum(each.amount_minor for each in line.taxes) == line.gross_minor


def test_a_note_names_goods_and_shipping_with_their_taxes() -> None:
    """A mug at 12.00 with 2.00 tax inside, and its delivery at 4.00 with 0.19."""
    shipping = (delivery(400, tax("0.05", 19)),)
    order = basket(goods("a", 1, 1200, tax("0.20", 200), title="Mug"), shipping=shipping, tax_included=True)
    plan = refund(order, ("a", 1))
    found = note(order, plan, [paid(1, 1600)])
    assert [(line.title, line.sku, line.quantity, line.net_minor, line.gross_minor) for line in found.lines] == [
        ("Mug", "SKU-a", 1, 1000, 1200),
        ("Shipping", "", 0, 381, 400),
    ]
    assert [(group.rates, group.net_minor, group.taxes_minor) for group in found.taxes] == [
        ((Decimal("0.20"),), 1000, (200,)),
        ((Decimal("0.05"),), 381, (19,)),
    ]
    assert (found.number, found.kind, found.net_minor, found.tax_minor) == ("CN-000001", NoteKind.CREDIT, 1381, 219)
    check(found, 1600)


def test_a_fee_is_no_line_of_its_own() -> None:
    """What is kept lowers net and tax of the goods: the note says what was paid, not what might have been."""
    order = basket(goods("a", 1, 1200, tax("0.20", 200)), tax_included=True)
    plan = refund(order, ("a", 1), policy=fees(percent=20))
    found = note(order, plan, [paid(1, 960)])
    assert [(line.net_minor, line.gross_minor) for line in found.lines] == [(800, 960)]
    check(found, 960)


def test_money_that_came_back_is_a_further_note() -> None:
    """Two payouts of 24.00, of which one comes back and is paid again: three notes, which sum to what the customer has."""
    order = basket(goods("a", 2, 1200, tax("0.20", 400)), tax_included=True)
    plan = refund(order, ("a", 2))
    first = note(order, plan, [paid(1, 1000), paid(2, 1400)])
    second = note(order, plan, [paid(2, 1400)], first)
    third = note(order, plan, [paid(2, 1400), paid(3, 1000)], first, second)
    assert [(n.total_minor, n.kind, n.corrects) for n in (first, second, third)] == [
        (2400, NoteKind.CREDIT, ""),
        (-1000, NoteKind.CORRECTION, "CN-000001"),
        (1000, NoteKind.CREDIT, ""),
    ]
    assert second.payouts == (paid(1, -1000),)
    for each, total in ((first, 2400), (second, -1000), (third, 1000)):
        check(each, total)
    assert first.tax_minor + second.tax_minor + third.tax_minor == 400
    assert find_news([paid(2, 1400), paid(3, 1000)], [first, second, third]) == ()


def test_what_was_paid_twice_is_credited_on_no_goods() -> None:
    """A refund that arrived after all, beside the one that replaced it: no tax is given back a second time."""
    order = basket(goods("a", 1, 1200, tax("0.20", 200)), tax_included=True)
    plan = refund(order, ("a", 1))
    first = note(order, plan, [paid(1, 1200)])
    second = note(order, plan, [paid(1, 1200), paid(2, 1200)], first)
    assert [(line.title, line.net_minor, line.taxes) for line in second.lines] == [("Order", 1200, ())]
    check(second, 1200)


@pytest.mark.parametrize(
    ("rules", "number"),
    [
        (CreditNoteRules(), "CN-000007"),
        (CreditNoteRules(prefix="", digits=1), "7"),
        (CreditNoteRules(prefix="GS2026-", digits=3), "GS2026-007"),
    ],
)
def test_numbers_look_as_the_shop_wants_them(rules: CreditNoteRules, number: str) -> None:
    """Prefix and width are the shop's own."""
    assert rules.number(7) == number


@pytest.mark.parametrize("prefix", ["CN 1", "2026", "A/", "A" * 17])
def test_a_prefix_that_makes_numbers_ambiguous_is_refused(prefix: str) -> None:
    """It must fit an address, and end in no digit."""
    with pytest.raises(ValidationError):
        CreditNoteRules(prefix=prefix)


@QUICK
@given(order=baskets(), cuts=st.lists(st.integers(0, 100), max_size=3), percent=st.sampled_from([0, 10, 33]))
def test_the_notes_of_a_refund_are_the_refund(order: Order, cuts: list[int], percent: int) -> None:
    """Any order, sent back whole, paid in any parts: each note adds up, and all together are the plan to the unit."""
    units = [(line.line_id, line.quantity) for line in order.lines]
    plan = refund(order, *units, policy=fees(percent=percent))
    marks = sorted({0, *(plan.total_minor * cut // 100 for cut in cuts), plan.total_minor})
    settled: list[NotePayout] = []
    notes: list[CreditNote] = []
    for number, (start, end) in enumerate(pairwise(marks), start=1):
        settled.append(paid(number, end - start))
        notes.append(note(order, plan, settled, *notes))
        check(notes[-1], end - start)
    said = [tax.amount_minor for each in notes for line in each.lines for tax in line.taxes]
    if notes:
        assert sum(said) == sum(tax.amount_minor for credit in plan.credits for tax in credit.taxes)
        assert sum(each.net_minor for each in notes) == sum(credit.net_minor for credit in plan.credits)
        assert all(amount >= 0 for amount in said)
