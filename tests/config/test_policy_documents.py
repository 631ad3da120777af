"""Policies as they are written: every mistake has its line, and nothing in a file can hang or mislead the reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.policies import DEFAULT, FOLDER, PolicyFileError, check_text, load_policy, parse_policy
from domain.policies.checking import Severity
from tests.builders import CONDITIONS

SOUND = """\
name: acme
reasons:
  - {code: changed_mind, title: I changed my mind, fault: customer}
windows:
  - {rule: standard, then: {days: 30}}
acceptance:
  - {rule: standard, then: {answer: accept}}
"""


def told(text: str) -> list[str]:
    """Each problem as line, place and reason."""
    written = check_text(text, conditions=CONDITIONS)
    return [
        f"{written.line_of(found.path)} {found.place}: {found.reason} {found.suggestion}".strip()
        for found in written.problems
    ]


def test_a_sound_document() -> None:
    """Nothing to complain about, and the policy says what was written."""
    written = check_text(SOUND, conditions=CONDITIONS)
    assert written.problems == ()
    assert written.policy is not None
    assert written.policy.windows[0].then.days == 30


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("days: 30", "dayz: 30", "5 windows[0].then.dayz: there is no field dayz here Did you mean days?"),
        ("days: 30", "days: many", "5 windows[0].then.days: input should be a valid integer"),
        ("days: 30", "days: -1", "5 windows[0].then.days: input should be greater than or equal to 0"),
        ("fault: customer", "fault: custmer", "3 reasons[0].fault: 'custmer' is none of merchant"),
        ("answer: accept", "answer: refuse", "7 acceptance[0].then: a refusal needs `says`"),
        (
            "title: I changed my mind",
            "title: true",
            "3 reasons[0].title: this must be a text, not True; put it in quotes",
        ),
        (
            "rule: standard, then: {days",
            "rule: Standard, then: {days",
            "5 windows[0].rule: 'Standard' must be lower-case",
        ),
        ("name: acme\n", "", "1 name: name is missing"),
        ("name: acme\n", "name: acme\ntime_zone: Atlantis\n", "2 time_zone: 'Atlantis' is not a time zone"),
        ("name: acme\n", "name: acme\nname: again\n", "2 name: name is written twice, first in line 1"),
        ("  - {rule: standard, then: {days: 30}}", "  rule: standard", "4 windows: this must be a list"),
        ("then: {days: 30}", 'when: categry == "a", then: {days: 30}', "5 windows[0].when: categry is no fact"),
        ("then: {days: 30}", "when: !final_sale, then: {days: 30}", "Put the whole condition in single quotes"),
        ("then: {days: 30}", "when: '[1].map(x, x)', then: {days: 30}", "5 windows[0]: when: .map() loops over lists"),
        ("- {rule: standard, then: {days", "- &a {rule: standard, then: {days", "anchors and aliases"),
        (
            "  - {rule: standard, then: {days: 30}}",
            "  - {rule: a, then: {days: 1}}\n  - {rule: a, then: {days: 2}}",
            "two rules are called a",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, problem: str) -> None:
    """Where it is, what is wrong, and what was probably meant."""
    assert old in SOUND
    assert any(problem in line for line in told(SOUND.replace(old, new)))


@pytest.mark.parametrize(
    "text", ["", "- a", "a: [", "[" * 5000, "x" * 600_000, "a: 1\n? [b]\n: 2", "\x00", "a: &x [*x]"]
)
def test_what_is_no_policy_at_all(text: str) -> None:
    """A sentence, never a traceback or a hang."""
    written = parse_policy(text)
    assert written.policy is None
    assert written.problems


def test_a_file_with_mistakes_is_not_loaded(tmp_path: Path) -> None:
    """Each mistake with file and line."""
    file = tmp_path / "acme.yaml"
    file.write_text(SOUND.replace("days: 30", "dayz: 30"))
    with pytest.raises(PolicyFileError, match=r"acme\.yaml:5: windows\[0\]\.then\.dayz: there is no field dayz here"):
        load_policy(file)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_policy_that_comes_with_us_is_sound(file: Path) -> None:
    """No errors and no warnings."""
    written = check_text(file.read_text(encoding="utf-8"), conditions=CONDITIONS)
    assert [found for found in written.problems if found.severity is not Severity.NOTE] == []


def test_switches_and_norway() -> None:
    """`on` is the name of a switch and NO a country: neither is taken for a truth value."""
    text = DEFAULT.read_text()
    assert "return_rate: {on: true" in text
    switched = text.replace("{on: true, outcome: allow}", "{on: false}") + "calendar: {holidays: []}\n"
    read = parse_policy(switched.replace("name: default", "name: NO", 1))
    assert read.policy is not None, read.problems
    assert (read.policy.name, read.policy.abuse.return_rate.on) == ("NO", False)
