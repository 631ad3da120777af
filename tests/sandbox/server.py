"""A sandbox for tests: a real server on a free loopback port, in a thread of this process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn

from sandbox.app import create_app
from sandbox.connections import DroppableConnection, listen
from sandbox.store import Store

# Starting takes some hundredths of a second; a loaded machine may need longer.
START_WITHIN_SECONDS = 20


class SandboxServer:
    """The address of a running sandbox, and its control routes."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.http = httpx2.Client(base_url=address, timeout=30)

    def control(self, method: str, path: str, json: Any = None, **query: Any) -> Any:
        """The answer of a control route, which must be a success."""
        response = self.http.request(method, f"/_control{path}", json=json, params=query or None)
        response.raise_for_status()
        return response.json()

    def clear(self) -> None:
        """State, faults and seen requests are gone."""
        self.control("DELETE", "/state")

    def state(self, name: str) -> list[dict[str, Any]]:
        """Everything of one kind, oldest first."""
        documents: list[dict[str, Any]] = self.control("GET", "/state")[name]
        return documents

    def pay(self, amount: int, currency: str, **facts: Any) -> str:
        """A captured payment in Stripe's units; returns its payment intent."""
        body = {"amount": amount, "currency": currency, **facts}
        return str(self.control("POST", "/stripe/payments", body)["id"])

    def spoil(self, path: str, **fault: Any) -> None:
        """The next request to that path is spoilt."""
        self.control("POST", "/faults", {"path": path, **fault})

    def requests(self, path: str) -> list[dict[str, Any]]:
        """The requests whose path ends so, oldest first."""
        return [seen for seen in self.control("GET", "/requests") if seen["path"].endswith(path)]


@contextmanager
def running_sandbox(file: Path) -> Iterator[SandboxServer]:
    """A sandbox with its state in `file`, stopped at the end."""
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(create_app(Store(file)), http=DroppableConnection, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    running = SandboxServer(f"http://127.0.0.1:{listener.getsockname()[1]}")
    try:
        yield running
    finally:
        running.http.close()
        server.should_exit = True
        thread.join(START_WITHIN_SECONDS)


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
