"""Orders, policies, returns and events as tests need them: sensible by default, every part can be set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.conditions.cel import CelConditions
from config.policies import load_policy
from domain.addresses import Address
from domain.cases import Actor, CaseRef, EventKind, InboxEvent, Role
from domain.orders import Customer, Order, OrderLine, Parcel, Payment
from domain.policies import Acceptance, Answer, Policy, Rule, Window, always
from domain.returns.case import Eligibility, ReturnCase, ReturnLine, Verdict

MERCHANT = "demo"
ORDERED = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
DELIVERED = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
ASKED = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)

STOREFRONT = Actor(name="shop-front", role=Role.STOREFRONT)
DOCK = Actor(name="dock-1", role=Role.WAREHOUSE)
SUPERVISOR = Actor(name="sue", role=Role.SUPERVISOR)
OTHER_SUPERVISOR = Actor(name="otto", role=Role.SUPERVISOR)

CONDITIONS = CelConditions()

HOME = Address(name="Ada Sample", street1="1 Example Street", city="London", postal_code="N1 1AA", country="GB")


def a_policy(**changes: Any) -> Policy:
    """The policy that comes with Aftercart, with some fields replaced."""
    return load_policy().model_copy(update=changes)


def windows_of(days: int, *rules: Rule[Window]) -> tuple[Rule[Window], ...]:
    """A window for everything, after the rules that come first."""
    return (*rules, *always(Window(days=days)))


def reviewed(*rules: str) -> tuple[Rule[Acceptance], ...]:
    """A person decides when one of the conditions holds; everything else is accepted."""
    review = Acceptance(answer=Answer.REVIEW)
    first = [Rule(rule=f"careful_{number}", when=when, then=review) for number, when in enumerate(rules)]
    return (*first, *always(Acceptance(answer=Answer.ACCEPT)))


def an_order_line(line_id: str = "1", **changes: Any) -> OrderLine:
    """Two plain mugs at 12.00."""
    values: dict[str, Any] = {"sku": f"MUG-{line_id}", "title": "Mug", "quantity": 2, "unit_price_minor": 1200}
    return OrderLine(line_id=line_id, **(values | changes))


def an_order(order_id: str = "A-1001", *, lines: tuple[OrderLine, ...] | None = None, **changes: Any) -> Order:
    """A delivered order in GBP that one card payment paid in full."""
    lines = lines or (an_order_line(),)
    total = sum(line.price_minor for line in lines)
    values: dict[str, Any] = {
        "currency": "GBP",
        "placed_at": ORDERED,
        "payments": (Payment(payment_id="card", reference=f"pi_{order_id}", captured_minor=total),),
        "parcels": (Parcel(parcel_id="out-1", tracking_number="OUT1", delivered_at=DELIVERED),),
        "customer": Customer(customer_id="c-1", name="Ada Sample", email="ada@shop.example", address=HOME),
    }
    return Order(order_id=order_id, lines=lines, **(values | changes))


def a_return_line(line_id: str = "1", quantity: int = 1, reason: str = "changed_mind") -> ReturnLine:
    """One unit that the customer no longer wants."""
    return ReturnLine(line_id=line_id, quantity=quantity, reason=reason)


def a_return(*, lines: tuple[ReturnLine, ...] | None = None, rma: str = "3456-789F", **facts: Any) -> ReturnCase:
    """A return as it was asked for, before anything is decided."""
    values: dict[str, Any] = {
        "order_id": "A-1001",
        "currency": "GBP",
        "opened_by": STOREFRONT,
        "requested_at": ASKED,
        "policy_version": 1,
    }
    ref = CaseRef(merchant=MERCHANT, rma=rma)
    return ReturnCase(ref=ref, lines=lines or (a_return_line(),), **(values | facts))


def an_authorized_return(**facts: Any) -> ReturnCase:
    """A return that the policy allowed at once."""
    decided_facts: dict[str, Any] = {"eligibility": Eligibility(verdict=Verdict.AUTHORIZED), "decided_at": ASKED}
    return a_return(**(decided_facts | facts))


def an_event(
    kind: EventKind, payload: dict[str, Any] | None = None, *, actor: Actor = DOCK, **changes: Any
) -> InboxEvent:
    """News that arrived an hour after the request."""
    values: dict[str, Any] = {
        "event_id": f"evt_{kind}",
        "merchant": MERCHANT,
        "rma": "3456-789F",
        "occurred_at": ASKED + timedelta(hours=1),
        "received_at": ASKED + timedelta(hours=1),
    }
    return InboxEvent(kind=kind, actor=actor, payload=payload or {}, **(values | changes))


def received(*units: tuple[str, int]) -> dict[str, Any]:
    """The body of a receipt."""
    return {"units": [{"line_id": line_id, "quantity": quantity} for line_id, quantity in units]}


def inspected(
    *units: tuple[str, int], condition: str = "as_new", grade: str = "A", accepted: bool = True
) -> dict[str, Any]:
    """The body of an inspection in which all units are alike."""
    found = {"condition": condition, "grade": grade, "accepted": accepted}
    return {"units": [{"line_id": line_id, "quantity": quantity} | found for line_id, quantity in units]}


def decided(decision: str = "approve") -> dict[str, Any]:
    """The body of a supervisor's decision."""
    return {"decision": decision, "note": "as agreed"}
