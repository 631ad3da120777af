"""Orders, claims and cases as tests of records need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from domain.cases import SYSTEM, Actor, CaseRef, EventKind, InboxEvent, Progress, Role, TimelineEntry, WaitingFor
from domain.collections import Collection, CollectionKind, CollectionState
from domain.goods_back.facts import UnitCount
from domain.orders import Customer, Order, OrderLine, Parcel, Payment
from domain.payouts import Payout, PayoutState
from domain.policies import Policy, ReasonRule
from domain.returns.case import ReturnLine, ReturnRequest
from domain.rma import make_rma
from records.database import SqlRecords
from records.models import ReturnClaim

MERCHANT = "demo"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHOP = Actor(name="shop", role=Role.STOREFRONT)
_numbers = count(1)


def rma_numbers(start: int = 0) -> Callable[[], str]:
    """A source of RMA numbers, each different."""
    numbers: Iterator[int] = count(start)
    return lambda: rma_of(next(numbers))


def rma_of(number: int) -> str:
    """The RMA number that a number spells."""
    digits = []
    for _ in range(7):
        number, digit = divmod(number, 31)
        digits.append(digit)
    return make_rma(digits)


def a_policy() -> Policy:
    """Rules with one reason."""
    return Policy(name="default", reasons=(ReasonRule(code="unwanted", title="No longer wanted"),))


def an_order(
    order_id: str = "1001",
    *,
    quantity: int = 3,
    captured: int = 3000,
    email: str = "",
    customer: str = "",
    parcel: str = "",
) -> Order:
    """An order of two lines, A with `quantity` units of 10.00 and B with one, paid by card."""
    return Order(
        order_id=order_id,
        currency="GBP",
        placed_at=NOON - timedelta(days=5),
        lines=(
            OrderLine(line_id="A", sku="mug", quantity=quantity, unit_price_minor=1000),
            OrderLine(line_id="B", sku="lid", quantity=1, unit_price_minor=500),
        ),
        payments=(Payment(payment_id="card", reference=f"pi_{order_id}", captured_minor=captured),),
        parcels=(Parcel(parcel_id="1", tracking_number=parcel),) if parcel else (),
        customer=Customer(email=email, customer_id=customer),
    )


def a_claim(
    order_id: str = "1001",
    *,
    key: str = "",
    body: str = "body",
    units: int = 1,
    at: datetime = NOON,
    merchant: str = MERCHANT,
) -> ReturnClaim:
    """A request for units of line A."""
    return ReturnClaim(
        merchant=merchant,
        idempotency_key=key or f"key-{next(_numbers)}",
        body_hash=body,
        request=ReturnRequest(order_id=order_id, lines=(ReturnLine(line_id="A", quantity=units, reason="unwanted"),)),
        actor=SHOP,
        requested_at=at,
        claimed_at=at,
    )


def a_case(records: SqlRecords, order_id: str = "1001", *, at: datetime = NOON) -> CaseRef:
    """A claimed return of the order, which must be on record."""
    return records.claim_return(a_claim(order_id, at=at), new_rma=rma_numbers(next(_numbers) * 1000)).ref


def units(quantity: int, line_id: str = "A") -> tuple[UnitCount, ...]:
    """Some units of a line."""
    return (UnitCount(line_id=line_id, quantity=quantity),)


def a_payout(ref: CaseRef, amount: int, *, number: int = 1, state: PayoutState = PayoutState.PLANNED) -> Payout:
    """A payout to the card of the order."""
    return Payout(
        number=number,
        payment_id="card",
        amount_minor=amount,
        currency="GBP",
        state=state,
        key=f"{ref.merchant}:{ref.rma}:payout:{number}",
        provider_reference="re_1" if state in (PayoutState.ACCEPTED, PayoutState.SETTLED) else "",
    )


def progress(state: str = "authorized", waiting: WaitingFor = WaitingFor.PARCEL, *, open: bool = True) -> Progress:
    """Where a case stands."""
    return Progress(state=state, waiting_for=waiting, since=NOON, next_step="Wait.", open=open)


def entry(event: str = "return.authorized") -> TimelineEntry:
    """Something that happened."""
    return TimelineEntry(at=NOON, actor=SYSTEM, event=event, summary="It happened.")


def move(records: SqlRecords, ref: CaseRef, to: Progress) -> None:
    """The case stands there now."""
    with records.transaction() as tx:
        tx.save_case(tx.return_case(ref), to, [entry()])


def an_event(
    event_id: str = "evt_1", *, rma: str = "2222-2222", merchant: str = MERCHANT, at: datetime = NOON
) -> InboxEvent:
    """News from the dock."""
    return InboxEvent(
        event_id=event_id,
        merchant=merchant,
        rma=rma,
        kind=EventKind.ITEM_RECEIVED,
        actor=Actor(name="dock-1", role=Role.WAREHOUSE),
        occurred_at=at,
        received_at=at,
        payload={"units": [{"line_id": "A", "quantity": 1}]},
    )


def a_collection(ref: CaseRef, *, number: int = 1, **changes: Any) -> Collection:
    """A hold of 20.00 to ask for."""
    values: dict[str, Any] = {
        "kind": CollectionKind.HOLD,
        "amount_minor": 2000,
        "currency": "GBP",
        "state": CollectionState.PLANNED,
        "key": f"{ref.merchant}:{ref.rma}:collection:{number}",
        "instrument": "pm_1",
    }
    return Collection(number=number, **(values | changes))
