"""Who may confirm that money was paid outside: never who wished for it, and small parts are one whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.approvals import Priority
from domain.authority import Delegation
from domain.cases import Actor, EventKind, Role, WaitingFor
from domain.claims.giving import wanted_of as wanted_of_claim
from domain.confirmations import await_confirmation, confirmation_items
from domain.confirmers import Wanted
from domain.manual_money import (
    ask_confirmers,
    confirmation_of,
    decide_manual_refund,
    record_manual_refund,
)
from domain.manual_refunds import ManualRefund, OutsideMethod, PaidOutside
from domain.order_funds import OrderFunds
from domain.payouts import Payout, PayoutMethod, PayoutState
from domain.policies import Action, AmountByCurrency, ApprovalRules, AuthorityNeed, AuthorityRow, May, Policy
from domain.returns.case import Approval, Decision, Finding, ReturnCase
from domain.returns.changes import Change
from domain.returns.payouts import wanted_of
from domain.returns.stages import ReturnState
from tests.builders import ASKED, OTHER_SUPERVISOR, SUPERVISOR, a_policy, an_authorized_return, an_event, an_order
from tests.domain.claims.builders import a_claim, a_resolution

ANN = Actor(name="ann", role=Role.AGENT)
BOB = Actor(name="bob", role=Role.AGENT)
FAY = Actor(name="fay", role=Role.FINANCE)
PAID = PaidOutside(method=OutsideMethod.CASH, proof="R-1", paid_on=date(2026, 3, 9))
LATER = ASKED + timedelta(hours=1)
ROWS = (
    AuthorityRow(rule="sup", role=Role.SUPERVISOR, may=May.APPROVE, up_to=AmountByCurrency(minor={"GBP": 5000})),
    AuthorityRow(rule="fin", role=Role.FINANCE, may=May.APPROVE),
)
EIGHTY = AuthorityNeed(action=Action.REFUND, amount_minor=8000, currency="GBP", roles=(Role.FINANCE, Role.ADMIN))
ABOVE = Finding(rule="refund_above_limit", detail="Above.", way_out="A supervisor decides.")


def limits(*, two_above: int | None = None) -> Policy:
    """Supervisors up to 50.00, finance above it."""
    above = AmountByCurrency(minor={"GBP": two_above}) if two_above else AmountByCurrency()
    return a_policy(approval=ApprovalRules(matrix=ROWS, two_above=above))


def paid_outside(*parts: int, **facts: Any) -> ReturnCase:
    """A return on which Ann recorded these parts; all but the last are confirmed."""
    refunds, payouts = [], []
    for number, minor in enumerate(parts, start=1):
        is_last = number == len(parts)
        payouts.append(
            Payout(
                number=number,
                key=f"k{number}",
                amount_minor=minor,
                currency="GBP",
                payment_id="card",
                method=PayoutMethod.MANUAL,
                state=PayoutState.REPORTED if is_last else PayoutState.SETTLED,
            )
        )
        said = {} if is_last else {"confirmed": True, "decided_by": SUPERVISOR, "decided_at": ASKED}
        refunds.append(
            ManualRefund(
                event_id=f"e{number}", at=ASKED, actor=ANN, payouts=(number,), amount_minor=minor, paid=PAID
            ).model_copy(update=said)
        )
    return an_authorized_return(payouts=tuple(payouts), manual_refunds=tuple(refunds), **facts)


def confirm(
    case: ReturnCase, actor: Actor = SUPERVISOR, *, policy: Policy | None = None, lent: tuple[Delegation, ...] = ()
) -> Change:
    """What they are told who confirm it."""
    event = an_event(EventKind.MANUAL_REFUND_DECIDED, {"decision": "approve"}, actor=actor)
    policy = policy or a_policy()
    return decide_manual_refund(case, event, policy=policy, at=LATER, wanted=wanted_of(case), delegations=lent)


def code(change: Change) -> str:
    """The answer."""
    assert change.answer is not None
    return change.answer.code


def lent_by(*lenders: Actor) -> tuple[Delegation, ...]:
    """Each lent their authority to Bob."""
    span: dict[str, Any] = {"starts_at": ASKED, "ends_at": ASKED + timedelta(days=7), "made_at": ASKED}
    return tuple(Delegation(delegation_id=each.name, delegator=each, delegate="bob", **span) for each in lenders)


def test_who_asked_for_the_money_does_not_confirm_that_it_was_paid() -> None:
    """Sue asked for it and Ann recorded it: Sue may not say yes, nor Bob in her name; Otto may."""
    case = paid_outside(1200, opened_by=SUPERVISOR)
    assert code(confirm(case)) == "requester_cannot_approve"
    assert code(confirm(case, BOB, lent=lent_by(SUPERVISOR))) == "lender_cannot_approve"
    assert code(confirm(case, OTHER_SUPERVISOR)) == "applied"


def test_who_proposed_what_a_claim_gives_does_not_confirm_it() -> None:
    """Until it is given, the proposer and whoever filed the claim are both barred; their wish was granted after that."""
    claim = a_claim(resolution=a_resolution(), approval_reasons=(ABOVE,), approval_need=EIGHTY)
    wanted = wanted_of_claim(claim)
    assert wanted.by == (claim.opened_by, SUPERVISOR)
    assert (wanted.action, wanted.open_need) == (Action.RETURNLESS_REFUND, EIGHTY)
    assert wanted_of_claim(claim.with_facts(given_at=LATER)).by == (claim.opened_by,)


@pytest.mark.parametrize(
    ("parts", "codes"), [((4000,), ("applied", "applied")), ((4000, 4000), ("no_authority", "applied"))]
)
def test_small_parts_are_one_whole(parts: tuple[int, ...], codes: tuple[str, str]) -> None:
    """Supervisors confirm up to 50.00: 40.00 and another 40.00 of one case are 80.00, and finance's."""
    case = paid_outside(*parts)
    assert (code(confirm(case, policy=limits())), code(confirm(case, FAY, policy=limits()))) == codes


def test_a_part_that_was_refused_counts_no_more() -> None:
    """Somebody said that the first 40.00 were never paid; the second alone is a supervisor's."""
    case = paid_outside(4000, 4000)
    first, second = case.manual_refunds
    refused = case.with_facts(manual_refunds=(first.model_copy(update={"confirmed": False}), second))
    assert code(confirm(refused, policy=limits())) == "applied"


def test_two_people_confirm_what_is_large_together() -> None:
    """Above 60.00 two confirm; 40.00 after 40.00 takes two as well."""
    case = paid_outside(4000, 4000)
    first = confirm(case, FAY, policy=limits(two_above=6000))
    assert first.case.unconfirmed is not None, "the first of two settles nothing"
    assert code(confirm(first.case, FAY, policy=limits(two_above=6000))) == "second_person_needed"


def test_confirming_a_part_is_no_way_round_the_approval_of_the_whole() -> None:
    """80.00 wait for finance: whoever may confirm 40.00 does not confirm a part of that. Approved, they may."""
    case = paid_outside(4000, approval_reasons=(ABOVE,), approval_need=EIGHTY)
    assert code(confirm(case, policy=limits())) == "no_authority"
    assert code(confirm(case, FAY, policy=limits())) == "applied"
    given = Approval(event_id="e", at=ASKED, actor=FAY, decision=Decision.APPROVE)
    assert code(confirm(case.with_facts(approval=given), policy=limits())) == "applied"


def test_finance_sees_the_bank_but_does_not_approve_by_confirming() -> None:
    """Where no row speaks of it finance confirms what was approved and declined, not what nobody approved yet."""
    need = EIGHTY.model_copy(update={"roles": (Role.SUPERVISOR, Role.ADMIN)})
    case = paid_outside(8000, approval_reasons=(ABOVE,), approval_need=need)
    assert code(confirm(case, FAY)) == "no_authority"
    declined = case.payouts[0].model_copy(update={"method": PayoutMethod.PROVIDER, "state": PayoutState.FAILED})
    tried = case.with_facts(payouts=(declined, *case.payouts))
    assert code(confirm(tried, FAY)) == "applied"


def test_two_confirmations_need_two_authorities() -> None:
    """Sue is the first; Bob in her name is not the second, in Otto's he is, and it is on record for whom."""
    policy = a_policy(approval=ApprovalRules(two_above=AmountByCurrency(minor={"GBP": 6000})))
    first = confirm(paid_outside(8000), policy=policy).case
    assert code(confirm(first, BOB, policy=policy, lent=lent_by(SUPERVISOR))) == "lender_cannot_approve"
    second = confirm(first, BOB, policy=policy, lent=lent_by(SUPERVISOR, OTHER_SUPERVISOR))
    assert code(second) == "applied"
    assert second.case.manual_refunds[-1].stands_in_for == "otto"
    event = an_event(EventKind.MANUAL_REFUND_DECIDED, actor=BOB)
    assert confirmation_of(second.case, event, at=LATER).stands_in_for == "otto"


def test_a_stand_in_who_was_first_spoke_for_the_lender() -> None:
    """Bob confirms for Sue; Sue herself is not the second person."""
    policy = a_policy(approval=ApprovalRules(two_above=AmountByCurrency(minor={"GBP": 6000})))
    first = confirm(paid_outside(8000), BOB, policy=policy, lent=lent_by(SUPERVISOR)).case
    assert code(confirm(first, policy=policy)) == "second_person_needed"
    assert code(confirm(first, OTHER_SUPERVISOR, policy=policy)) == "applied"


def test_a_confirmation_that_nobody_gives_asks_the_next_role() -> None:
    """Each deadline that passes asks the next role, the last one without end; what is recorded later begins anew."""
    policy = a_policy()
    case = ask_confirmers(paid_outside(1200), Wanted(), policy)
    seen = []
    for _ in range(3):
        progress = await_confirmation(case, ReturnState.REFUNDING, deadlines=policy.deadlines, policy=policy)
        assert progress is not None
        (item,) = confirmation_items(case, progress)
        seen.append((item.role, item.priority, progress.deadline is not None, "escalated" in progress.next_step))
        case = case.with_facts(escalated=(*case.escalated, WaitingFor.CONFIRMATION))
    assert seen == [
        (Role.SUPERVISOR, Priority.NORMAL, True, False),
        (Role.FINANCE, Priority.URGENT, True, True),
        (Role.ADMIN, Priority.URGENT, False, True),
    ]


def test_the_next_record_has_its_whole_time() -> None:
    """That the first was confirmed too late does not make the second overdue at once."""
    case = paid_outside(400).with_facts(escalated=(WaitingFor.APPROVAL, WaitingFor.CONFIRMATION))
    settled = confirm(case).case
    body = {"amount": "8.00", "currency": "GBP", "paid": PAID.model_dump(mode="json")}
    event = an_event(EventKind.MANUAL_REFUND_RECORDED, body, actor=ANN)
    funds = OrderFunds(order=an_order(), version=1, refundable_minor={"card": 2400}, rules=a_policy().payouts)
    second = record_manual_refund(settled, event, owed_minor=800, funds=funds, at=LATER)
    assert code(second) == "applied"
    assert second.case.escalated == (WaitingFor.APPROVAL,)
