"""Every scenario is answered: as its source does, otherwise on purpose, later, or not at all and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.__main__ import tables
from tests.scenarios.catalogue import NO_OUTCOME, Scenario, Verdict
from tests.scenarios.table import all_scenarios, load_collection

ALL = all_scenarios()
PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"


def with_verdict(*verdicts: Verdict) -> list[Scenario]:
    """The scenarios that have one of these verdicts."""
    return [scenario for scenario in ALL if scenario.verdict in verdicts]


def named(scenario: Scenario) -> str:
    """How a scenario is called in the list of tests."""
    return scenario.id


@pytest.mark.parametrize("scenario", with_verdict(Verdict.PASSES), ids=named)
def test_what_passes_comes_to_the_figures_of_the_source(scenario: Scenario) -> None:
    """A merchant who comes from that system sees the figures they expect."""
    answer = scenario.answer()
    assert answer == scenario.outcome
    wrong = {figure for name, figure in scenario.figures.items() if name in NO_OUTCOME}
    assert not wrong & {figure for figure in answer.values() if isinstance(figure, str | int)}


@pytest.mark.parametrize("scenario", with_verdict(Verdict.OTHERWISE), ids=named)
def test_what_is_answered_otherwise_comes_to_our_figures(scenario: Scenario) -> None:
    """Where we differ on purpose we say how, and the figures are really ours."""
    assert scenario.answer() == scenario.ours
    assert scenario.ours != scenario.outcome
    assert scenario.reason


@pytest.mark.parametrize("scenario", [one for one in ALL if one.setting], ids=named)
def test_a_policy_setting_gives_the_answer_of_the_source(scenario: Scenario) -> None:
    """A shop that prefers the other answer sets its policy so, and gets exactly that."""
    assert scenario.answer_under_setting() == scenario.outcome


@pytest.mark.parametrize("scenario", with_verdict(Verdict.LATER, Verdict.NOT_OURS), ids=named)
def test_what_is_not_played_says_why(scenario: Scenario) -> None:
    """A scenario that is not played names the capability it waits for, or why it is not ours."""
    assert scenario.waits_for or scenario.reason


def test_the_page_tells_what_differs() -> None:
    """docs/scenarios.md has every scenario that does not pass as its source says; `--markdown` prints its tables."""
    assert "\n".join(tables(ALL)) in PAGE.read_text(encoding="utf-8")


def test_the_collection_is_answered_in_full() -> None:
    """Each of the 128 cases is on a page, with the figures and the source that the collection gives."""
    collection = load_collection()
    if collection is None:
        pytest.skip("the collection of cases is not beside the project (../shared/scenarios/cases.json)")
    assert sorted(collection) == [scenario.id for scenario in ALL]
    assert len(collection) == 128
    for scenario in ALL:
        case = collection[scenario.id]
        assert scenario.figures == case.get("figures", {}), scenario.id
        assert scenario.source == case["source_repo"], scenario.id
