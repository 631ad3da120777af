"""Timeouts and retries by name; every workflow takes them from here."""

from __future__ import annotations

from datetime import timedelta

from temporalio.common import RetryPolicy, SearchAttributeKey

RMA = SearchAttributeKey.for_keyword("AftercartRma")
ORDER = SearchAttributeKey.for_keyword("AftercartOrder")
MERCHANT = SearchAttributeKey.for_keyword("AftercartMerchant")
STATE = SearchAttributeKey.for_keyword("AftercartState")
WAITING_FOR = SearchAttributeKey.for_keyword("AftercartWaitingFor")

# A step is one short transaction. When its worker is killed the next try begins after this long.
STEP_TIMEOUT = timedelta(seconds=15)

# A provider call: connect and read time-outs of the adapters (10 s in all) plus two transactions.
PROVIDER_TIMEOUT = timedelta(seconds=30)

# Never given up: an outage of the database delays a case, it does not end it.
STEP_RETRIES = RetryPolicy(
    initial_interval=timedelta(milliseconds=500), backoff_coefficient=2, maximum_interval=timedelta(seconds=30)
)

# Never given up either; a provider that is down for a day is asked every five minutes.
PROVIDER_RETRIES = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
)

# How long the storefront waits for a label before it is told "label follows".
LABEL_PATIENCE = timedelta(seconds=3)
