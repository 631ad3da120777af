"""A shop with its API as tests use it: real records, a gateway that answers at once, and a caller for each role."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app
from config.settings import Settings
from domain.cases import Actor, Role
from domain.orders import Order
from records.database import SqlRecords, open_records
from tests.builders import ASKED, CONDITIONS, MERCHANT, a_policy, an_order
from tests.fakes.clock import FakeClock
from tests.fakes.gateway import FakeGateway
from tests.records.databases import remove

OTHER_MERCHANT = "elsewhere"
ROLES = (Role.STOREFRONT, Role.WAREHOUSE, Role.AGENT, Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR, Role.ADMIN)


class House:
    """One installation with two shops; `to` calls the API as somebody of the first."""

    def __init__(self, address: str, folder: Path, **settings: Any) -> None:
        self.settings = Settings(data_dir=folder, database_url=SecretStr(address), **settings)
        self.records: SqlRecords = open_records(address)
        self.clock = FakeClock(ASKED)
        self.gateway = FakeGateway(self.records, self.clock)
        self.app: FastAPI = create_app(self.settings, self.records, self.gateway, self.clock, CONDITIONS)
        self._client = TestClient(self.app, raise_server_exceptions=False)
        for merchant in (MERCHANT, OTHER_MERCHANT):
            self.records.put_policy(merchant, a_policy())

    def close(self) -> None:
        """Nothing is open any more."""
        self.records.close()

    def lose_database(self) -> None:
        """Where the database was, there is none any more."""
        self.close()
        remove(self.settings.database_url.get_secret_value())

    def key_of(self, role: Role, *, merchant: str = MERCHANT, name: str = "") -> str:
        """A fresh key for somebody with that role."""
        actor = Actor(name=name or f"{role}-1", role=role)
        return self.records.add_api_key(merchant, actor)[0]

    def to(self, role: Role, *, merchant: str = MERCHANT, name: str = "") -> TestClient:
        """A client that calls as somebody with that role."""
        client = TestClient(self.app, raise_server_exceptions=False)
        client.headers["Authorization"] = f"Bearer {self.key_of(role, merchant=merchant, name=name)}"
        return client

    @property
    def nobody(self) -> TestClient:
        """A client without a key."""
        return self._client

    def has_order(self, order: Order | None = None, *, merchant: str = MERCHANT) -> Order:
        """The order is on record."""
        order = order or an_order()
        assert self.records.put_order(merchant, order).stored
        return order

    def has_return(self, *, order: Order | None = None, key: str = "first", **line: Any) -> str:
        """The RMA of an open return of one unit."""
        order = order or self.has_order()
        lines = [{"line_id": "1", "quantity": 1, "reason": "changed_mind", **line}]
        answer = self.to(Role.STOREFRONT).post(
            "/v1/returns", json={"order_id": order.order_id, "lines": lines}, headers={"Idempotency-Key": key}
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["rma"])


def problem_of(answer: Any) -> str:
    """The kind of problem that an answer is; fails when it is none."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["request_id"] == answer.headers["X-Request-Id"]
    assert document["title"]
    assert document["detail"]
    return str(document["type"]).removeprefix("/problems/")
