"""A provider that forgets idempotency keys within seconds instead of days, so that no answer may rest on them alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2

from tests.faults.control import Control

EVERY_SECONDS = 1.0


@dataclass
class Forgetful:
    """How many keys the provider has forgotten so far."""

    keys: int = 0


@contextmanager
def forgetting(control: Control) -> Iterator[Forgetful]:
    """Every second all keys are forgotten, until this ends."""
    found, over = Forgetful(), threading.Event()

    def forget() -> None:
        while not over.wait(EVERY_SECONDS):
            try:
                found.keys += control.forget_keys()
            except httpx2.HTTPError:
                # The sandbox is struck by a fault of the plan; a second later it forgets again.
                continue

    thread = threading.Thread(target=forget, name="forgetting", daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
