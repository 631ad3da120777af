"""Who may decide: limits by currency, and four eyes."""

from __future__ import annotations

import pytest

from domain.authority import find_approval_reasons, find_approver_fault
from domain.cases import Actor, Role
from domain.money import Money
from tests.builders import STOREFRONT, SUPERVISOR, a_policy


@pytest.mark.parametrize(
    ("minor", "currency", "rules"),
    [
        (5000, "GBP", []),
        (5001, "GBP", ["refund_above_limit"]),
        (1, "JPY", ["no_limit_for_currency"]),
        (0, "JPY", []),
    ],
)
def test_up_to_the_limit_the_rules_decide(minor: int, currency: str, rules: list[str]) -> None:
    """Exactly the limit still passes; a currency without a limit never does; nothing to pay needs nobody."""
    found = find_approval_reasons(Money(minor=minor, currency=currency), policy=a_policy())
    assert [finding.rule for finding in found] == rules


def test_only_supervisors_decide() -> None:
    """An agent is told to ask a supervisor."""
    fault = find_approver_fault(Actor(name="ann", role=Role.AGENT), requester=STOREFRONT)
    assert fault is not None
    assert fault.rule == "no_authority"


def test_nobody_approves_what_they_asked_for() -> None:
    """Also not through another role: the name decides."""
    same_person = Actor(name=SUPERVISOR.name, role=Role.AGENT)
    fault = find_approver_fault(SUPERVISOR, requester=same_person)
    assert fault is not None
    assert fault.rule == "requester_cannot_approve"
    assert find_approver_fault(SUPERVISOR, requester=STOREFRONT) is None
