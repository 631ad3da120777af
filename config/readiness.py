"""How a process without a port says that it is ready: a file in the data folder that holds its process id."""

from __future__ import annotations

import os
from pathlib import Path

from config.settings import Settings


def ready_file(settings: Settings, process: str) -> Path:
    """Where `process` (worker, dispatch) says that it is ready."""
    return settings.data_dir / "run" / f"{process}.ready"


def say_ready(settings: Settings, process: str) -> None:
    """Whoever waits for `process` now knows that it does its work; call it once, when it really does."""
    path = ready_file(settings, process)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(str(os.getpid()))
    draft.replace(path)


def is_ready(settings: Settings, process: str, *, pid: int) -> bool:
    """Whether the process with this id, and not an earlier one, has said that it is ready."""
    path = ready_file(settings, process)
    return path.exists() and path.read_text() == str(pid)
