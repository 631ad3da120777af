"""How a scenario is written down: in our own words, with the source's figures, and with our answer to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.money import Money
from domain.policies import Policy, PolicyPart
from tests.builders import a_policy

Figures = dict[str, Any]
# Figures that a source gives beside the outcome: what it starts from, bounds, and wrong answers seen in the wild.
NO_OUTCOME = {"wrong", "their_code", "max_net", "max_tax"}
Play = Callable[[Policy], Figures]


class Verdict(StrEnum):
    """Our answer to a scenario."""

    PASSES = "passes"
    OTHERWISE = "otherwise"
    LATER = "later"
    NOT_OURS = "not ours"


class Capability(StrEnum):
    """What a scenario waits for."""

    CANCELLATIONS = "cancellations"
    CLAIMS = "claims"
    DELIVERY_ISSUES = "delivery issues"
    HOLDS = "holds"
    ORDER_EDITS = "order edits"


@dataclass(frozen=True)
class Scenario:
    """One case: `figures` are the source's, `play` computes ours under a policy."""

    id: str
    source: str
    says: str
    figures: Figures
    verdict: Verdict
    play: Play | None = None
    reason: str = ""
    ours: Figures | None = None
    setting: dict[str, Any] | None = None
    waits_for: Capability | None = None

    @property
    def outcome(self) -> Figures:
        """The figures that our answer must have."""
        return {name: figure for name, figure in self.figures.items() if name not in NO_OUTCOME}

    @property
    def setting_in_words(self) -> str:
        """The policy setting under which the source's answer is ours."""
        return ", ".join(f"{name}: {_in_words(value)}" for name, value in (self.setting or {}).items())

    def answer(self) -> Figures:
        """Our figures under the default policy."""
        assert self.play is not None, "only scenarios that pass or are answered otherwise are played"
        return self.play(a_policy())

    def answer_under_setting(self) -> Figures:
        """Our figures under the setting that gives the source's answer."""
        assert self.play is not None
        return self.play(a_policy(**(self.setting or {})))


CATALOGUE: dict[str, Scenario] = {}


def passes(id: str, source: str, **figures: Any) -> Callable[[Play], Play]:
    """The function plays the scenario and comes to the source's figures; its docstring tells it."""

    def add(play: Play) -> Play:
        _add(Scenario(id, source, _told(play), figures, Verdict.PASSES, play))
        return play

    return add


def otherwise(
    id: str, source: str, figures: Figures, *, ours: Figures, reason: str, setting: dict[str, Any] | None = None
) -> Callable[[Play], Play]:
    """The function comes to our figures, and to the source's under the setting if there is one."""

    def add(play: Play) -> Play:
        told = _told(play)
        _add(Scenario(id, source, told, figures, Verdict.OTHERWISE, play, reason=reason, ours=ours, setting=setting))
        return play

    return add


def later(id: str, source: str, says: str, waits_for: Capability, **figures: Any) -> None:
    """The scenario waits for a capability."""
    _add(Scenario(id, source, says, figures, Verdict.LATER, waits_for=waits_for))


def not_ours(id: str, source: str, says: str, reason: str, **figures: Any) -> None:
    """The scenario is about something that this system does not do."""
    _add(Scenario(id, source, says, figures, Verdict.NOT_OURS, reason=reason))


def pounds(minor: int) -> str:
    """An amount as the sources write it: 12.30."""
    return str(Money(minor=minor, currency="GBP")).removesuffix(" GBP")


def _in_words(value: Any) -> str:
    """A setting as a policy document has it; of a group only what differs from the default."""
    if isinstance(value, PolicyPart):
        return ", ".join(f"{name} {part}" for name, part in value.model_dump(exclude_defaults=True).items())
    return str(value)


def _told(play: Play) -> str:
    assert play.__doc__, "the docstring tells the scenario"
    return play.__doc__.strip()


def _add(scenario: Scenario) -> None:
    assert scenario.id not in CATALOGUE, f"{scenario.id} is listed twice"
    CATALOGUE[scenario.id] = scenario
