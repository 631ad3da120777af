"""Every table; the migrations make them, a check keeps the two in step."""

from records.tables.answers import first_answers
from records.tables.approvals import approvals, delegations
from records.tables.cases import case_totals, cases, return_parcels, timeline, unit_balances, unit_reservations
from records.tables.catalogue import customer_instruments, product_words, products, variants
from records.tables.columns import UtcDateTime, metadata
from records.tables.credit_notes import credit_note_counters, credit_notes
from records.tables.goods import disposed_units, kept_goods
from records.tables.messages import api_keys, inbox, loop_runs, outbox
from records.tables.money import (
    collections,
    credit_accounts,
    disputes,
    ledger_entries,
    payment_balances,
    payment_events,
    payouts,
)
from records.tables.orders import order_tracking, order_versions, orders, policies
from records.tables.promises import promises
from records.tables.risk import account_marks, listings, purchases, return_signals, return_stakes
from records.tables.warranties import warranties

__all__ = [
    "UtcDateTime",
    "account_marks",
    "api_keys",
    "approvals",
    "case_totals",
    "cases",
    "collections",
    "credit_accounts",
    "credit_note_counters",
    "credit_notes",
    "customer_instruments",
    "delegations",
    "disposed_units",
    "disputes",
    "first_answers",
    "inbox",
    "kept_goods",
    "ledger_entries",
    "listings",
    "loop_runs",
    "metadata",
    "order_tracking",
    "order_versions",
    "orders",
    "outbox",
    "payment_balances",
    "payment_events",
    "payouts",
    "policies",
    "product_words",
    "products",
    "promises",
    "purchases",
    "return_parcels",
    "return_signals",
    "return_stakes",
    "timeline",
    "unit_balances",
    "unit_reservations",
    "variants",
    "warranties",
]
