"""A taken port is said to be taken, by name, with the way out."""

from __future__ import annotations

import socket

import pytest

from cli.failures import PortTaken
from cli.ports import WantedPort, accepts_connections, free_ports, require_free


def test_taken() -> None:
    """Whoever has another program on the port reads which one of ours needs it and which variable moves it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(PortTaken) as error:
            require_free(WantedPort(host="127.0.0.1", port=port, part="the API", setting="AFTERCART_API__PORT"))

    assert str(error.value) == (
        f"Port {port} on 127.0.0.1 cannot be used (Address already in use), and the API needs it. "
        "Stop what listens there, or set AFTERCART_API__PORT to another port."
    )


def test_free() -> None:
    """Ports that are given out as free can be used, and no two are the same."""
    ports = free_ports(5)

    for port in ports:
        require_free(WantedPort(host="127.0.0.1", port=port, part="a test", setting="NONE"))
    assert len(set(ports)) == 5


def test_who_answers() -> None:
    """A server that listens is told from one that does not."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert accepts_connections("127.0.0.1", port)

    assert not accepts_connections("127.0.0.1", port)
