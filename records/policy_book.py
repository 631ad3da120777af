"""The policies of merchants with what they were used for: versions, and the requests of the past to try others on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection

from domain.orders import Order
from domain.returns.case import ReturnCase
from records.past_requests import count_requests, next_requests


class PolicyBook:
    """Questions about policies over time. Every method raises Unavailable without a database."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def count_requests(self, merchant: str, since: datetime) -> int:
        """How many requests `past_requests` will go through."""
        with self._reading() as connection:
            return count_requests(connection, merchant, since)

    def past_requests(self, merchant: str, since: datetime) -> Iterator[list[tuple[ReturnCase, Order]]]:
        """The merchant's return requests from that moment on, oldest first, in batches, each with its order as it was."""
        last: ReturnCase | None = None
        while True:
            with self._reading() as connection:
                found = next_requests(connection, merchant, since, after=last)
            if not found:
                return
            yield found
            last = found[-1][0]
