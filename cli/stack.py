"""The whole system on one machine: Temporal, sandbox, worker, dispatch and API as child processes of this one.

`aftercart up` runs on it, and so do the walk-through, the end-to-end tests and the crash harness:

    with Stack(settings) as stack:      # starts everything, waits until it is healthy, stops everything
        stack.kill(Part.WORKER)         # kill -9
        stack.restart(Part.WORKER)      # back again, healthy
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from cli.failures import DataFolderInUse, PartFailed
from cli.parts import Part, command_of, is_healthy, wanted_ports
from cli.ports import require_free
from cli.processes import Child
from config.environment import as_environment
from config.keys import make_data_dir
from config.readiness import ready_file
from config.settings import Settings
from records.schema import migrate

# The whole stack took 7 s on two busy cores; whoever needs many times that is not starting at all.
READY_WITHIN = 60.0
POLL_EVERY = 0.05


class Progress(StrEnum):
    """How far a part is."""

    STARTING = "starting"
    READY = "ready"
    STOPPED = "stopped"


# What stands on nothing of ours, and what needs those and the database.
GROUND = (Part.TEMPORAL, Part.SANDBOX)
PROGRAMS = (Part.WORKER, Part.DISPATCH, Part.API)
# Seconds between SIGTERM and SIGKILL; the worker itself gives running activities 20 to end.
GRACE = {Part.WORKER: 25.0}
DEFAULT_GRACE = 10.0


class Stack:
    """The child processes of one data folder; `commands` replaces how a part is started. Not for two threads at once."""

    def __init__(
        self,
        settings: Settings,
        *,
        on_progress: Callable[[Part, Progress], None] = lambda _part, _progress: None,
        commands: Mapping[Part, list[str]] | None = None,
    ) -> None:
        self.settings = settings
        self._commands = commands or {}
        self.on_progress = on_progress
        self._lock: TextIO | None = None
        self._wanted_down: set[Part] = set()
        self._children = {part: self._child(part) for part in Part}

    def __enter__(self) -> Self:
        """Everything runs and is healthy; what was started is stopped again when something fails."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Every part runs and is healthy, on a migrated database.

        Raises DataFolderInUse, PortTaken or PartFailed; call `stop` then, since some parts may run.
        """
        self._take_data_folder()
        for child in self._children.values():
            child.end_leftover()
        for wanted in wanted_ports(self.settings):
            require_free(wanted)
        for part in GROUND:
            self._begin(part)
        migrate(self.settings.database_url.get_secret_value())
        self._await_ready(GROUND)
        for part in PROGRAMS:
            self._begin(part)
        self._await_ready(PROGRAMS)

    def stop(self, *, at_once: bool = False) -> None:
        """Nothing of ours runs any more: each part was asked to end, the last one started first, or killed `at_once`."""
        for part in reversed(Part):
            if self._children[part].pid is not None:
                self._wanted_down.add(part)
                self._children[part].stop(grace=0 if at_once else GRACE.get(part, DEFAULT_GRACE))
                self.on_progress(part, Progress.STOPPED)
        if self._lock:
            self._lock.close()
            self._lock = None

    def kill(self, part: Part) -> None:
        """The part has died by `kill -9`; it stays down until `restart`."""
        self._wanted_down.add(part)
        self._children[part].kill()
        self.on_progress(part, Progress.STOPPED)

    def restart(self, part: Part) -> None:
        """The part runs anew and is healthy; it is stopped first if it runs. Raises PartFailed."""
        self._children[part].stop(grace=GRACE.get(part, DEFAULT_GRACE))
        self._begin(part)
        self._await_ready([part])

    def dead(self) -> list[Part]:
        """The parts that ended although nobody asked them to."""
        return [
            part
            for part, child in self._children.items()
            if part not in self._wanted_down and child.exit_code is not None
        ]

    @property
    def is_begun(self) -> bool:
        """Whether any part was started yet, so that there is something to stop."""
        return any(child.pid is not None for child in self._children.values())

    def pid(self, part: Part) -> int:
        """Process id of a part that runs."""
        pid = self._children[part].pid
        if pid is None:
            raise LookupError(f"{part} was not started")
        return pid

    def log_file(self, part: Part) -> Path:
        """Where the output of a part goes."""
        return self.settings.data_dir / "logs" / f"{part}.log"

    def obituary(self, part: Part) -> str:
        """How a part ended, with the last lines that it wrote."""
        child = self._children[part]
        return (
            f"{part} ended with code {child.exit_code}; its last lines in {self.log_file(part)}:\n{child.last_lines()}"
        )

    def _child(self, part: Part) -> Child:
        return Child(
            part,
            self._commands.get(part) or command_of(part, self.settings),
            environment={**os.environ, **as_environment(self.settings), "PYTHONUNBUFFERED": "1"},
            log=self.log_file(part),
            pid_file=self.settings.data_dir / "run" / f"{part}.pid",
        )

    def _begin(self, part: Part) -> None:
        self._wanted_down.discard(part)
        ready_file(self.settings, part).unlink(missing_ok=True)
        self._children[part].start()
        self.on_progress(part, Progress.STARTING)

    def _await_ready(self, parts: Iterable[Part]) -> None:
        waiting = list(parts)
        give_up_at = time.monotonic() + READY_WITHIN
        while waiting:
            for part in list(waiting):
                if not self._children[part].is_running:
                    raise PartFailed(self.obituary(part))
                if is_healthy(part, self.settings, pid=self.pid(part)):
                    waiting.remove(part)
                    self.on_progress(part, Progress.READY)
            if time.monotonic() > give_up_at:
                tail = self._children[waiting[0]].last_lines()
                raise PartFailed(f"{waiting[0]} is not ready after {READY_WITHIN:.0f} s; its last lines:\n{tail}")
            time.sleep(POLL_EVERY)

    def _take_data_folder(self) -> None:
        path = self.settings.data_dir / "run" / "stack.lock"
        make_data_dir(self.settings.data_dir)
        path.parent.mkdir(exist_ok=True)
        lock = path.open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read() or "unknown"
            lock.close()
            raise DataFolderInUse(
                f"The data folder {self.settings.data_dir} is in use by process {owner}, another Aftercart. "
                "Stop that one, or set AFTERCART_DATA_DIR to another folder."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
