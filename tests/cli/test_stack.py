"""The stack starts in order, notices deaths, survives `kill -9` of any part, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from cli.failures import DataFolderInUse, PartFailed, PortTaken
from cli.parts import Part
from cli.stack import Progress, Stack
from cli.temporal_server import SEARCH_ATTRIBUTES
from config.settings import Settings
from tests.cli.conftest import fails_at
from tests.cli.test_processes import is_alive, wait_until
from workflows import options


def test_start_and_stop(stack: Stack) -> None:
    """Temporal and the sandbox are up before what needs them; everything ends in the opposite order, being asked."""
    seen: list[tuple[Part, Progress]] = []
    stack.on_progress = lambda part, progress: seen.append((part, progress))

    stack.start()
    pids = [stack.pid(part) for part in Part]
    stack.stop()

    programs_started = seen.index((Part.WORKER, Progress.STARTING))
    assert {(Part.TEMPORAL, Progress.READY), (Part.SANDBOX, Progress.READY)} <= set(seen[:programs_started])
    assert [part for part, progress in seen if progress is Progress.STOPPED] == list(reversed(Part))
    assert not any(is_alive(pid) for pid in pids)
    assert all(stack.log_file(part).read_text() == "asked to end\n" for part in Part)


def test_database_is_ready(stack: Stack, settings: Settings) -> None:
    """No part ever meets a database without tables."""
    with stack:
        assert (settings.data_dir / "aftercart.db").stat().st_size > 0


def test_killed_and_restarted(stack: Stack) -> None:
    """After `kill -9` on our own account a part is down and not reported; restarted it is a new process."""
    with stack:
        for part in Part:
            before = stack.pid(part)

            stack.kill(part)
            assert stack.dead() == []
            assert not is_alive(before)

            stack.restart(part)
            assert stack.pid(part) != before


def test_death_is_noticed(stack: Stack) -> None:
    """A part that somebody else killed is reported with how it ended."""
    with stack:
        os.kill(stack.pid(Part.DISPATCH), signal.SIGKILL)

        wait_until(lambda: stack.dead() == [Part.DISPATCH])

        assert stack.obituary(Part.DISPATCH).startswith("dispatch ended with code -9")


def test_part_that_cannot_start(settings: Settings, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """When one part does not start, its reason is shown and the others do not stay behind."""
    fails_at(Part.WORKER, monkeypatch)
    failing = Stack(settings)

    with pytest.raises(PartFailed, match=r"(?s)worker ended with code 1; .*worker\.log:\nno disk"), failing:
        pass

    assert not any(is_alive(failing.pid(part)) for part in (Part.TEMPORAL, Part.SANDBOX))


def test_same_folder_twice(stack: Stack, settings: Settings) -> None:
    """A second stack on the same data is refused, naming the first."""
    with stack, pytest.raises(DataFolderInUse, match=f"process {os.getpid()}.*AFTERCART_DATA_DIR"):
        Stack(settings).start()


def test_folder_after_stop(stack: Stack) -> None:
    """The next run on the same data works."""
    with stack:
        first = stack.pid(Part.API)
    with stack:
        assert stack.pid(Part.API) != first


@pytest.mark.parametrize(
    ("port_of", "setting"),
    [
        ("temporal", "AFTERCART_TEMPORAL__ADDRESS"),
        ("ui", "AFTERCART_TEMPORAL__UI_ADDRESS"),
        ("sandbox", "AFTERCART_SANDBOX__PORT"),
        ("api", "AFTERCART_API__PORT"),
    ],
)
def test_taken_port(stack: Stack, settings: Settings, port_of: str, setting: str) -> None:
    """Before anything is started, a taken port is named together with the setting that moves us."""
    port = {
        "temporal": int(settings.temporal.address.rsplit(":", 1)[1]),
        "ui": int(settings.temporal.ui_address.rsplit(":", 1)[1]),
        "sandbox": settings.sandbox.port,
        "api": settings.api.port,
    }[port_of]

    with socket.create_server(("127.0.0.1", port)), pytest.raises(PortTaken, match=f"Port {port} .*{setting}"):
        stack.start()

    with pytest.raises(LookupError):
        stack.pid(Part.TEMPORAL)


def test_search_attributes_of_the_workflows() -> None:
    """The server knows every attribute that a case sets; an unknown one would stop the case."""
    assert sorted(SEARCH_ATTRIBUTES) == sorted(key.name for key in options.SEARCH_ATTRIBUTES)


def test_children_get_our_settings(stack: Stack, settings: Settings) -> None:
    """A part runs on this data folder whatever the terminal's own variables say."""
    with stack:
        variables = Path(f"/proc/{stack.pid(Part.API)}/environ").read_bytes().split(b"\0")

    assert f"AFTERCART_DATA_DIR={settings.data_dir}".encode() in variables
    assert f"AFTERCART_API__PORT={settings.api.port}".encode() in variables
