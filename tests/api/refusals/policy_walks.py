"""Versions of the rules that cannot be put in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain.cases import Role
from tests.api.house import House
from tests.api.refusals.spoken import Said, coded
from tests.api.test_policies import staged


def activating(house: House) -> Iterator[Said]:
    """By who staged it, from a moment that has passed, or twice."""
    version = staged(house)
    address = f"/v1/policies/{version}/activate"
    sue, otto = house.to(Role.ADMIN, name="sue"), house.to(Role.SUPERVISOR, name="otto")
    yield coded(sue.post(address, json={}))
    past = (house.clock.now() - timedelta(days=1)).isoformat()
    yield coded(otto.post(address, json={"effective_from": past}))
    assert otto.post(address, json={}).status_code == 200
    yield coded(otto.post(address, json={}))


WALKS = {activating: ("four_eyes", "in_the_past", "already_active")}
