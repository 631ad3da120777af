"""The parts of the stack: their names, commands, ports and what it means that one is ready."""

from __future__ import annotations

import urllib.error
import urllib.request
from enum import StrEnum

from cli.ports import WantedPort
from cli.processes import PROJECT, python
from cli.temporal_server import frontend, is_serving, server_command, ui_port
from config.readiness import is_ready
from config.settings import Settings


class Part(StrEnum):
    """A process of the stack, in the order of starting; they stop in the opposite order."""

    TEMPORAL = "temporal"
    SANDBOX = "sandbox"
    WORKER = "worker"
    DISPATCH = "dispatch"
    API = "api"


def command_of(part: Part, settings: Settings) -> list[str]:
    """The command line of a part. Ours read their settings from the environment."""
    match part:
        case Part.TEMPORAL:
            return server_command(settings)
        case Part.SANDBOX:
            port, file = str(settings.sandbox.port), str(settings.data_dir / "sandbox.db")
            return python("-m", "sandbox", "--port", port, "--data", file)
        case Part.WORKER:
            return python(str(PROJECT / "worker.py"))
        case Part.DISPATCH | Part.API:
            return python("-m", part.value)


def wanted_ports(settings: Settings) -> list[WantedPort]:
    """Every port that some part listens on."""
    host, port = frontend(settings)
    api, sandbox = settings.api, settings.sandbox
    return [
        WantedPort(host=host, port=port, part="the Temporal server", setting="AFTERCART_TEMPORAL__ADDRESS"),
        WantedPort(
            host=host, port=ui_port(settings), part="the Temporal web UI", setting="AFTERCART_TEMPORAL__UI_ADDRESS"
        ),
        WantedPort(host=sandbox.host, port=sandbox.port, part="the sandbox", setting="AFTERCART_SANDBOX__PORT"),
        WantedPort(host=api.host, port=api.port, part="the API", setting="AFTERCART_API__PORT"),
    ]


def is_healthy(part: Part, settings: Settings, *, pid: int) -> bool:
    """Whether the part, running as process `pid`, does its work."""
    match part:
        case Part.TEMPORAL:
            return is_serving(settings)
        case Part.SANDBOX:
            return _answers(f"{settings.sandbox.address}/healthz")
        case Part.API:
            return _answers(f"{settings.api.address}/readyz")
        case Part.WORKER | Part.DISPATCH:
            return is_ready(settings, part, pid=pid)


def _answers(url: str) -> bool:
    # Addresses of this machine: no proxy of the environment may come between.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
