"""The listening socket, and open connections by client, so that one can be dropped without an answer."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class DroppableConnection(H11Protocol):
    """An HTTP connection that `abort` finds: ASGI itself knows no way to hang up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gone = asyncio.Event()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the parent does
        super().connection_made(transport)
        if self.client is not None:
            _open[self.client] = self

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            _open.pop(self.client, None)
        self.gone.set()
        super().connection_lost(exc)


_open: dict[tuple[str, int], DroppableConnection] = {}


async def abort(client: tuple[str, int]) -> None:
    """The client sees a reset connection; returns when the server has noticed that it is gone."""
    connection = _open.get(client)
    if connection is not None:
        connection.transport.abort()
        await connection.gone.wait()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError when the port is taken."""
    # Only for a socket that names its protocol does asyncio switch Nagle's algorithm off; with it, each answer on a
    # connection that is kept open waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # A restart right after kill -9 must not wait for the old connections to time out.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
