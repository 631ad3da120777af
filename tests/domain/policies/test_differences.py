"""What is different between two policies, told in rules rather than lines of text."""

from __future__ import annotations

from domain.calendar import Span
from domain.policies import Deadlines, ReasonRule, Rule, Window
from domain.policies.differences import DifferenceKind, compare_policies
from tests.builders import a_policy, windows_of

VIP = Rule[Window](rule="vip", when='customer_group == "vip"', then=Window(days=90))
BOOKS = Rule[Window](rule="books", when='category == "books"', then=Window(days=7))


def test_a_policy_is_equal_to_itself() -> None:
    """However it is written."""
    assert compare_policies(a_policy(), a_policy()) == []


def test_rules_are_added_changed_and_removed() -> None:
    """By their names, so that a rule that moved is not taken for another one."""
    before, after = a_policy(windows=windows_of(30, BOOKS)), a_policy(windows=windows_of(14, VIP))
    assert [(found.kind, found.place, found.before, found.after) for found in compare_policies(before, after)] == [
        (DifferenceKind.REMOVED, "windows.books", 'rule: books, when: category == "books", then: {days: 7}', ""),
        (
            DifferenceKind.CHANGED,
            "windows.standard",
            "rule: standard, then: {days: 30}",
            "rule: standard, then: {days: 14}",
        ),
        (DifferenceKind.ADDED, "windows.vip", "", 'rule: vip, when: customer_group == "vip", then: {days: 90}'),
    ]


def test_the_order_of_rules_matters() -> None:
    """The first that fits decides, so a change of order is a change."""
    before, after = a_policy(windows=windows_of(30, BOOKS, VIP)), a_policy(windows=windows_of(30, VIP, BOOKS))
    (moved,) = compare_policies(before, after)
    assert (moved.kind, moved.place) == (DifferenceKind.MOVED, "windows")
    assert (moved.before, moved.after) == ("books → vip → standard", "vip → books → standard")


def test_settings_and_reasons() -> None:
    """Everything else is told by its place in the document."""
    after = a_policy(
        transit_days=3,
        deadlines=Deadlines(parcel=Span.of("28 days")),
        reasons=(*a_policy().reasons, ReasonRule(code="late_gift", title="A late gift")),
    )
    found = [(each.place, each.before, each.after) for each in compare_policies(a_policy(), after)]
    assert found == [
        ("transit_days", "5", "3"),
        ("deadlines.parcel", "21 days", "28 days"),
        ("reasons.late_gift", "", "code: late_gift, title: A late gift"),
    ]
