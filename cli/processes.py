"""One child process in a process group of its own, with its output in a log file."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LAST_LINES = 15
# Of /proc/PID/stat, counted from the field after the command; see proc(5).
STARTTIME = 19


class Child:
    """A program that runs beside us until it is told to stop; it can be started again after it ended."""

    def __init__(
        self, name: str, command: list[str], *, environment: dict[str, str], log: Path, pid_file: Path
    ) -> None:
        self.name = name
        self.command = command
        self._environment = environment
        self._log = log
        self._pid_file = pid_file
        self._process: subprocess.Popen[bytes] | None = None
        self._log_began_at = 0

    @property
    def pid(self) -> int | None:
        """Its process id, None before its first start."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended; negative for a signal, None while it runs."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """It runs. Its group is its own, so that Ctrl-C reaches us alone and we can end it in the right order."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._pid_file.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._log_began_at = log.tell()
            self._process = subprocess.Popen(
                self.command,
                cwd=PROJECT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        self._pid_file.write_text(f"{self._process.pid}\n{_birth_of(self._process.pid)}")

    def stop(self, *, grace: float) -> None:
        """It has ended: asked by SIGTERM first, killed with its whole group after `grace` seconds."""
        if self._process is None:
            return
        if self.is_running:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace)
        self.kill()

    def kill(self) -> None:
        """It has ended at once, without a chance to clean up, and everything that it started with it."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._pid_file.unlink(missing_ok=True)

    def last_lines(self) -> str:
        """The end of what it wrote since its last start."""
        if not self._log.exists():
            return ""
        with self._log.open("rb") as log:
            log.seek(self._log_began_at)
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])

    def end_leftover(self) -> None:
        """A process that an earlier run left behind (it was itself killed) has ended.

        Ends nothing but the very process that run noted: same id and same time of birth.
        """
        try:
            pid, birth = self._pid_file.read_text().split("\n")
        except (FileNotFoundError, ValueError):
            return
        if birth and _birth_of(int(pid)) == birth:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(int(pid), signal.SIGKILL)
        self._pid_file.unlink(missing_ok=True)


def python(*arguments: str) -> list[str]:
    """The command that runs the interpreter of this installation."""
    return [sys.executable, *arguments]


def _birth_of(pid: int) -> str:
    """When the process began, in ticks since the machine did; empty where the system does not tell (no /proc).

    Then nothing counts as a leftover of ours, and a port that a leftover holds is reported as taken.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return fields[STARTTIME]
