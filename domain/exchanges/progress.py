"""Where an exchange stands: the stages of a return, and those of the new goods and of what the customer pays for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from domain.cases import Progress, WaitingFor
from domain.collections import CollectionKind, is_awaiting_customer
from domain.exchanges.facts import ExchangeFacts
from domain.exchanges.following import is_news_due, is_over, is_reprice_due
from domain.goods_back.giving_back import await_giving_back, open_shipments
from domain.goods_back.label_expiry import label_standing
from domain.goods_back.progress import (
    await_inspection,
    await_parcel,
    await_putting_away,
    await_remaining_parcels,
    is_put_away_due,
    labelled_deliveries,
    unused_labels,
)
from domain.payouts import DUE
from domain.policies import Policy
from domain.replacement_shipments.counts import count_goods, say_goods
from domain.returns.case import ReturnCase, Verdict
from domain.returns.exception_deadlines import exceptions_due_at
from domain.returns.service import deadlines_of
from domain.returns.stages import (
    authorized_at,
    awaiting_approval,
    confirming,
    held_by_dispute,
    in_review,
    is_refund_refused,
    is_request_refused,
    paying,
)
from domain.waits import waiting


class ExchangeState(StrEnum):
    """The states of an exchange; the last seven are final."""

    REQUESTED = "requested"
    IN_REVIEW = "in_review"
    AWAITING_PAYMENT = "awaiting_payment"
    AWAITING_CHOICE = "awaiting_choice"
    AUTHORIZED = "authorized"
    IN_TRANSIT = "in_transit"
    OVERDUE = "overdue"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    AWAITING_APPROVAL = "awaiting_approval"
    REPLACING = "replacing"
    REFUNDING = "refunding"
    SETTLED = "settled"
    GOING_BACK = "going_back"
    EXCHANGED = "exchanged"
    KEPT = "kept"
    CLOSED = "closed"
    REFUSED = "refused"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


def derive_progress(case: ReturnCase, policy: Policy) -> Progress:
    """The state, the one thing it waits for, since when, until when, and the next step in words."""
    progress = next((found for stage in _STAGES if (found := stage(case, policy))), None) or _ready_to_close(case)
    exchange = exchange_of(case)
    return progress.model_copy(
        update={
            "deliveries": labelled_deliveries(case.goods),
            "unused_labels": unused_labels(case.goods, is_over=case.cancelled_at is not None),
            "goods_due": _are_goods_due(case, progress),
            **label_standing(case.goods, progress),
            "exceptions_due_at": exceptions_due_at(case) if progress.open else None,
            "payouts": tuple(payout.number for payout in case.payouts if payout.state in DUE),
            "shipments": open_shipments((*exchange.shipments, *case.goods.given_back)),
            "choose_by": exchange.open_choice.until if exchange.open_choice and progress.open else None,
        }
    )


def exchange_of(case: ReturnCase) -> ExchangeFacts:
    """What the case knows as an exchange."""
    assert case.exchange is not None, "the caller knows that it is one"
    return case.exchange


def _final(case: ReturnCase, policy: Policy) -> Progress | None:
    if case.closed_at is None:
        return None
    state = _outcome(case)
    return Progress(
        state=state, waiting_for=WaitingFor.NOTHING, since=case.closed_at, next_step=_CLOSING_WORDS[state], open=False
    )


def _undecided(case: ReturnCase, policy: Policy) -> Progress | None:
    if case.eligibility is not None:
        return None
    words = "The request is being checked against the policy."
    return waiting(ExchangeState.REQUESTED, WaitingFor.DECISION, since=case.requested_at, next_step=words)


def _refused(case: ReturnCase, policy: Policy) -> Progress | None:
    return _ready_to_close(case) if _is_refused(case) and not case.goods.arrivals else None


def _awaiting_payment(case: ReturnCase, policy: Policy) -> Progress | None:
    return None if exchange_of(case).repriced_at else _paying_for_goods(case)


def _paying_for_other_goods(case: ReturnCase, policy: Policy) -> Progress | None:
    """What other goods cost more is waited for when the old ones are here; until then it is paid beside."""
    if not exchange_of(case).repriced_at:
        return None
    if is_reprice_due(case):
        words = "What follows from the customer's payment is worked out."
        since = exchange_of(case).repriced_at
        return waiting(ExchangeState.REPLACING, WaitingFor.DECISION, since=since, next_step=words)
    return _paying_for_goods(case)


def _paying_for_goods(case: ReturnCase) -> Progress | None:
    exchange = exchange_of(case)
    if not exchange.is_standing or exchange.agreed_at is not None or is_over(case):
        return None
    if not is_awaiting_customer(case.collections):
        return None
    holds = all(each.kind is CollectionKind.HOLD for each in case.collections)
    words = "The customer confirms the hold" if holds else "The customer pays what the new goods cost more"
    end = max((each.confirm_by for each in case.collections if each.confirm_by is not None), default=None)
    until = f" by {end:%Y-%m-%d %H:%M} UTC" if end else ""
    # No deadline: the collections end themselves, and the exchange hears of it.
    return waiting(
        ExchangeState.AWAITING_PAYMENT,
        WaitingFor.PAYMENT,
        since=exchange.repriced_at or exchange.promised_at,
        next_step=f"{words}{until}; without that it becomes a plain return.",
    )


def _proceeding(case: ReturnCase, policy: Policy) -> Progress | None:
    if not is_news_due(case):
        return None
    words = "What follows from the customer's payment is worked out."
    return waiting(ExchangeState.AUTHORIZED, WaitingFor.DECISION, since=authorized_at(case), next_step=words)


def _awaiting_parcel(case: ReturnCase, policy: Policy) -> Progress | None:
    if is_over(case):
        return None
    exchange, deadlines = exchange_of(case), deadlines_of(case, policy)
    since = exchange.agreed_at or authorized_at(case)
    progress = await_parcel(case, authorized_at=since, deadlines=deadlines, policy=policy)
    on_its_way = case.goods.scanned_at is not None or case.goods.overdue_at is not None
    if progress is not None and exchange.back_by is not None and exchange.is_standing and not on_its_way:
        words = f"{progress.next_step} The new goods left in advance; what is not on its way by then is charged."
        return progress.model_copy(update={"deadline": exchange.back_by, "next_step": words})
    return progress


def _awaiting_remaining_parcels(case: ReturnCase, policy: Policy) -> Progress | None:
    if is_over(case) or is_request_refused(case):
        return None
    return await_remaining_parcels(case, deadlines=deadlines_of(case, policy), policy=policy)


def _awaiting_inspection(case: ReturnCase, policy: Policy) -> Progress | None:
    if is_request_refused(case):
        return None
    return await_inspection(case, deadlines=deadlines_of(case, policy), policy=policy)


def _awaiting_choice(case: ReturnCase, policy: Policy) -> Progress | None:
    exchange = exchange_of(case)
    if is_over(case):
        return None
    if (choice := exchange.open_choice) is not None:
        words = (
            f"The customer chooses what else to take, since {say_goods(count_goods(choice.missing))} is out of stock."
        )
        state, wait = ExchangeState.AWAITING_CHOICE, WaitingFor.CHOICE
        return waiting(state, wait, since=choice.asked_at, next_step=words).model_copy(
            update={"deadline": choice.until}
        )
    if (choice := exchange.waits_for_stock) is not None and case.plan is not None:
        until = f" by {choice.wait_until:%Y-%m-%d %H:%M} UTC" if choice.wait_until else ""
        words = f"The customer waits for {say_goods(count_goods(choice.missing))} to come into stock{until}."
        return waiting(ExchangeState.REPLACING, WaitingFor.REPLACEMENT, since=choice.given_at, next_step=words)
    return None


def _replacing(case: ReturnCase, policy: Policy) -> Progress | None:
    exchange = exchange_of(case)
    if not exchange.let_go or exchange.sold_at is not None or exchange.fallback is not None:
        return None
    left = count_goods(exchange.let_go) - count_goods(units for each in exchange.shipments for units in each.shipped)
    words = f"The warehouse ships {say_goods(left)} to the customer."
    if exchange.is_recalled:
        words = f"The warehouse is asked to hold back {say_goods(left)}, since the exchange was called off."
    return waiting(ExchangeState.REPLACING, WaitingFor.REPLACEMENT, since=exchange.let_go_at, next_step=words)


def _putting_away(case: ReturnCase, policy: Policy) -> Progress | None:
    return await_putting_away(case, since=authorized_at(case) if is_request_refused(case) else case.plan_made_at)


def _giving_back(case: ReturnCase, policy: Policy) -> Progress | None:
    return await_giving_back(case)


_STAGES: tuple[Callable[[ReturnCase, Policy], Progress | None], ...] = (
    _final,
    _undecided,
    _refused,
    in_review,
    _awaiting_payment,
    _proceeding,
    _awaiting_parcel,
    _awaiting_remaining_parcels,
    _awaiting_inspection,
    confirming,
    awaiting_approval,
    _awaiting_choice,
    _paying_for_other_goods,
    _replacing,
    paying,
    held_by_dispute,
    _putting_away,
    _giving_back,
)


def _are_goods_due(case: ReturnCase, progress: Progress) -> bool:
    waits = (WaitingFor.APPROVAL, WaitingFor.EVIDENCE)
    decided = case.plan is not None and progress.waiting_for not in waits
    return (decided or is_request_refused(case)) and is_put_away_due(case.goods)


def _is_refused(case: ReturnCase) -> bool:
    by_rule = case.eligibility is not None and case.eligibility.verdict is Verdict.REFUSED
    return by_rule or is_request_refused(case)


def _outcome(case: ReturnCase) -> ExchangeState:
    """The final state that the facts lead to."""
    exchange = exchange_of(case)
    if _is_refused(case):
        return ExchangeState.REFUSED
    if exchange.let_go and exchange.fallback is None:
        came = bool(case.goods.arrivals) or not exchange.in_advance
        return ExchangeState.EXCHANGED if came else ExchangeState.KEPT
    if case.cancelled_at is not None:
        return ExchangeState.CANCELLED
    if case.goods.given_up_at is not None and not case.goods.arrivals:
        return ExchangeState.EXPIRED
    return ExchangeState.REJECTED if is_refund_refused(case) else ExchangeState.CLOSED


_CLOSING_WORDS = {
    ExchangeState.EXCHANGED: "Nothing: the goods were exchanged; the new ones can be returned like any others.",
    ExchangeState.KEPT: "Nothing: the old goods never came, so they were charged.",
    ExchangeState.CLOSED: "Nothing: it was settled as a plain return.",
    ExchangeState.REFUSED: "Nothing: the request was refused for the reasons given.",
    ExchangeState.REJECTED: "The goods go back to the customer; nothing is exchanged or paid.",
    ExchangeState.CANCELLED: "Nothing: the exchange was cancelled; the units may be returned again.",
    ExchangeState.EXPIRED: "Nothing: no parcel came; the units may be asked for again within the window.",
}


def _ready_to_close(case: ReturnCase) -> Progress:
    outcome, exchange = _outcome(case), exchange_of(case)
    ended = (ExchangeState.EXCHANGED, ExchangeState.KEPT, ExchangeState.CLOSED)
    facts = (
        case.goods.put_away_at,
        case.plan_made_at,
        case.cancelled_at,
        case.goods.given_up_at,
        exchange.sold_at,
        case.review.at if case.review else None,
        case.decided_at,
    )
    last: datetime = max(at for at in facts if at is not None)
    state = ExchangeState.SETTLED if outcome in ended else outcome
    return waiting(state, WaitingFor.CLOSING, since=last, next_step=_CLOSING_WORDS[outcome])
