"""What the warehouse is told and what is made of its answers."""

from __future__ import annotations

import inspect
from datetime import timedelta

import httpx2
import pytest

from adapters.warehouse.rest import RestWarehouse, disposition_body, parse_refusal
from domain.errors import OutcomeUnknown, PortError, Rejected, Unavailable
from domain.policies import Disposition
from tests.adapters.builders import RMA, an_instruction
from tests.sandbox.server import SandboxServer

UNKNOWN = {"status": 422, "code": "unknown_sku", "detail": "Nothing is known of SKU-L1."}


def test_request() -> None:
    """The warehouse is told which units of which return go where."""
    instruction = an_instruction(("l1", 2, Disposition.RESTOCK), ("l2", 1, Disposition.QUARANTINE))

    assert disposition_body(instruction) == {
        "merchant": "default",
        "rma": RMA,
        "warehouse": "main",
        "units": [
            {"sku": "SKU-L1", "quantity": 2, "disposition": "restock"},
            {"sku": "SKU-L2", "quantity": 1, "disposition": "quarantine"},
        ],
    }


def test_call(sandbox: SandboxServer) -> None:
    """One instruction is one request, under our key."""
    instruction = an_instruction()

    RestWarehouse(base_url=f"{sandbox.address}/warehouse", token="adapter").dispose(instruction)

    assert [seen["idempotency_key"] for seen in sandbox.requests("/v1/dispositions")] == [instruction.key]
    assert sandbox.state("dispositions")[0]["rma"] == RMA


@pytest.mark.parametrize("status", [200, 201])
def test_parsed_answer(status: int) -> None:
    """Done now or done before: either way the goods are dealt with."""
    assert parse_refusal(httpx2.Response(status, json={"key": "k"})) is None


@pytest.mark.parametrize(
    ("response", "expected", "code"),
    [
        (httpx2.Response(422, json=UNKNOWN), Rejected, "unknown_sku"),
        (httpx2.Response(409, json={"code": "idempotency_key_reused"}), Rejected, "idempotency_key_reused"),
        (httpx2.Response(404, text="no such page"), Rejected, "http_404"),
        (httpx2.Response(401, json={"code": "unauthorized"}), Unavailable, None),
        (httpx2.Response(429), Unavailable, None),
        (httpx2.Response(503), Unavailable, None),
        (httpx2.Response(500, text="<html>"), OutcomeUnknown, None),
        (httpx2.Response(504), OutcomeUnknown, None),
        (httpx2.Response(302), OutcomeUnknown, None),
    ],
)
def test_parsed_error(response: httpx2.Response, expected: type[PortError], code: str | None) -> None:
    """A refusal is final, a busy warehouse did nothing, and after anything else the goods may be on the shelf."""
    refusal = parse_refusal(response)

    assert type(refusal) is expected
    assert getattr(refusal, "code", None) == code


def test_patience() -> None:
    """When the warehouse says how long to wait, we wait that long."""
    refusal = parse_refusal(httpx2.Response(503, headers={"Retry-After": "60"}))

    assert isinstance(refusal, Unavailable)
    assert refusal.retry_after == timedelta(minutes=1)


TRANSPORT_ERRORS = [
    kind for _, kind in inspect.getmembers(httpx2, inspect.isclass) if issubclass(kind, httpx2.TransportError)
]
NEVER_SENT = {"ConnectError", "ConnectTimeout", "PoolTimeout"}


@pytest.mark.parametrize("kind", TRANSPORT_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_of_the_transport(kind: type[httpx2.TransportError], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever can happen on the wire is either surely not done or not known, never an unread error."""
    warehouse = RestWarehouse(base_url="http://127.0.0.1:9", token="adapter")

    def fail(*_: object, **__: object) -> httpx2.Response:
        raise kind("on the wire")

    monkeypatch.setattr(warehouse._client, "post", fail)

    with pytest.raises(Unavailable if kind.__name__ in NEVER_SENT else OutcomeUnknown):
        warehouse.dispose(an_instruction())
