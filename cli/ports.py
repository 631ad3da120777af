"""Which ports are free, and a sentence that helps when one is not."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass

from cli.failures import PortTaken


@dataclass(frozen=True)
class WantedPort:
    """A port that a part of the stack listens on; `setting` is the variable that changes it."""

    host: str
    port: int
    part: str
    setting: str


def require_free(wanted: WantedPort) -> None:
    """Nothing listens on that port now; raises PortTaken otherwise."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still closing counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((wanted.host, wanted.port))
        except OSError as error:
            raise PortTaken(
                f"Port {wanted.port} on {wanted.host} cannot be used ({error.strerror}), and {wanted.part} needs it. "
                f"Stop what listens there, or set {wanted.setting} to another port."
            ) from None


def free_ports(count: int) -> list[int]:
    """As many ports of 127.0.0.1, each free at this moment."""
    with ExitStack() as sockets:
        probes = [sockets.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def accepts_connections(host: str, port: int) -> bool:
    """Whether a server answers there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
