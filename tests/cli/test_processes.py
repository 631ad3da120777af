"""A child process ends when it is told to, with all that it started, and says why when it ends by itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.processes import Child, python

FOREVER = "import time; print('up', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {FOREVER}"
WITH_A_CHILD_OF_ITS_OWN = (
    f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {FOREVER!r}]).pid, flush=True); {FOREVER}"
)

Run = Callable[[str], Child]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Runs a line of Python as a child."""
    children: list[Child] = []

    def _run(program: str) -> Child:
        child = Child(
            "test",
            python("-c", program),
            environment=dict(os.environ),
            log=tmp_path / "logs" / "test.log",
            pid_file=tmp_path / "run" / "test.pid",
        )
        child.start()
        children.append(child)
        return child

    yield _run
    for child in children:
        child.kill()


def wait_for_line(child: Child, line: str) -> None:
    """The child has written that line."""
    wait_until(lambda: line in child.last_lines().splitlines())


def wait_until(holds: Callable[[], bool]) -> None:
    """The condition holds; a minute is plenty for a small program to start or end."""
    give_up_at = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended but was not yet collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_stop(run: Run) -> None:
    """Asked to end, it ends by that request."""
    child = run(FOREVER)
    wait_for_line(child, "up")

    child.stop(grace=30)

    assert child.exit_code == -15
    assert not child.is_running


def test_deaf(run: Run) -> None:
    """What does not listen to the request is killed after its grace."""
    child = run(DEAF)
    wait_for_line(child, "up")

    child.stop(grace=0.1)

    assert child.exit_code == -9


def test_descendants(run: Run) -> None:
    """Nothing that the child started stays behind."""
    child = run(WITH_A_CHILD_OF_ITS_OWN)
    wait_for_line(child, "up")
    descendant = int(child.last_lines().splitlines()[0])

    child.kill()

    wait_until(lambda: not is_alive(descendant))


def test_last_words(run: Run) -> None:
    """Of a child that failed, the end of what it wrote is at hand, not what an earlier run wrote."""
    run("print('an earlier run')").stop(grace=30)
    child = run("raise SystemExit('no database')")

    wait_until(lambda: not child.is_running)

    assert child.exit_code == 1
    assert child.last_lines() == "no database"


def test_again(run: Run) -> None:
    """After its end it can be started again."""
    child = run(FOREVER)
    first = child.pid
    child.kill()

    child.start()

    assert child.is_running
    assert child.pid != first


def test_leftover(run: Run, tmp_path: Path) -> None:
    """What a killed run left running is ended by the next run on the same folder."""
    left = run(FOREVER)
    pid = left.pid
    assert pid is not None

    Child("test", [], environment={}, log=tmp_path / "log", pid_file=tmp_path / "run" / "test.pid").end_leftover()

    wait_until(lambda: not is_alive(pid))


def test_somebody_else(run: Run, tmp_path: Path) -> None:
    """A process that merely got the same number since then is left alone."""
    other = run(FOREVER)
    pid_file = tmp_path / "run" / "test.pid"
    pid_file.write_text(f"{other.pid}\n12345")

    Child("test", [], environment={}, log=tmp_path / "log", pid_file=pid_file).end_leftover()

    time.sleep(0.2)
    assert other.is_running
    assert not pid_file.exists()
