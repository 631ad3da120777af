"""Until when the money must be back, by the shop's word and by the law."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.calendar import Span
from domain.payouts import PayoutState
from domain.policies import RefundMoment, StatutePack
from domain.promises.models import PromiseKind, PromiseState
from domain.reimbursements import ReimbursementPlan
from domain.returns.case import ReturnCase
from tests.builders import ASKED, a_policy
from tests.domain.promises.builders import DAY, Book, a_case, a_payout, arrived, scanned

LAW = StatutePack.UK_WITHDRAWAL
SCANNED, ARRIVED = ASKED + 2 * DAY, ASKED + 5 * DAY


def within(case: ReturnCase, span: str) -> ReturnCase:
    """The shop takes that long to pay."""
    eligibility = case.eligibility
    assert eligibility is not None
    assert eligibility.decision is not None
    deadlines = a_policy().deadlines.model_copy(update={"refund": Span.of(span)})
    record = eligibility.decision.model_copy(update={"deadlines": deadlines})
    return case.with_facts(eligibility=eligibility.model_copy(update={"decision": record}))


def planned(case: ReturnCase, at: datetime, *, total: int = 1200) -> ReturnCase:
    """What is owed is worked out."""
    plan = ReimbursementPlan(currency="GBP", total_minor=total, lines=())
    return case.with_facts(plan=plan, plan_made_at=at)


@pytest.mark.parametrize(
    ("moment", "law", "span", "due", "named"),
    [
        (RefundMoment.FIRST_SCAN, None, "5 days", SCANNED + 5 * DAY, None),
        (RefundMoment.RECEIPT, None, "5 days", ARRIVED + 5 * DAY, None),
        (RefundMoment.FIRST_SCAN, LAW, "30 days", SCANNED + 14 * DAY, LAW),
        (RefundMoment.FIRST_SCAN, LAW, "5 days", SCANNED + 5 * DAY, None),
        (RefundMoment.FIRST_SCAN, LAW, "14 days", SCANNED + 14 * DAY, None),
        (RefundMoment.INSPECTION, LAW, "5 days", SCANNED + 14 * DAY, LAW),
    ],
)
def test_the_sooner_of_shop_and_law(
    moment: RefundMoment, law: StatutePack | None, span: str, due: datetime, named: StatutePack | None
) -> None:
    """A withdrawal is paid within 14 days of proof of sending, or sooner where the shop says so; the law is then named."""
    book, case = Book(), within(a_case(moment, law=law), span)
    book.follow(case, ASKED)
    assert not book.of(PromiseKind.REFUND_BY)
    book.follow(scanned(case, SCANNED), SCANNED)
    book.follow(arrived(scanned(case, SCANNED), ARRIVED), ARRIVED)
    (made,) = book.of(PromiseKind.REFUND_BY)
    assert (made.due_at, made.law, made.state) == (due, named, PromiseState.OPEN)


def test_law_counts_goods_without_proof_of_sending() -> None:
    """A parcel that nobody scanned counts from its arrival."""
    book = Book()
    book.follow(arrived(within(a_case(law=LAW), "30 days"), ARRIVED), ARRIVED)
    assert book.last(PromiseKind.REFUND_BY).due_at == ARRIVED + 14 * DAY


def test_kept_when_the_money_is_sent() -> None:
    """While the provider has not answered nothing is kept; once it took the refund, the promise is."""
    book, case = Book(), planned(arrived(a_case(RefundMoment.RECEIPT), ARRIVED), ARRIVED)
    book.follow(case, ARRIVED)
    waiting = case.with_facts(payouts=(a_payout(PayoutState.UNKNOWN),))
    book.follow(waiting, ARRIVED + DAY)
    assert book.last(PromiseKind.REFUND_BY).state is PromiseState.OPEN
    book.follow(case.with_facts(payouts=(a_payout(PayoutState.ACCEPTED),)), ARRIVED + 2 * DAY)
    kept = book.last(PromiseKind.REFUND_BY)
    assert (kept.state, kept.kept_at) == (PromiseState.KEPT, ARRIVED + 2 * DAY)


def test_refund_that_fails_is_promised_anew() -> None:
    """Money that comes back is owed again, and the customer is told a date for it again."""
    book, case = Book(), planned(arrived(a_case(RefundMoment.RECEIPT), ARRIVED), ARRIVED)
    book.follow(case, ARRIVED)
    book.follow(case.with_facts(payouts=(a_payout(PayoutState.ACCEPTED),)), ARRIVED + DAY)
    book.follow(case.with_facts(payouts=(a_payout(PayoutState.FAILED),)), ARRIVED + 2 * DAY)
    assert [each.state for each in book.of(PromiseKind.REFUND_BY)] == [PromiseState.KEPT, PromiseState.OPEN]


def test_nothing_owed() -> None:
    """Goods that turn out to be worth nothing make the promise fall away; it is neither kept nor broken."""
    book, case = Book(), arrived(a_case(RefundMoment.RECEIPT), ARRIVED)
    book.follow(case, ARRIVED)
    book.follow(planned(case, ARRIVED + DAY, total=0), ARRIVED + DAY)
    assert book.last(PromiseKind.REFUND_BY).state is PromiseState.WITHDRAWN


def test_waiting_for_the_inspection_after_all() -> None:
    """Who refuses to pay ahead moves the shop's date to the inspection; the date of the law stays."""
    shop, law = Book(), Book()
    plain = arrived(a_case(RefundMoment.RECEIPT), ARRIVED)
    bound = arrived(within(a_case(RefundMoment.FIRST_SCAN, law=LAW), "30 days"), ARRIVED)
    for book, case in ((shop, plain), (law, bound)):
        book.follow(case, ARRIVED)
        book.follow(case.with_facts(ahead_refused_at=ARRIVED + DAY), ARRIVED + DAY)
    assert shop.last(PromiseKind.REFUND_BY).state is PromiseState.WITHDRAWN
    assert law.last(PromiseKind.REFUND_BY).state is PromiseState.OPEN
