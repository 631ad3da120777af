"""`kill -9` of any process at any boundary of a return: the same case, the same ledger, one refund, one label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cli.parts import Part
from tests.crash.gate import Point
from tests.crash.scene import Scene, a_scene
from tests.crash.story import PRICE_MINOR

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600)]

Points = list[tuple[str, Point]]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One system for all victims; every return is a new one."""
    with a_scene(tmp_path_factory.mktemp("crash")) as everything:
        yield everything


@pytest.fixture(scope="module")
def points(scene: Scene) -> Points:
    """Every boundary of an undisturbed return: each activity, and each commit at a provider, before and after."""
    by_step = scene.points_by_step("UNDISTURBED-1")
    return [(step, point) for step, points in by_step.items() for point in points]


@pytest.fixture(scope="module")
def undisturbed(scene: Scene, points: Points) -> dict[str, Any]:
    """What a return leaves behind when nothing goes wrong."""
    player = scene.player("UNDISTURBED-2")
    for step in ("open", "scan", "receive", "inspect", "approve"):
        player.play(step)
        player.settle(step)
    return scene.traces(player)


def test_the_undisturbed_return_is_what_a_shop_expects(points: Points, undisturbed: dict[str, Any]) -> None:
    """One refund of the price, one label, one disposition; nine activities and four commits are enumerated."""
    assert undisturbed["provider"] == {
        "refunds": [(PRICE_MINOR, "succeeded")],
        "labels": 1,
        "dispositions": 1,
    }
    activities = [point for _, point in points if "." in point.what and "/" not in point.what]
    commits = [point for _, point in points if "/" in point.what]
    print(f"\n{len(activities)} activity boundaries, {len(commits)} provider boundaries:")
    print("\n".join(f"  {step:>8}: {point}" for step, point in points))
    assert len(activities) == 2 * 9
    assert len(commits) >= 2 * 4


@pytest.mark.parametrize("victim", [Part.WORKER, Part.API, Part.DISPATCH, Part.SANDBOX])
def test_killed_at_every_boundary(scene: Scene, points: Points, undisturbed: dict[str, Any], victim: Part) -> None:
    """One return is held at each boundary; the process dies; every return ends as the undisturbed one did."""
    plan = {f"{victim}-{number}": place for number, place in enumerate(points)}
    players = scene.kill_at(victim, plan)
    differing = {}
    for player in players:
        left = scene.traces(player)
        if left != undisturbed:
            differing[f"{plan[player.order_id][1]} ({player.rma})"] = {
                name: left[name] for name in left if left[name] != undisturbed[name]
            }
    print(f"\n{victim} killed at {len(plan)} boundaries: {len(plan) - len(differing)} equal to the undisturbed run")
    assert differing == {}
