"""Prints how the scenarios stand: `python -m tests.scenarios`, or `--markdown` for the tables of docs/scenarios.md."""

from __future__ import annotations

import sys
from collections import Counter

from tests.scenarios.catalogue import Figures, Scenario, Verdict
from tests.scenarios.table import all_scenarios, load_collection


def main() -> int:
    """0 when every scenario that should come to figures does."""
    scenarios = all_scenarios()
    if "--markdown" in sys.argv:
        print(*tables(scenarios), sep="\n")
        return 0
    failures = [line for scenario in scenarios for line in _faults(scenario)]
    counts = Counter(scenario.verdict for scenario in scenarios)
    print(f"{len(scenarios)} scenarios: " + ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict))
    for scenario in scenarios:
        if scenario.verdict is not Verdict.PASSES:
            print(f"  {scenario.id}  {scenario.verdict:<9}  {_why(scenario)}")
    unlisted = sorted(set(load_collection() or ()) - {scenario.id for scenario in scenarios})
    failures += [f"{name} is in the collection and on no page" for name in unlisted]
    print(*(f"FAILED  {line}" for line in failures), sep="\n", end="\n" if failures else "")
    return 1 if failures else 0


def _faults(scenario: Scenario) -> list[str]:
    """Where our figures are not those that the scenario asks for."""
    faults = []
    if scenario.verdict is Verdict.PASSES and scenario.answer() != scenario.outcome:
        faults.append(f"{scenario.id}: {scenario.answer()} instead of {scenario.outcome}")
    if scenario.verdict is Verdict.OTHERWISE and scenario.answer() != scenario.ours:
        faults.append(f"{scenario.id}: {scenario.answer()} instead of our {scenario.ours}")
    if scenario.setting and scenario.answer_under_setting() != scenario.outcome:
        faults.append(f"{scenario.id}: not the source's answer with {scenario.setting_in_words}")
    return faults


def _why(scenario: Scenario) -> str:
    if scenario.waits_for:
        return f"waits for {scenario.waits_for}: {scenario.says}"
    setting = f" Policy {scenario.setting_in_words} gives the source's answer." if scenario.setting else ""
    return f"{scenario.reason}{setting}"


def tables(scenarios: tuple[Scenario, ...]) -> list[str]:
    """The tables of the page, one per verdict."""
    rows = ["### Answered otherwise", "", "| case | source | what happens | theirs | ours | why | setting for theirs |"]
    rows.append("|---|---|---|---|---|---|---|")
    for one in _with(scenarios, Verdict.OTHERWISE):
        cells = (one.id, one.source, one.says, _figures(one.figures), _figures(one.ours or {}), one.reason)
        rows.append(f"| {' | '.join(cells)} | {one.setting_in_words or 'none'} |")
    rows += [
        "",
        "### Waiting for a capability",
        "",
        "| case | source | what happens | waits for |",
        "|---|---|---|---|",
    ]
    rows += [f"| {s.id} | {s.source} | {s.says} | {s.waits_for} |" for s in _with(scenarios, Verdict.LATER)]
    rows += ["", "### Not ours", "", "| case | source | what happens | why |", "|---|---|---|---|"]
    rows += [f"| {s.id} | {s.source} | {s.says} | {s.reason} |" for s in _with(scenarios, Verdict.NOT_OURS)]
    return rows


def _with(scenarios: tuple[Scenario, ...], verdict: Verdict) -> list[Scenario]:
    return [scenario for scenario in scenarios if scenario.verdict is verdict]


def _figures(figures: Figures) -> str:
    return ", ".join(f"{name} {figure}" for name, figure in figures.items()) or "none"


if __name__ == "__main__":
    sys.exit(main())
