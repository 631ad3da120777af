"""What goes into credit accounts and what comes out, beside the movements of `domain.credits`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.cases import Actor
from domain.credits import CreditAccount, CreditLot
from domain.money import Money
from records.models import Record


class CreditBalance(Record):
    """What a credit account holds in one currency, in minor units; `lots` are what can be spent, soonest to expire first."""

    currency: str
    issued_minor: int
    spent_minor: int
    expired_minor: int
    lots: tuple[CreditLot, ...] = ()

    @property
    def available_minor(self) -> int:
        """What can be spent now."""
        return sum(lot.left_minor for lot in self.lots)


class CreditSpend(Record):
    """A purchase that is paid from an account. `key` is the storefront's own, and names the spend for ever."""

    merchant: str
    account: CreditAccount
    key: str
    amount: Money
    actor: Actor
    at: datetime
    order_id: str = ""
    note: str = ""


class SpendOutcome(StrEnum):
    """What became of a spend; the last two say why nothing was taken."""

    SPENT = "spent"
    KNOWN = "known"
    KEY_REUSED = "key_reused"
    TOO_LITTLE = "too_little"


class SpendReceipt(Record):
    """The answer to a spend, and what the account holds after it in its currency."""

    outcome: SpendOutcome
    left_minor: int
