"""Where a replacement shipment stands, derived from its facts and nothing else; their order does not matter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from domain.cases import Progress, WaitingFor
from domain.policies import Policy
from domain.replacement_shipments.case import DeliveryState, ReplacementShipment
from domain.replacement_shipments.counts import ENDED, say_goods, unshipped_units


class ReplacementShipmentState(StrEnum):
    """The states of a replacement shipment; the last six are final."""

    PLANNED = "planned"
    RESERVED = "reserved"
    SHIPPING = "shipping"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    STOPPING = "stopping"
    RELEASING = "releasing"
    DELIVERED = "delivered"
    LOST = "lost"
    RETURNED = "returned"
    RELEASED = "released"
    LAPSED = "lapsed"
    OUT_OF_STOCK = "out_of_stock"


_FINAL_WORDS = {
    ReplacementShipmentState.DELIVERED: "Nothing: everything arrived.",
    ReplacementShipmentState.LOST: "Nothing more is on its way: the carrier lost some of it.",
    ReplacementShipmentState.RETURNED: "Nothing more is on its way: some of it came back to the sender.",
    ReplacementShipmentState.RELEASED: "Nothing: it was cancelled and the stock is free again.",
    ReplacementShipmentState.LAPSED: "Nothing: its time was over and the stock is free again.",
    ReplacementShipmentState.OUT_OF_STOCK: "Nothing: the warehouse does not have it.",
}


_ASKS = "The warehouse is asked to put the goods aside."
_ASKS_AGAIN = "The warehouse is asked again and again to put the goods aside, until it has them or the time is over."


def derive_progress(shipment: ReplacementShipment, policy: Policy) -> Progress:
    """The state, the one thing it waits for, since when, until when, and the next step in words."""
    return next((found for stage in _STAGES if (found := stage(shipment, policy))), None) or _ready_to_close(shipment)


def _final(shipment: ReplacementShipment, policy: Policy) -> Progress | None:
    if shipment.closed_at is None:
        return None
    state = _outcome(shipment)
    words = _FINAL_WORDS[state]
    return Progress(state=state, waiting_for=WaitingFor.NOTHING, since=shipment.closed_at, next_step=words, open=False)


def _stopped(shipment: ReplacementShipment, policy: Policy) -> Progress | None:
    since = _stopped_at(shipment)
    if since is None or shipment.stopped_at is not None:
        return None
    if shipment.released_at is None and not (shipment.short_at and shipment.reserved_at is None):
        return Progress(
            state=ReplacementShipmentState.RELEASING,
            waiting_for=WaitingFor.RELEASE,
            since=since,
            next_step=_with_problem(shipment, "The warehouse is told to put the goods back on the shelf."),
        )
    return _ready_to_close(shipment)


def _unreserved(shipment: ReplacementShipment, policy: Policy) -> Progress | None:
    if shipment.reserved_at is not None:
        return None
    return Progress(
        state=ReplacementShipmentState.PLANNED,
        waiting_for=WaitingFor.STOCK,
        since=shipment.opened_at,
        deadline=shipment.wait_until or (None if shipment.go_ahead else shipment.reserve_until),
        next_step=_with_problem(shipment, _ASKS_AGAIN if shipment.wait_until else _ASKS),
    )


def _on_hold(shipment: ReplacementShipment, policy: Policy) -> Progress | None:
    if shipment.go_ahead is not None or shipment.reserved_at is None:
        return None
    return Progress(
        state=ReplacementShipmentState.RESERVED,
        waiting_for=WaitingFor.GO_AHEAD,
        since=shipment.reserved_at,
        deadline=shipment.reserve_until,
        next_step=f"The goods are put aside until {shipment.for_case.rma} says that they may ship.",
    )


def _stopping(shipment: ReplacementShipment, policy: Policy) -> Progress | None:
    if shipment.stop_asked is None or not is_stopping(shipment):
        return None
    return Progress(
        state=ReplacementShipmentState.STOPPING,
        waiting_for=WaitingFor.RELEASE,
        since=shipment.stop_asked.at,
        next_step=_with_problem(shipment, "The warehouse is asked to hold back what has not left."),
    )


def is_stopping(shipment: ReplacementShipment) -> bool:
    """Whether somebody wants the goods held back that have not left, and the warehouse has not answered."""
    answered = shipment.stop_refused or shipment.stopped_at
    return shipment.stop_asked is not None and not answered and bool(unshipped_units(shipment))


def _not_handed_over(shipment: ReplacementShipment, policy: Policy) -> Progress | None:
    if shipment.handed_over_at or shipment.stopped_at or shipment.go_ahead is None:
        return None
    return Progress(
        state=ReplacementShipmentState.SHIPPING,
        waiting_for=WaitingFor.HANDOVER,
        since=shipment.go_ahead.at,
        next_step=_with_problem(shipment, "The warehouse is told to ship the goods."),
    )


def _not_all_shipped(shipment: ReplacementShipment, policy: Policy) -> Progress | None:
    left = unshipped_units(shipment)
    if not left or shipment.handed_over_at is None or shipment.stopped_at is not None:
        return None
    started = bool(shipment.deliveries)
    return _until(
        shipment,
        ReplacementShipmentState.PARTLY_SHIPPED if started else ReplacementShipmentState.SHIPPING,
        WaitingFor.DISPATCH,
        since=shipment.handed_over_at,
        deadline=policy.due(shipment.handed_over_at, policy.deadlines.dispatch),
        next_step=f"The warehouse still has to ship {say_goods(left)}.",
    )


def _on_its_way(shipment: ReplacementShipment, policy: Policy) -> Progress | None:
    if all(delivery.state in ENDED for delivery in shipment.deliveries):
        return None
    last = max(delivery.shipped_at for delivery in shipment.deliveries)
    return _until(
        shipment,
        ReplacementShipmentState.SHIPPED,
        WaitingFor.DELIVERY,
        since=last,
        deadline=policy.due(last, policy.deadlines.delivery),
        next_step="Everything is on its way to the customer.",
    )


_STAGES: tuple[Callable[[ReplacementShipment, Policy], Progress | None], ...] = (
    _final,
    _stopped,
    _unreserved,
    _on_hold,
    _stopping,
    _not_handed_over,
    _not_all_shipped,
    _on_its_way,
)


def _stopped_at(shipment: ReplacementShipment) -> datetime | None:
    """When it became sure that nothing will be shipped; None while something may be."""
    cancelled_at = shipment.cancelled.at if shipment.cancelled else None
    stops = [at for at in (cancelled_at, shipment.lapsed_at, shipment.short_at) if at is not None]
    return min(stops) if stops else None


def _outcome(shipment: ReplacementShipment) -> ReplacementShipmentState:
    """The final state that the facts lead to."""
    if shipment.stopped_at is None or not shipment.deliveries:
        if shipment.short_at is not None:
            return ReplacementShipmentState.OUT_OF_STOCK
        if shipment.cancelled is not None or shipment.stopped_at is not None:
            return ReplacementShipmentState.RELEASED
    if shipment.lapsed_at is not None:
        return ReplacementShipmentState.LAPSED
    states = {delivery.state for delivery in shipment.deliveries}
    if DeliveryState.LOST in states:
        return ReplacementShipmentState.LOST
    if DeliveryState.RETURNED in states:
        return ReplacementShipmentState.RETURNED
    return ReplacementShipmentState.DELIVERED


def _ready_to_close(shipment: ReplacementShipment) -> Progress:
    state = _outcome(shipment)
    moves = [delivery.changed_at for delivery in shipment.deliveries]
    known = [*moves, *([shipment.stopped_at] if shipment.stopped_at else [])]
    ended = None if shipment.stopped_at else shipment.released_at or _stopped_at(shipment)
    since = ended or max(known, default=shipment.opened_at)
    return Progress(state=state, waiting_for=WaitingFor.CLOSING, since=since, next_step=_FINAL_WORDS[state])


def _until(
    shipment: ReplacementShipment,
    state: ReplacementShipmentState,
    waiting_for: WaitingFor,
    *,
    since: datetime,
    deadline: datetime | None,
    next_step: str,
) -> Progress:
    """A wait: past its deadline it was escalated, and goes on without one."""
    if waiting_for in shipment.escalated:
        deadline, next_step = None, f"Overdue and escalated: ask the warehouse. {next_step}"
    return Progress(state=state, waiting_for=waiting_for, since=since, deadline=deadline, next_step=next_step)


def _with_problem(shipment: ReplacementShipment, words: str) -> str:
    return f"{words} It refused: {shipment.warehouse_problem}." if shipment.warehouse_problem else words
