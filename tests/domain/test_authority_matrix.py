"""The matrix of role, action, amount and currency, two approvals, lent authority, and refunds that are cut small."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.authority import Deed, Delegation, Standing, decide_authority, find_standing, role_asked
from domain.cases import Actor, Role
from domain.money import Money
from domain.policies import Action, AmountByCurrency, ApprovalRules, AuthorityRow, May, Policy, SpentBefore, SplitScope
from domain.returns.case import Approval, Decision, Finding
from tests.builders import ASKED, OTHER_SUPERVISOR, STOREFRONT, SUPERVISOR, a_policy

AGENT = Actor(name="ann", role=Role.AGENT)
ADMIN = Actor(name="ida", role=Role.ADMIN)


def pounds(amount: int) -> AmountByCurrency:
    """A limit of so many pounds, and of nothing in other currencies."""
    return AmountByCurrency(minor={"GBP": 100 * amount})


def ruled(**changes: object) -> Policy:
    """A shop whose agents give 10.00 of goodwill, and whose supervisors approve up to 200.00, two above 150.00."""
    rows = (
        AuthorityRow(rule="agents", role=Role.AGENT, may=May.ACT, actions=(Action.GOODWILL,), up_to=pounds(10)),
        AuthorityRow(rule="supervisors", role=Role.SUPERVISOR, may=May.APPROVE, up_to=pounds(200)),
        AuthorityRow(rule="finance", role=Role.FINANCE, may=May.APPROVE, actions=(Action.REFUND,)),
    )
    rules = ApprovalRules(refund_above=pounds(100), two_above=pounds(150), matrix=rows)
    return a_policy(approval=rules.model_copy(update=changes))


def money(pounds_and_pence: float, currency: str = "GBP") -> Money:
    """An amount as people say it."""
    return Money(minor=round(pounds_and_pence * 100), currency=currency)


@pytest.mark.parametrize(
    ("action", "amount", "requester", "row", "rule"),
    [
        (Action.REFUND, money(100), AGENT, "refund_above", None),
        (Action.REFUND, money(100.01), AGENT, "", "refund_above_limit"),
        (Action.GOODWILL, money(10), AGENT, "agents", None),
        (Action.GOODWILL, money(10.01), AGENT, "", "goodwill_above_limit"),
        (Action.GOODWILL, money(1), STOREFRONT, "", "goodwill_needs_approval"),
        (Action.GOODWILL, money(1, "EUR"), AGENT, "", "no_limit_for_currency"),
        (Action.FEE_WAIVER, money(1), AGENT, "", "fee_waiver_needs_approval"),
        (Action.REFUND, money(0), AGENT, "nothing_to_refund", None),
    ],
)
def test_who_may_do_what_alone(action: Action, amount: Money, requester: Actor, row: str, rule: str | None) -> None:
    """Exactly the limit is still within it; no row, or no amount in the currency, means that somebody approves."""
    found = decide_authority(Deed(action, amount, requester), policy=ruled())
    assert found.row == row
    assert [reason.rule for reason in found.reasons] == ([rule] if rule else [])
    assert (found.need is None) == (rule is None)


@pytest.mark.parametrize(
    ("action", "pounds_asked", "roles", "approvals"),
    [
        (Action.REFUND, 120, (Role.SUPERVISOR, Role.FINANCE, Role.ADMIN), 1),
        (Action.REFUND, 150.01, (Role.SUPERVISOR, Role.FINANCE, Role.ADMIN), 2),
        (Action.REFUND, 200.01, (Role.FINANCE, Role.ADMIN), 2),
        (Action.GOODWILL, 250, (Role.ADMIN,), 2),
    ],
)
def test_who_approves(action: Action, pounds_asked: float, roles: tuple[Role, ...], approvals: int) -> None:
    """Whoever has the least authority that suffices is asked first, an administrator last; two above the second limit."""
    need = decide_authority(Deed(action, money(pounds_asked), AGENT), policy=ruled()).need
    assert need is not None
    assert (need.roles, need.approvals) == (roles, approvals)
    assert role_asked(need, escalations=0) is roles[0]
    assert role_asked(need, escalations=9) is Role.ADMIN


def test_three_refunds_of_forty_against_a_limit_of_a_hundred() -> None:
    """Each alone would pass; the third makes 120.00 and needs somebody, and is told which refunds count with it."""
    deed, limit = Deed(Action.REFUND, money(40)), ruled()
    spent = [SpentBefore(scope=SplitScope.CUSTOMER, amount_minor=4000, currency="GBP", cases=1)]
    assert decide_authority(deed, policy=limit, spent=spent).need is None
    spent = [SpentBefore(scope=SplitScope.CUSTOMER, amount_minor=8000, currency="GBP", cases=2)]
    found = decide_authority(deed, policy=limit, spent=spent)
    assert found.need is not None
    assert [reason.policy_rule for reason in found.reasons] == ["approval.splits.customer"]
    assert "makes 120.00 GBP, above the limit of 100.00 GBP" in found.reasons[0].detail


def test_a_matrix_replaces_nothing_that_it_does_not_name() -> None:
    """A policy with the short form alone works as ever: rules up to the limit, supervisors above it."""
    need = decide_authority(Deed(Action.REFUND, money(50.01), STOREFRONT), policy=a_policy()).need
    assert need is not None
    assert need.roles == (Role.SUPERVISOR, Role.ADMIN)


@pytest.mark.parametrize("row", [{"role": "storefront", "may": "act"}, {"role": "system", "may": "approve"}])
def test_machines_have_no_authority(row: dict[str, str]) -> None:
    """A website acts on behalf of customers, and the rules cannot approve what they leave to people."""
    with pytest.raises(ValueError, match="may not"):
        AuthorityRow.model_validate({"rule": "wrong", **row})


def test_one_person_is_one_person_under_every_key() -> None:
    """The agent Jo asks, and neither her supervisor's key nor capital letters make her somebody else."""
    asker = Actor(name="jo-desk", role=Role.AGENT, owner="Jo")
    found = find_standing(Actor(name="jo-super", role=Role.SUPERVISOR, owner="jo"), requester=asker)
    assert isinstance(found, Finding)
    assert found.rule == "requester_cannot_approve"


def test_the_second_approval_comes_from_somebody_else() -> None:
    """Who approved first does not approve again, neither does the one who stands in for them."""
    first = Approval(event_id="e", at=ASKED, actor=SUPERVISOR, decision=Decision.APPROVE)
    again = find_standing(SUPERVISOR, requester=STOREFRONT, first=first)
    assert isinstance(again, Finding)
    assert again.rule == "second_person_needed"
    stand_in = find_standing(AGENT, requester=STOREFRONT, first=first, delegations=[lent(SUPERVISOR)], at=ASKED)
    assert isinstance(stand_in, Finding)
    assert stand_in.rule == "lender_cannot_approve"
    assert find_standing(OTHER_SUPERVISOR, requester=STOREFRONT, first=first) == Standing()


def lent(by: Actor, *, days: int = 7) -> Delegation:
    """The authority of somebody who is away from the day of the request on, lent to Ann."""
    return Delegation(
        delegation_id="d-1",
        delegator=by,
        delegate="ann",
        starts_at=ASKED,
        ends_at=ASKED + timedelta(days=days),
        made_at=ASKED,
    )


def test_a_stand_in_has_the_authority_of_the_lender_and_no_more() -> None:
    """Ann decides for Sue what Sue may, while Sue is away, and not what Sue asked for herself."""
    need = decide_authority(Deed(Action.REFUND, money(120), STOREFRONT), policy=ruled()).need
    larger = decide_authority(Deed(Action.GOODWILL, money(250), STOREFRONT), policy=ruled()).need
    days = [lent(SUPERVISOR)]
    found = find_standing(AGENT, requester=STOREFRONT, need=need, delegations=days, at=ASKED)
    assert found == Standing(stands_in_for="sue")
    for refused, rule in (
        (find_standing(AGENT, requester=STOREFRONT, need=larger, delegations=days, at=ASKED), "no_authority"),
        (find_standing(AGENT, requester=SUPERVISOR, need=need, delegations=days, at=ASKED), "lender_cannot_approve"),
        (
            find_standing(AGENT, requester=STOREFRONT, need=need, delegations=days, at=ASKED + timedelta(days=7)),
            "no_authority",
        ),
    ):
        assert isinstance(refused, Finding)
        assert refused.rule == rule
    assert find_standing(ADMIN, requester=STOREFRONT, need=larger) == Standing()
