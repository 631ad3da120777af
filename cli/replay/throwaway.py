"""A stack of its own for one run: a fresh data folder, free ports, nothing of the environment's settings."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from cli.ports import free_ports
from config.environment import variables
from config.settings import Settings, load_settings

KEPT_FROM_ENVIRONMENT = {"TEMPORAL_CLI"}
# One machine plays everybody: no key of it may be held back.
NO_RATE_LIMIT = "1000000/minute"


@contextmanager
def throwaway_settings(console: Console, *, name: str = "replay") -> Iterator[tuple[Settings, Callable[[], None]]]:
    """Settings on a fresh data folder, and a function that keeps it; it also stays after an error, and is named then."""
    # Another database or a real provider's key in the environment is not meant for made-up payments.
    for variable in variables():
        if variable.name not in KEPT_FROM_ENVIRONMENT:
            os.environ.pop(variable.name, None)
    folder = Path(tempfile.mkdtemp(prefix=f"aftercart-{name}-"))
    kept: list[bool] = []
    try:
        yield _settings(folder), lambda: kept.append(True)
    except Exception:
        kept.append(True)
        raise
    finally:
        if kept:
            console.print(f"Databases and logs of this run: {folder}", soft_wrap=True)
        else:
            shutil.rmtree(folder)


def _settings(folder: Path) -> Settings:
    temporal, ui, api, sandbox = free_ports(4)
    return load_settings(
        data_dir=folder,
        temporal={"address": f"127.0.0.1:{temporal}", "ui_address": f"http://127.0.0.1:{ui}"},
        api={"port": api, "rate_limit": NO_RATE_LIMIT},
        sandbox={"port": sandbox},
    )
