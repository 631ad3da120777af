"""Every night: does the ledger say what the payment provider lists?

Nothing is mended here: each difference needs a person, whom `aftercart doctor` and the log tell of it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from dispatch.loops import Turn
from domain.ports import Clock, PaymentStatements
from domain.statements import LedgerDifference, compare
from records.database import SqlRecords

log = structlog.get_logger()

# An answer or a webhook takes seconds, and is asked for again within minutes.
ON_ITS_WAY = timedelta(minutes=10)
NAMED_AT_MOST = 3


@dataclass(frozen=True)
class LedgerCheck:
    """One turn compares everything, both ways."""

    records: SqlRecords
    statements: PaymentStatements
    clock: Clock
    on_its_way: timedelta = ON_ITS_WAY

    async def turn(self) -> Turn:
        """What differs, for an operator. Raises Unavailable when the database or the provider does not answer."""
        found = await asyncio.to_thread(self.differences)
        for each in found:
            log.error("ledger.differs", kind=str(each.kind), merchant=each.merchant, rma=each.rma, payout=each.payout)
        log.info("ledger.reconciled", differences=len(found))
        return Turn(handled=0, problem=_name(found))

    def differences(self, *, since: datetime | None = None) -> tuple[LedgerDifference, ...]:
        """Every difference. The provider is asked first, so that what is made meanwhile is not missed in the ledger."""
        statement = self.statements.statement(since=since)
        books, settled_before = self.records.reads.money.books(), self.clock.now() - self.on_its_way
        return compare(statement, books, settled_before=settled_before, since=since)


def _name(found: tuple[LedgerDifference, ...]) -> str:
    if not found:
        return ""
    named = "; ".join(each.detail for each in found[:NAMED_AT_MOST])
    more = " ..." if len(found) > NAMED_AT_MOST else ""
    return f"{len(found)} differences from the provider: {named}{more}"
