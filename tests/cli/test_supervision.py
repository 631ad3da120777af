"""`aftercart up` keeps the system running until it is told to stop, and gives up on what cannot run."""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Iterator

import pytest
from rich.console import Console

from cli.failures import PartFailed
from cli.parts import Part
from cli.stack import Stack
from cli.supervision import keep_running, running_stack
from config.settings import Settings
from tests.cli.test_processes import is_alive, wait_until


@pytest.fixture
def console() -> Console:
    """A terminal whose text can be read back."""
    return Console(file=io.StringIO(), width=200)


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """The test run ends by signals as it did."""
    kept = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for name, handler in kept.items():
        signal.signal(name, handler)


def shown(console: Console) -> str:
    """What the person has seen so far."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_dead_part_comes_back(stack: Stack, console: Console) -> None:
    """A worker that was killed is reported and runs again without anybody doing anything; SIGTERM then ends all."""
    with running_stack(stack.settings, console) as running:
        first = running.pid(Part.WORKER)

        def disturb() -> None:
            os.kill(first, signal.SIGKILL)
            wait_until(lambda: "worker is running again" in shown(console))
            os.kill(os.getpid(), signal.SIGTERM)

        thread = threading.Thread(target=disturb)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            keep_running(running, console)
        thread.join()
        second = running.pid(Part.WORKER)

    assert first != second
    assert not is_alive(second)
    assert "worker ended with code -9" in shown(console)
    assert "Everything is stopped." in shown(console)


def test_gives_up(stack: Stack, console: Console) -> None:
    """A part that dies again and again is not restarted for ever: the reason would be lost among repetitions."""
    with stack:

        def keep_killing() -> None:
            for _ in range(3):
                pid = stack.pid(Part.API)
                os.kill(pid, signal.SIGKILL)
                wait_until(lambda pid=pid: stack.pid(Part.API) != pid or given_up.is_set())  # type: ignore[misc]

        given_up = threading.Event()
        thread = threading.Thread(target=keep_killing)
        thread.start()
        with pytest.raises(PartFailed, match="api died 3 times within 60 s"):
            keep_running(stack, console)
        given_up.set()
        thread.join()


def test_start_is_shown(stack: Stack, settings: Settings, console: Console) -> None:
    """Where there is no terminal, each part is listed as ready."""
    with running_stack(settings, console):
        lines = [line.split() for line in shown(console).splitlines() if line.strip()]

    assert [line[1:3] for line in lines] == [[part.value, "ready"] for part in Part]
