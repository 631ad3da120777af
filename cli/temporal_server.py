"""The Temporal development server: how it is started, and when it is ready for our cases."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from cli.failures import NoTemporalBinary
from cli.ports import accepts_connections
from config.keys import codec_token
from config.settings import Settings

# Defined once more, as typed keys, where the workflows set them; a test holds both lists together.
SEARCH_ATTRIBUTES = ("AftercartRma", "AftercartOrder", "AftercartMerchant", "AftercartState", "AftercartWaitingFor")
# A return may wait 60 days and its id must stay taken while it can be asked for; the server's own default is one day.
RETENTION = "90d"
# Without these a file costs the server two thirds of its speed.
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")


def temporal_binary(settings: Settings) -> str:
    """The program: what TEMPORAL_CLI names, else the one installed beside our interpreter, else the one on the path."""
    if settings.temporal_cli:
        found = shutil.which(settings.temporal_cli)
        if not found:
            raise NoTemporalBinary(f"TEMPORAL_CLI names {settings.temporal_cli}, which is no program.")
        return found
    beside_us = shutil.which("temporal", path=str(Path(sys.executable).parent))
    found = beside_us or shutil.which("temporal")
    if not found:
        raise NoTemporalBinary("No program `temporal` found. Run `make install`, or set TEMPORAL_CLI to one.")
    return found


def frontend(settings: Settings) -> tuple[str, int]:
    """Interface and port of the server; the server wants numbers, so a name for this machine becomes one."""
    host, port = settings.temporal.address.rsplit(":", 1)
    return ("127.0.0.1" if host == "localhost" else host), int(port)


def ui_port(settings: Settings) -> int:
    """Port of the web UI."""
    return urlsplit(settings.temporal.ui_address).port or 80


def server_command(settings: Settings) -> list[str]:
    """The command line of a development server that keeps its cases in the data folder."""
    host, port = frontend(settings)
    command = [temporal_binary(settings), "server", "start-dev", "--ip", host, "--port", str(port)]
    command += ["--ui-port", str(ui_port(settings)), "--ui-disable-news-fetch"]
    command += ["--ui-codec-endpoint", f"{settings.api.address}/codec/{codec_token(settings)}"]
    command += ["--db-filename", str(settings.data_dir / "temporal.db")]
    command += ["--namespace", settings.temporal.namespace]
    command += ["--log-level", "debug" if settings.log.level == "DEBUG" else "warn"]
    for pragma in PRAGMAS:
        command += ["--sqlite-pragma", pragma]
    for attribute in SEARCH_ATTRIBUTES:
        command += ["--search-attribute", f"{attribute}=Keyword"]
    return command


def is_serving(settings: Settings) -> bool:
    """Whether the server answers for our namespace; sets how long the namespace keeps closed cases on the way.

    That setting is itself the question: it succeeds once frontend, history and database work together.
    """
    if not accepts_connections(*frontend(settings)):
        return False
    update = [temporal_binary(settings), "operator", "namespace", "update", "--address", settings.temporal.address]
    update += ["--namespace", settings.temporal.namespace, "--retention", RETENTION]
    return subprocess.run(update, capture_output=True, check=False, timeout=10).returncode == 0
