"""What a claim pays when the payments hold less, in which way, and what a person says about the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.cases import EventKind
from domain.claims.case import Claim, LineJudgement
from domain.claims.events import apply_event
from domain.claims.giving import pay
from domain.claims.methods import claim_amounts_by_method
from domain.claims.planning import Ground, plan_remedy
from domain.payouts import PayoutMethod, PayoutState
from domain.policies import LineTerms, Method, Remedy, StoreCreditRules
from domain.reimbursements import ReimbursementPlan
from domain.returns.approvals import DecidingRoom
from tests.builders import ASKED, SUPERVISOR, an_event
from tests.domain.claims.builders import a_claim, a_resolution, ground

BOTH = LineTerms(
    methods=(Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT), store_credit=StoreCreditRules(bonus_percent=10)
)
ONLY_CREDIT = LineTerms(methods=(Method.STORE_CREDIT,))


def holding(minor: int) -> Ground:
    """Another case took what the payment held, but for this."""
    on = ground()
    return replace(on, funds=replace(on.funds, refundable_minor={"card": minor}))


def given(on: Ground, *, terms: LineTerms = BOTH, remedy: Remedy = Remedy.REFUND, **facts: object) -> Claim:
    """A claim of one mug at 12.00 that is approved and due."""
    resolution = a_resolution(remedy, line_id="1" if remedy is Remedy.REFUND_PART else None, amount_minor=600)
    judged = (LineJudgement(line_id="1", terms=terms),)
    case = a_claim(judgements=judged, resolution=resolution, given_at=ASKED, **facts)
    plan = plan_remedy(case, resolution, ground())
    assert isinstance(plan, ReimbursementPlan)
    return case.with_facts(plan=plan, plan_basis=on.basis, plan_made_at=ASKED, approval_asked_at=ASKED)


def test_what_the_payments_do_not_hold_is_asked_about() -> None:
    """Of 12.00 the payments hold 7.00: that is paid, and a person is asked about the 5.00, as of a return."""
    on = holding(700)
    paid = pay(given(on), on, at=ASKED)
    assert [payout.amount_minor for payout in paid.case.payouts] == [700]
    assert (paid.case.owed_minor, paid.case.payable_minor, paid.case.needs_approval) == (0, 500, True)
    assert "5.00 GBP cannot go back" in paid.case.approval_reasons[-1].detail
    assert [line.event for line in paid.entries] == ["refund.planned", "refund.short"]


def test_a_rest_that_is_refused_is_no_denial() -> None:
    """What was paid stays paid, the claim is not denied, and the reason is told with the amount."""
    on = holding(700)
    short = pay(given(on), on, at=ASKED).case
    settled = short.with_facts(
        payouts=tuple(each.model_copy(update={"state": PayoutState.SETTLED}) for each in short.payouts)
    )
    event = an_event(
        EventKind.APPROVAL_DECIDED, {"decision": "refuse", "note": "A saucer."}, actor=SUPERVISOR, awaits_answer=True
    )
    after = apply_event(settled, event, on, DecidingRoom(), at=ASKED).case
    assert (after.is_denied, after.rest_is_refused, after.payable_minor, after.counts_as_paid) == (False, True, 0, True)


@pytest.mark.parametrize(
    ("terms", "wished", "remedy", "paid"),
    [
        (BOTH, None, Remedy.REFUND, [("original_payment", 1200, 0)]),
        (BOTH, Method.STORE_CREDIT, Remedy.REFUND, [("store_credit", 1200, 120)]),
        (BOTH, Method.STORE_CREDIT, Remedy.REFUND_PART, [("store_credit", 600, 60)]),
        (ONLY_CREDIT, None, Remedy.REFUND, [("store_credit", 1200, 0)]),
    ],
)
def test_which_way_money_goes(
    terms: LineTerms, wished: Method | None, remedy: Remedy, paid: list[tuple[str, int, int]]
) -> None:
    """As the customer chose, else the original payment where it is offered, else credit; of a part as of the whole."""
    case = given(ground(), terms=terms, remedy=remedy, refund_as=wished)
    assert [(each.method, each.amount_minor, each.bonus_minor) for each in claim_amounts_by_method(case)] == paid
    ways = {payout.method for payout in pay(case, ground(), at=ASKED).case.payouts}
    assert ways == {PayoutMethod.STORE_CREDIT if paid[0][0] == "store_credit" else PayoutMethod.PROVIDER}
