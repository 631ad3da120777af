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
    """How long one try may take, how soon its death is noticed, and how often it is tried."""

    timeout: timedelta
    retries: RetryPolicy
    heartbeat: timedelta | None = None


# A step is one short transaction; when its worker is killed the next try begins after this long. Never given up: an
# outage of the database delays a case, it does not end it.
STEP = Effort(
    timeout=timedelta(seconds=15),
    retries=RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30)),
)

# The longest provider call is a label: four requests of at most 25 s. A carrier has no idempotency keys, so no second
# try may begin while a first may still run; that is why the time-out is longer than any call, and the death of a worker
# is noticed by its missing heartbeat. Never given up: a provider that is down for a day is asked every five minutes.
PROVIDER = Effort(
    timeout=timedelta(minutes=2),
    heartbeat=timedelta(seconds=10),
    retries=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5)),
)

# How long the storefront waits for a label before it is told "label follows".
LABEL_PATIENCE = timedelta(seconds=3)
