"""A moment with Temporal, for commands: connect, ask, and be gone before the interpreter ends."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from cli.failures import CommandFailed
from config.settings import Settings

if TYPE_CHECKING:
    from temporalio.client import Client

Answer = TypeVar("Answer")


class NoTemporal(CommandFailed):
    """The Temporal server cannot be reached, or did not answer."""


def ask_temporal(settings: Settings, question: Callable[[Client], Awaitable[Answer]]) -> Answer:
    """What the question answers, given a client of our namespace. Raises NoTemporal."""
    from temporalio.service import RPCError

    try:
        return asyncio.run(_ask(settings, question))
    except RPCError as error:
        raise NoTemporal(f"Temporal at {settings.temporal.address} answered: {error}") from None
    finally:
        # A client that is still there when the interpreter ends may crash it (sdk-python#300).
        gc.collect()


async def _ask(settings: Settings, question: Callable[[Client], Awaitable[Answer]]) -> Answer:
    from adapters.temporal import connect

    try:
        client = await connect(settings)
    except RuntimeError:
        raise NoTemporal(f"Temporal cannot be reached at {settings.temporal.address}.") from None
    return await question(client)
