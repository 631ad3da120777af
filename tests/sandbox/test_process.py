"""The sandbox is one small process that can be killed at any moment and remembers what it promised."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.sandbox.server import SandboxServer, closed_port

pytestmark = pytest.mark.e2e


class Process:
    """`python -m sandbox` as an operator starts it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", str(port), "--data", str(folder / "sandbox.db")],
            env={**os.environ, "AFTERCART_DATA_DIR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def announced(self) -> SandboxServer:
        """The server at the address that the process prints; it takes requests from then on."""
        assert self.process.stdout is not None
        return SandboxServer(self.process.stdout.readline().removeprefix("sandbox ").strip())

    def end(self) -> None:
        """The process is gone."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Process]]:
    """Processes of the test, ended afterwards."""
    processes: list[Process] = []
    yield processes
    for process in processes:
        process.end()


def start(started: list[Process], folder: Path, port: int = 0) -> SandboxServer:
    """A sandbox process that takes requests."""
    started.append(Process(folder, port))
    server = started[-1].announced()
    server.http.get("/healthz").raise_for_status()
    return server


def refund(server: SandboxServer, reference: str) -> httpx2.Response:
    """Stripe's answer to a refund under one key."""
    headers = {"Authorization": "Bearer sk_test_x", "Idempotency-Key": "once"}
    body = {"payment_intent": reference, "amount": "100"}
    return server.http.post("/stripe/v1/refunds", data=body, headers=headers)


def test_killed_after_an_answer(started: list[Process], tmp_path: Path) -> None:
    """What Stripe has answered is still true after the power went, key and all."""
    server = start(started, tmp_path)
    reference = server.pay(5000, "gbp")
    first = refund(server, reference).json()
    started[0].process.send_signal(signal.SIGKILL)
    started[0].process.wait()

    again = refund(start(started, tmp_path), reference)

    assert again.json() == first
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(("when", "replayed"), [("before", False), ("after", True)])
def test_killed_at_the_commit(started: list[Process], tmp_path: Path, when: str, replayed: bool) -> None:
    """Killed just before the refund it was not made, killed just after it was, and the key tells which."""
    server = start(started, tmp_path)
    reference = server.pay(5000, "gbp")
    server.spoil("/v1/refunds$", when=when, spoil="crash")
    with pytest.raises(httpx2.TransportError):
        refund(server, reference)
    started[0].process.wait()

    reborn = start(started, tmp_path)

    assert len(reborn.state("refunds")) == int(replayed)
    assert ("Idempotent-Replayed" in refund(reborn, reference).headers) is replayed
    assert len(reborn.state("refunds")) == 1


def test_same_port_again(started: list[Process], tmp_path: Path) -> None:
    """After a kill it can listen on its port at once."""
    port = closed_port()
    start(started, tmp_path, port)
    started[0].end()

    assert start(started, tmp_path, port).address.endswith(f":{port}")


def test_taken_port(started: list[Process], tmp_path: Path) -> None:
    """A port that somebody else uses is named, and the process ends."""
    taken = start(started, tmp_path).address.rpartition(":")[2]

    second = Process(tmp_path / "other", int(taken))
    _, complaint = second.process.communicate(timeout=30)

    assert second.process.returncode == 1
    assert f"port {taken}" in complaint
