"""Two workers, of which one is killed whenever a return has come to the boundary at which it should be."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from cli.parts import Part, is_healthy
from cli.processes import Child, python
from cli.stack import READY_WITHIN, Stack
from config.environment import as_environment
from tests.crash.gate import Gate, Hold, Point

WORKER = python("-m", "tests.faults.worker")
LOOK_EVERY_SECONDS = 0.1
# Others may be about to arrive, and one death serves them all.
WAIT_FOR_OTHERS_SECONDS = 1.0
GRACE_SECONDS = 25.0


class Crew:
    """The worker of the stack and a second one; never both are dead."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        folder = stack.settings.data_dir
        self._second = Child(
            "second worker",
            WORKER,
            environment={**os.environ, **as_environment(stack.settings), "PYTHONUNBUFFERED": "1"},
            log=folder / "logs" / "second-worker.log",
            pid_file=folder / "run" / "second-worker.pid",
        )
        self.deaths = 0

    def start_second(self) -> None:
        """It runs and takes work."""
        self._second.start()
        give_up = time.monotonic() + READY_WITHIN
        while not is_healthy(Part.WORKER, self._stack.settings, pid=self._second.pid or 0):
            if time.monotonic() > give_up or not self._second.is_running:
                raise RuntimeError(f"the second worker does not start: {self._second.last_lines()}")
            time.sleep(LOOK_EVERY_SECONDS)

    def stop_second(self) -> None:
        """It has ended."""
        self._second.stop(grace=GRACE_SECONDS)

    def replace(self, victim: str, holds: list[Hold]) -> None:
        """The worker of that process id died with what it held, and a new one works in its place."""
        self.deaths += 1
        is_first = victim == str(self._stack.pid(Part.WORKER))
        if is_first:
            self._stack.kill(Part.WORKER)
        else:
            self._second.kill()
        for hold in holds:
            hold.released.set()
        if is_first:
            self._stack.restart(Part.WORKER)
        else:
            self.start_second()


class Killer:
    """Watches the gate; `killed` are the boundaries at which a worker died."""

    def __init__(self, crew: Crew, gate: Gate) -> None:
        self._crew = crew
        self._gate = gate
        self._stopped = threading.Event()
        self.killed: list[Point] = []
        self.problem = ""

    def run(self) -> None:
        """Kills until it is told to stop; whatever goes wrong is the run's problem."""
        try:
            while not self._stopped.wait(LOOK_EVERY_SECONDS):
                if self._reached():
                    self._stopped.wait(WAIT_FOR_OTHERS_SECONDS)
                    self._kill_one()
        except Exception as failure:  # noqa: BLE001 - edge of a thread: the run must end with this as its result
            self.problem = f"the killer of workers failed: {failure!r}"

    def stop(self) -> None:
        """Nobody else is killed."""
        self._stopped.set()

    def _kill_one(self) -> None:
        """The worker that holds most."""
        reached = self._reached()
        holders = [hold.by for hold in reached]
        victim = max(sorted(set(holders)), key=holders.count)
        dying = [hold for hold in reached if hold.by == victim]
        self._crew.replace(victim, dying)
        self.killed += [hold.point for hold in dying]

    def _reached(self) -> list[Hold]:
        holds = list(self._gate.holds.values())
        return [hold for hold in holds if hold.reached.is_set() and not hold.released.is_set()]


@contextmanager
def killing(crew: Crew, gate: Gate) -> Iterator[Killer]:
    """The killer is at work; at the end everything that is still held goes on."""
    killer = Killer(crew, gate)
    thread = threading.Thread(target=killer.run, daemon=True)
    thread.start()
    try:
        yield killer
    finally:
        killer.stop()
        thread.join()
        for hold in gate.holds.values():
            hold.released.set()
