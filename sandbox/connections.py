"""Open connections by the address of their client, so that one can be dropped without an answer."""

from __future__ import annotations

import asyncio
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
