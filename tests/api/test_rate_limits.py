"""How often a key may be used."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.errors import ApiProblem
from api.rate_limits import RateLimits
from domain.cases import Role
from tests.api.house import House, problem_of


def test_one_too_many() -> None:
    """Who calls too often is told when to go on."""
    limits, now = RateLimits("2/minute"), datetime.fromtimestamp(time.time(), UTC)
    limits.count("key", now=now)
    limits.count("key", now=now)

    with pytest.raises(ApiProblem) as refused:
        limits.count("key", now=now)

    assert 55 <= int(refused.value.headers["Retry-After"]) <= 60
    assert "2 requests per 1 minute" in refused.value.detail


def test_another_key() -> None:
    """One busy key does not slow down another."""
    limits, now = RateLimits("1/minute"), datetime.fromtimestamp(time.time(), UTC)
    limits.count("one", now=now)

    limits.count("other", now=now)


def test_over_http(tmp_path: Path, database_url: str) -> None:
    """A key that is used too often gets a problem and a waiting time."""
    house = House(database_url, tmp_path, api={"rate_limit": "2/hour"})
    client = house.to(Role.AGENT)

    answers = [client.get("/v1/returns/totals") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert problem_of(answers[2]) == "too-many-requests"
    assert 0 < int(answers[2].headers["Retry-After"]) <= 3600
    assert house.to(Role.AGENT).get("/v1/returns/totals").status_code == 200
    house.close()
