"""The policies of merchants with what they were used for: versions, and the requests of the past to try others on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.orders import Order
from domain.policies import Policy
from domain.policies.versions import Activation, PolicyRecord, VersionRefusal
from domain.returns.case import ReturnCase
from records.past_requests import count_requests, next_requests
from records.policies import activate_policy, list_policies, load_record, stage_policy


class PolicyBook:
    """Questions about policies over time. Every method raises Unavailable without a database."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        until_kept: Callable[[Callable[[Connection], Any]], Any],
    ) -> None:
        self._reading, self._until_kept = reading, until_kept

    def versions(self, merchant: str) -> Sequence[PolicyRecord]:
        """Every version of the merchant, newest first."""
        with self._reading() as connection:
            return list_policies(connection, merchant)

    def version(self, merchant: str, version: int) -> PolicyRecord:
        """That version with its past. Raises UnknownPolicyVersion."""
        with self._reading() as connection:
            return load_record(connection, merchant, version)

    def stage(
        self, merchant: str, policy: Policy, *, staged_by: str, effective_from: datetime, note: str = ""
    ) -> tuple[PolicyRecord, bool]:
        """The policy is on record and nothing is judged by it; False when the newest version was the same document."""
        kept: tuple[PolicyRecord, bool] = self._until_kept(
            lambda connection: stage_policy(
                connection, merchant, policy, staged_by=staged_by, effective_from=effective_from, note=note
            )
        )
        return kept

    def activate(self, merchant: str, version: int, wish: Activation) -> tuple[PolicyRecord, VersionRefusal | None]:
        """The version is in force from the wished moment on, or why not. Raises UnknownPolicyVersion."""
        done: tuple[PolicyRecord, VersionRefusal | None] = self._until_kept(
            lambda connection: activate_policy(connection, merchant, version, wish=wish)
        )
        return done

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
