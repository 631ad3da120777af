"""The connection to Temporal, the same for worker, API, dispatch and command line: encrypted, Pydantic-aware."""

from __future__ import annotations

from temporalio.client import Client

from adapters.encryption import data_converter
from config.settings import Settings


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """A client of the namespace; a lazy one connects at its first call, so its owner can start while Temporal is down.

    Raises RuntimeError when the server cannot be reached and the client is not lazy.
    """
    return await Client.connect(
        settings.temporal.address,
        namespace=settings.temporal.namespace,
        data_converter=data_converter(settings),
        lazy=lazy,
    )
