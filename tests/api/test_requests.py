"""The frame around each request: its id, its headers, its log line."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from domain.cases import Role
from tests.api.house import House


def test_own_request_id(house: House) -> None:
    """A caller that numbers its requests finds its number in the answer."""
    assert house.nobody.get("/healthz", headers={"X-Request-Id": "shop-1"}).headers["X-Request-Id"] == "shop-1"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "line\tbreak", "<script>"])
def test_unusable_request_id(house: House, given: str) -> None:
    """A number that would spoil our log is replaced by one of ours."""
    answer = house.nobody.get("/healthz", headers={"X-Request-Id": given})

    assert answer.headers["X-Request-Id"].startswith("req_")


@pytest.mark.parametrize("path", ["/healthz", "/v1/returns", "/nowhere", "/docs"])
def test_security_headers(house: House, path: str) -> None:
    """No browser guesses types, frames our pages, tells others of our addresses or keeps answers for others."""
    headers = house.nobody.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-cache"


def lines_of(house: House, do: Any) -> list[Any]:
    """What the API logs meanwhile."""
    with capture_logs() as lines:
        do()
    return [line for line in lines if line["event"] == "request.answered"]


def test_log_line(house: House) -> None:
    """Each request is one line that names the shop, the case, the order and the answer."""
    rma = house.has_return()
    dock = house.to(Role.WAREHOUSE)

    (line,) = lines_of(house, lambda: dock.post(f"/v1/returns/{rma}/label_scanned", headers={"X-Request-Id": "r1"}))

    wanted = {
        "merchant": "demo",
        "case_id": rma,
        "route": "/v1/returns/{rma}/label_scanned",
        "method": "POST",
        "status": 202,
        "request_id": "r1",
        "role": Role.WAREHOUSE,
    }
    assert {key: line[key] for key in wanted} == wanted


def test_log_line_of_an_order(house: House) -> None:
    """A request about an order names it."""
    house.has_order()
    agent = house.to(Role.AGENT)

    (line,) = lines_of(house, lambda: agent.get("/v1/orders/A-1001"))

    assert line["order_id"] == "A-1001"


def test_log_line_of_a_problem(house: House) -> None:
    """A failed request names the kind of problem."""
    (line,) = lines_of(house, lambda: house.nobody.get("/v1/returns"))

    assert (line["status"], line["problem"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/returns?q=ada@shop.example",
        "/v1/orders/ada@shop.example",
        "/v1/returns/ada@shop.example",
        "/ada@shop.example",
    ],
)
def test_nothing_personal_in_the_log(house: House, path: str) -> None:
    """What somebody searches for or types into an address is not written to the log."""
    agent = house.to(Role.AGENT)

    lines = lines_of(house, lambda: agent.get(path))

    assert "ada" not in str(lines)


def test_probes_are_silent(house: House) -> None:
    """Probes that find everything well do not fill the log."""
    assert lines_of(house, lambda: house.nobody.get("/healthz")) == []
