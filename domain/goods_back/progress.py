"""Where goods are on their way back, derived from their facts; the same for every case that owns them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.cases import Progress, WaitingFor
from domain.changes import CaseChange, entry
from domain.goods_back.case import CaseWithGoods, GoodsCaseT
from domain.goods_back.counts import outstanding_units, say_units, uninspected_units
from domain.goods_back.deliveries import receipts_of
from domain.goods_back.facts import GoodsBack, ReverseDelivery
from domain.policies import Deadlines, Policy, ReturnMethod
from domain.waits import waiting, waiting_until

# The name of a reminder on the timeline, and of the message that brings it to the customer.
PARCEL_REMINDER = "parcel.reminded"


class GoodsState(StrEnum):
    """The states of a case while it is about its goods."""

    AUTHORIZED = "authorized"
    IN_TRANSIT = "in_transit"
    OVERDUE = "overdue"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    SETTLED = "settled"
    GOING_BACK = "going_back"


def await_parcel(
    case: CaseWithGoods, *, authorized_at: datetime, deadlines: Deadlines, policy: Policy
) -> Progress | None:
    """The wait for the first parcel; none when something arrived."""
    goods = case.goods
    if goods.arrivals or (goods.kept and not case.expected):
        return None
    if goods.overdue_at is not None:
        words = f"The {_named(case)} is overdue; a parcel that still arrives in the grace period revives it."
        since, state = goods.overdue_at, GoodsState.OVERDUE
        end = policy.due(since, deadlines.grace)
    elif goods.scanned_at is not None:
        words = "The carrier has the parcel; the warehouse books it in when it arrives."
        since, state = goods.scanned_at, GoodsState.IN_TRANSIT
        end = policy.due(since, deadlines.parcel)
    else:
        words = _label_words(goods)
        since, state = authorized_at, GoodsState.AUTHORIZED
        end = policy.due(since, deadlines.parcel)
    progress = waiting(state, WaitingFor.PARCEL, since=since, deadline=end, next_step=words)
    if state is not GoodsState.AUTHORIZED:
        return progress
    return progress.model_copy(update={"reminder_at": _next_reminder(goods, since, end, deadlines)})


def await_remaining_parcels(case: CaseWithGoods, *, deadlines: Deadlines, policy: Policy) -> Progress | None:
    """The wait for what is still outstanding after a first receipt; none when all came or is given up."""
    goods = case.goods
    outstanding = outstanding_units(goods, case.expected)
    if goods.receiving_ended_at is not None or not outstanding:
        return None
    return waiting(
        GoodsState.PARTLY_RECEIVED,
        WaitingFor.REMAINING_PARCELS,
        since=goods.arrivals[-1].at,
        deadline=policy.due(goods.arrivals[0].at, deadlines.remaining_parcels),
        next_step=f"{say_units(sum(outstanding.values()))} still to come; after the deadline the {_named(case)} goes on without.",
    )


def await_inspection(case: CaseWithGoods, *, deadlines: Deadlines, policy: Policy) -> Progress | None:
    """The wait for an inspector; none when nothing is left to look at."""
    goods = case.goods
    if not uninspected_units(goods):
        return None
    return waiting_until(
        case,
        GoodsState.RECEIVED,
        WaitingFor.INSPECTION,
        since=goods.arrivals[-1].at,
        deadline=policy.due(goods.arrivals[-1].at, deadlines.inspection),
        next_step="The warehouse inspects what arrived and records condition and grade.",
    )


def await_putting_away(case: CaseWithGoods, *, since: datetime | None) -> Progress | None:
    """The wait for the warehouse to do what was decided; none when it has, or when nothing was decided."""
    goods = case.goods
    if not is_put_away_due(goods):
        return None
    words = "The warehouse carries out the disposition of the goods."
    if goods.put_away_problem:
        words = (
            f"The warehouse refused the disposition ({goods.put_away_problem}): mend it there; we ask again every hour."
        )
    return waiting(GoodsState.SETTLED, WaitingFor.RESTOCK, since=since, next_step=words)


def is_put_away_due(goods: GoodsBack) -> bool:
    """Whether dispositions were decided that the warehouse has not carried out."""
    return bool(goods.dispositions) and goods.put_away_at is None


def labelled_deliveries(goods: GoodsBack) -> tuple[int, ...]:
    """The deliveries that travel with a label of ours, by number."""
    return tuple(one.number for one in goods.deliveries if one.method.needs_label)


def is_label_awaited(goods: GoodsBack) -> bool:
    """Whether the carrier has not yet said anything about a label."""
    return any(_awaits_label(one) for one in goods.deliveries)


def _awaits_label(delivery: ReverseDelivery) -> bool:
    return delivery.method.needs_label and delivery.label is None and not delivery.label_problem


def unused_labels(goods: GoodsBack, *, is_over: bool) -> tuple[int, ...]:
    """The deliveries whose labels were bought for parcels that will not come: the owner is over, or waits no longer."""
    if not is_over and goods.given_up_at is None and goods.receiving_ended_at is None:
        return ()
    return tuple(
        one.number
        for one in goods.deliveries
        if one.label is not None
        and one.label_voided_at is None
        and one.scanned_at is None
        and not receipts_of(goods, one)
    )


def remind_of_parcel(case: GoodsCaseT, deadline: datetime, *, at: datetime) -> CaseChange[GoodsCaseT]:
    """The customer is reminded to send the parcel by the deadline."""
    summary = f"The customer is reminded to send the parcel by {deadline:%Y-%m-%d %H:%M} UTC."
    number = len(case.goods.reminded_at) + 1
    line = entry(at, PARCEL_REMINDER, summary, reminder=number, deadline=deadline.isoformat())
    return CaseChange(case=case.with_goods(reminded_at=(*case.goods.reminded_at, at)), entries=(line,))


def _next_reminder(goods: GoodsBack, since: datetime, end: datetime, deadlines: Deadlines) -> datetime | None:
    """The next reminder that nobody got; those that would come before the wait began are left out."""
    times = sorted(end - span.length for span in deadlines.parcel_reminders)
    wanted = [moment for moment in times if moment > since]
    return next(iter(wanted[len(goods.reminded_at) :]), None)


def pass_goods_deadline(case: GoodsCaseT, waiting_for: WaitingFor, *, at: datetime) -> CaseChange[GoodsCaseT] | None:
    """What happens when a wait for a parcel is over; None for other waits. The caller knows that it is."""
    if waiting_for is WaitingFor.PARCEL and case.goods.overdue_at is None:
        summary = f"No parcel came in time; the {_named(case)} is overdue and a late parcel still revives it."
        line = entry(at, f"{case.ref.kind}.overdue", summary)
        return CaseChange(case=case.with_goods(overdue_at=at), entries=(line,))
    if waiting_for is WaitingFor.PARCEL:
        summary = f"No parcel came in the grace period either; the {_named(case)} expired."
        line = entry(at, f"{case.ref.kind}.expired", summary)
        return CaseChange(case=case.with_goods(given_up_at=at), entries=(line,))
    if waiting_for is WaitingFor.REMAINING_PARCELS:
        summary = f"The remaining parcels did not come in time; the {_named(case)} goes on with what arrived."
        line = entry(at, "receiving.ended", summary)
        return CaseChange(case=case.with_goods(receiving_ended_at=at), entries=(line,))
    return None


def _named(case: CaseWithGoods) -> str:
    return case.ref.kind.replace("_", " ")


_METHOD_WORDS = {
    ReturnMethod.CARRIER_LABEL: "The customer hands the parcel with the label to the carrier.",
    ReturnMethod.QR_CODE: "The customer shows the code at the drop-off, where the label is printed.",
    ReturnMethod.DROP_OFF: "The customer hands the goods in at the drop-off, without box or label.",
    ReturnMethod.OWN_SHIPMENT: "The customer sends the parcel by a carrier of their choice, with the packing slip in it.",
    ReturnMethod.STORE: "The customer brings the goods to the store.",
}


def _label_words(goods: GoodsBack) -> str:
    """What the customer does next; while any parcel still waits for its label, that."""
    if goods.label_problem:
        return (
            "The carrier refused a label for this address: correct the address, or send the parcel without our label."
        )
    if is_label_awaited(goods):
        return "The label follows as soon as the carrier answers; then the customer sends the parcel."
    if any(one.label_expired_at is not None and one.scanned_at is None for one in goods.deliveries):
        return "The label expired unused: the customer sends the parcel without it, with the packing slip in it."
    methods = dict.fromkeys(one.method for one in goods.deliveries)
    return " ".join(_METHOD_WORDS[method] for method in methods)
