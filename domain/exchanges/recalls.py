"""Calling an exchange off after its new goods were let go: asked for by name, granted by authority, done where it still can be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.cases import InboxEvent
from domain.changes import applied, parked, refused
from domain.exchanges.facts import ExchangeFacts, Recall
from domain.exchanges.settling import divide
from domain.exchanges.shipping import may_be_held_back
from domain.goods_back.counts import accepted_units
from domain.money import Money
from domain.policies import Action, Policy, SpentBefore
from domain.reimbursements import ReimbursedUnits
from domain.returns.case import Finding, PolicyException, ReturnCase
from domain.returns.changes import Change
from domain.returns.exceptions import judge_exception

ONCE_ARRIVED = "Keep the new goods, or send them back as a return of their own once they have arrived."


class RecallAsked(BaseModel):
    """Why the exchange should be called off although its goods were let go."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    note: str


def ask_recall(
    case: ReturnCase, event: InboxEvent, *, policy: Policy, at: datetime, spent: Sequence[SpentBefore] = ()
) -> Change:
    """The goods are called back at once where the asker may do that alone; else somebody decides.

    Source: policy field approval.matrix, action late_cancellation; the amount is what the goods cost that were let go.
    """
    if case.exchange is None:
        detail = "A return without an exchange sends no goods that could be called back."
        return parked(case, event, at=at, code="not_for_returns", detail=detail)
    if fault := _find_fault(case, case.exchange):
        return refused(case, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}")
    worth = value_let_go(case)
    asked = PolicyException(
        number=len(case.exceptions) + 1,
        action=Action.LATE_CANCELLATION,
        asked_by=event.actor,
        asked_at=at,
        note=RecallAsked.model_validate(event.payload).note,
    )
    rule = Finding(rule="already_shipping", detail="The new goods were let go.", way_out=ONCE_ARRIVED)
    judged = judge_exception(asked, (rule,), worth, policy=policy, spent=spent)
    changed = case.with_facts(exceptions=(*case.exceptions, judged))
    if judged.granted:
        summary = f"{event.actor.name} calls back new goods for {worth}."
        return applied(
            start_recall(changed, judged.number, at=at), event, at=at, summary=summary, exception=judged.number
        )
    summary = f"{event.actor.name} asks to call back new goods for {worth}; somebody decides."
    return applied(changed, event, at=at, summary=summary, exception=judged.number)


def find_recall_fault(case: ReturnCase) -> Finding | None:
    """Why the new goods cannot be called back any more; None when the warehouse may still have some of them."""
    exchange = case.exchange
    if exchange is not None and may_be_held_back(exchange):
        return None
    return Finding(rule="already_shipped", detail="The new goods have left the warehouse.", way_out=ONCE_ARRIVED)


def start_recall(case: ReturnCase, number: int, *, at: datetime) -> ReturnCase:
    """The warehouse is asked to hold the new goods back, by the exception of that number."""
    exchange = case.exchange or ExchangeFacts()
    return case.with_facts(exchange=exchange.with_facts(recall=Recall(exception=number, at=at)))


def value_let_go(case: ReturnCase) -> Money:
    """What the goods cost that were let go, with their taxes."""
    exchange = case.exchange or ExchangeFacts()
    units = {
        line_id: ReimbursedUnits(line_id=line_id, quantity=count)
        for line_id, count in accepted_units(case.goods).items()
    }
    _, traded = divide(exchange, units)
    return Money(minor=sum(each.new_minor for each in traded), currency=case.currency)


def _find_fault(case: ReturnCase, exchange: ExchangeFacts) -> Finding | None:
    if exchange.fallback is not None or case.cancelled_at is not None:
        way_out = "Follow what it came to."
        return Finding(rule="already_called_off", detail="Nothing is exchanged any more.", way_out=way_out)
    if not exchange.let_go:
        detail = "The new goods were not let go yet, so nobody needs authority to call the exchange off."
        return Finding(rule="not_let_go", detail=detail, way_out="Cancel it.")
    if exchange.recall is not None:
        detail = "The goods were called back before, which is done once."
        return Finding(rule="already_asked", detail=detail, way_out="Follow what the warehouse says to it.")
    waits = next((e for e in case.exceptions if e.action is Action.LATE_CANCELLATION and e.granted is None), None)
    if waits is not None:
        detail = f"{waits.asked_by.name} asked for it before, as exception {waits.number}."
        return Finding(rule="already_asked", detail=detail, way_out="Somebody with authority decides on that.")
    return find_recall_fault(case)
