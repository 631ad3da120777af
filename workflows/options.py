"""Timeouts and retries by name; every workflow takes them from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from temporalio.common import RetryPolicy, SearchAttributeKey

RMA = SearchAttributeKey.for_keyword("AftercartRma")
ORDER = SearchAttributeKey.for_keyword("AftercartOrder")
MERCHANT = SearchAttributeKey.for_keyword("AftercartMerchant")
STATE = SearchAttributeKey.for_keyword("AftercartState")
WAITING_FOR = SearchAttributeKey.for_keyword("AftercartWaitingFor")

SEARCH_ATTRIBUTES = [RMA, ORDER, MERCHANT, STATE, WAITING_FOR]


@dataclass(frozen=True)
class Effort:
    """How long one try may take and how often it is tried."""

    timeout: timedelta
    retries: RetryPolicy


# A step is one short transaction; when its worker is killed the next try begins after this long. Never given up: an
# outage of the database delays a case, it does not end it.
STEP = Effort(
    timeout=timedelta(seconds=15),
    retries=RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30)),
)

# A provider call takes 10 s at most (connect and read time-outs of the adapters) and two transactions. Never given up
# either: a provider that is down for a day is asked every five minutes.
PROVIDER = Effort(
    timeout=timedelta(seconds=30),
    retries=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5)),
)

# While a storefront waits for the label: what takes longer becomes "label follows".
FIRST_TRY = Effort(timeout=timedelta(seconds=5), retries=RetryPolicy(maximum_attempts=1))
