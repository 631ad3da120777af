"""Fills a database with a shop's cases at table speed: thousands a second, since no step runs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, text

from domain.cases import SYSTEM, CaseRef, Progress, WaitingFor
from domain.goods_back.facts import GoodsBack, Label, ReverseDelivery
from domain.orders import Customer, Order, OrderLine, Parcel, Payment
from domain.policies import Policy, ReasonRule
from domain.returns.case import Eligibility, ReturnCase, ReturnLine, Verdict
from domain.rma import make_rma
from records.database import SqlRecords
from records.tables import case_totals, cases, return_parcels, timeline

MERCHANT = "demo"
START = datetime(2026, 1, 1, tzinfo=UTC)
STATES = (
    ("closed", WaitingFor.NOTHING, 64),
    ("refused", WaitingFor.NOTHING, 10),
    ("authorized", WaitingFor.PARCEL, 10),
    ("received", WaitingFor.INSPECTION, 5),
    ("awaiting_approval", WaitingFor.APPROVAL, 7),
    ("refunding", WaitingFor.REFUND, 4),
)
BATCH = 1000


def fill(records: SqlRecords, count: int) -> None:
    """`count` cases of half as many orders, five timeline entries each; the same for the same count."""
    chance = random.Random(count)
    records.put_policy(MERCHANT, Policy(name="bench", reasons=(ReasonRule(code="unwanted", title="Unwanted"),)))
    made_orders = (an_order(number, count) for number in range(count // 2))
    while batch := list(islice(made_orders, BATCH // 2)):
        records.put_orders(MERCHANT, batch)
    rows = _rows(count, chance)
    totals: dict[tuple[str, str], int] = {}
    while chunk := list(islice(rows, BATCH)):
        for row in chunk:
            key = (row["state"], row["waiting_for"])
            totals[key] = totals.get(key, 0) + 1
        with records.writing() as connection:
            connection.execute(insert(cases), chunk)
            connection.execute(insert(return_parcels), [_parcel(row) for row in chunk])
            connection.execute(insert(timeline), [entry for row in chunk for entry in _timeline(row)])
    with records.writing() as connection:
        for (state, waiting), number in totals.items():
            total = {"merchant": MERCHANT, "kind": "return", "state": state, "waiting_for": waiting}
            connection.execute(insert(case_totals).values(total | {"shard": 0, "cases": number}))
        if records.dialect == "postgresql":
            # What the server does by itself a minute later; SQLite never does, and must do without.
            connection.execute(text("ANALYZE"))


def an_order(number: int, count: int) -> Order:
    """The order of that number; a customer orders about three times a year."""
    customer = number % max(count // 6, 1)
    return Order(
        order_id=f"order-{number}",
        currency="GBP",
        placed_at=START,
        lines=(OrderLine(line_id="1", sku="mug", title="A mug", quantity=4, unit_price_minor=1250),),
        payments=(Payment(payment_id="card", reference=f"pi_{number}", captured_minor=5000),),
        parcels=(Parcel(parcel_id="1", carrier="UPS", tracking_number=f"OUT{number}", delivered_at=START),),
        customer=Customer(customer_id=f"customer-{customer}", email=f"customer{customer}@shop.test"),
    )


def rma_of(number: int) -> str:
    """The RMA of the case of that number."""
    digits = []
    for _ in range(7):
        number, digit = divmod(number, 31)
        digits.append(digit)
    return make_rma(digits)


def _rows(count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    weights = [weight for *_, weight in STATES]
    for number in range(count):
        state, waiting, _ = chance.choices(STATES, weights)[0]
        yield _row(number, count, state, waiting, START + timedelta(days=365) * (number / count))


def _row(number: int, count: int, state: str, waiting: WaitingFor, at: datetime) -> dict[str, Any]:
    order = an_order(number // 2, count)
    case = ReturnCase(
        ref=CaseRef(merchant=MERCHANT, rma=rma_of(number)),
        order_id=order.order_id,
        currency="GBP",
        lines=(ReturnLine(line_id="1", quantity=1, reason="unwanted", comment="It is not what I had in mind."),),
        opened_by=SYSTEM,
        requested_at=at,
        policy_version=1,
        eligibility=Eligibility(verdict=Verdict.AUTHORIZED),
        decided_at=at,
        goods=GoodsBack(deliveries=(ReverseDelivery(label=_label(number, at)),)),
    )
    is_open = waiting is not WaitingFor.NOTHING
    progress = Progress(state=state, waiting_for=waiting, since=at, next_step="Wait.", open=is_open)
    return {
        "merchant": MERCHANT,
        "rma": case.ref.rma,
        "kind": "return",
        "order_id": order.order_id,
        "customer_id": order.customer.customer_id,
        "state": state,
        "waiting_for": str(waiting),
        "deadline": None,
        "document": case.model_dump_json(),
        "progress": progress.model_dump_json(),
        "version": 5,
        "timeline_length": 5,
        "opened_by": SYSTEM.name,
        "idempotency_key": f"key-{number}",
        "body_hash": "",
        "requested_at": at,
        "opened_at": at,
        "updated_at": at,
        "closed_at": None if is_open else at,
        "started_at": at,
        "start_attempts": 0,
        "next_start_at": at,
    }


def _parcel(row: dict[str, Any]) -> dict[str, Any]:
    number = row["idempotency_key"].removeprefix("key-")
    named = {name: row[name] for name in ("merchant", "rma", "kind")}
    return {"tracking_number": f"BACK{number}", "delivery": 1} | named


def _label(number: int, at: datetime) -> Label:
    return Label(
        carrier="UPS",
        service="Ground",
        tracking_number=f"BACK{number}",
        url="https://labels.test/1.pdf",
        shipment_reference=f"shp_{number}",
        booked_at=at,
    )


def _timeline(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for sequence in range(1, 6):
        yield {
            "merchant": row["merchant"],
            "rma": row["rma"],
            "sequence": sequence,
            "at": row["requested_at"],
            "actor_name": SYSTEM.name,
            "actor_role": str(SYSTEM.role),
            "event": "return.authorized",
            "summary": "The return is authorized.",
            "facts": {"step": sequence},
        }
