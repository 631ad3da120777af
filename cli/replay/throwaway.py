"""A stack of its own for one replay: a fresh data folder, free ports, nothing of the environment's settings."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.ports import free_ports
from config.environment import variables
from config.settings import Settings, load_settings

KEPT_FROM_ENVIRONMENT = {"TEMPORAL_CLI"}
# One machine plays everybody: no key of it may be held back.
NO_RATE_LIMIT = "1000000/minute"


@contextmanager
def throwaway_settings() -> Iterator[tuple[Settings, Callable[[], None]]]:
    """Settings on a fresh data folder, and a function that keeps the folder; it also stays after an error."""
    # Another database or a real provider's key in the environment is not meant for made-up payments.
    for variable in variables():
        if variable.name not in KEPT_FROM_ENVIRONMENT:
            os.environ.pop(variable.name, None)
    folder = Path(tempfile.mkdtemp(prefix="aftercart-replay-"))
    temporal, ui, api, sandbox = free_ports(4)
    kept: list[bool] = []
    yield (
        load_settings(
            data_dir=folder,
            temporal={"address": f"127.0.0.1:{temporal}", "ui_address": f"http://127.0.0.1:{ui}"},
            api={"port": api, "rate_limit": NO_RATE_LIMIT},
            sandbox={"port": sandbox},
        ),
        lambda: kept.append(True),
    )
    if not kept:
        shutil.rmtree(folder)
