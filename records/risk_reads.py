"""What screens ask about the accounts of a shop: one customer's history, and who is on which list."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection

from domain.returns.risks import ReturnStake
from domain.risk.models import Listing, ListKind, RiskHistory
from records import policies, risk
from records.models import Record

MOST_RETURNS = 50


class AccountReturn(Record):
    """One return of the account, and what it counts for."""

    rma: str
    stake: ReturnStake


class AccountOnRecord(Record):
    """What is on record about an account: a history for each currency it bought in, its newest returns, its lists."""

    account: str
    histories: tuple[RiskHistory, ...]
    returns: tuple[AccountReturn, ...]
    listings: tuple[Listing, ...]


class RiskReads:
    """Questions about accounts, over connections that cannot write."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def account(self, merchant: str, account: str, *, at: datetime) -> AccountOnRecord:
        """The account, by the windows of the policy in force; empty for one that nothing is known of.

        Raises UnknownPolicy.
        """
        with self._reading() as connection:
            rules = policies.load_policy(connection, merchant).policy.abuse
            currencies = risk.currencies_of(connection, merchant, account)
            return AccountOnRecord(
                account=account,
                histories=tuple(
                    risk.account_history(connection, merchant, account, currency, rules, at=at)
                    for currency in currencies
                ),
                returns=tuple(
                    AccountReturn(rma=rma, stake=stake)
                    for rma, stake in risk.stakes_of(connection, merchant, account, limit=MOST_RETURNS)
                ),
                listings=risk.listings_of(connection, merchant, account, at=at),
            )

    def listings(
        self, merchant: str, *, kind: ListKind | None = None, account: str | None = None, limit: int = 200
    ) -> list[Listing]:
        """The entries on the shop's lists, newest first, ended ones too."""
        with self._reading() as connection:
            return risk.list_listings(connection, merchant, kind=kind, account=account, limit=limit)
