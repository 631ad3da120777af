"""What follows when a customer chooses instead of goods that are out of stock, inside the transaction of a step."""

from __future__ import annotations

from datetime import datetime

from activities.case_collections import ask_customer, withdraw_from_customer
from activities.exchanges import ask_about, customer_wishes, plan_goods
from domain.cases import InboxEvent
from domain.collections import CollectionKind, CollectionState, collected_minor
from domain.exchanges import choices
from domain.exchanges.choices import ChoiceBody
from domain.exchanges.facts import ChoiceKind
from domain.exchanges.following import facts_of
from domain.exchanges.promises import plan_promise
from domain.exchanges.settling import promised_goods
from domain.policies import Policy
from domain.ports import Transaction
from domain.returns.case import ReturnCase
from domain.returns.changes import Change


def take_choice(tx: Transaction, case: ReturnCase, event: InboxEvent, policy: Policy, *, at: datetime) -> Change:
    """What the customer chose is promised, or whoever sent it is told why not."""
    if fault := choices.find_choice_fault(case):
        return choices.refuse_choice(case, event, fault, at=at)
    body = ChoiceBody.model_validate(event.payload)
    match body.choice:
        case ChoiceKind.REFUND:
            return choices.take_money(case, event, at=at)
        case ChoiceKind.WAIT:
            return _wait(tx, case, event, policy, at=at)
        case ChoiceKind.OTHER_GOODS:
            return _promise_others(tx, case, event, body, policy, at=at)


def _wait(tx: Transaction, case: ReturnCase, event: InboxEvent, policy: Policy, *, at: datetime) -> Change:
    change = choices.take_time(case, event, policy, at=at)
    wait_until = facts_of(change.case).choices[-1].wait_until
    plan_goods(tx, change.case, choices.missing_goods(change.case), policy, at=at, wait_until=wait_until)
    return change


def _promise_others(
    tx: Transaction, case: ReturnCase, event: InboxEvent, body: ChoiceBody, policy: Policy, *, at: datetime
) -> Change:
    order = tx.order(case.ref.merchant, case.order_id)
    lines = choices.lines_with(case, body)
    ask = ask_about(tx, case, order, lines)
    if fault := next(choices.find_wish_faults(case, body, lines, ask), None):
        return choices.refuse_choice(case, event, fault, at=at)
    before = tx.paid_before(case.ref.merchant, case.order_id, apart_from=case.ref)
    promise = plan_promise(order, lines, ask, before=before, policy=policy)
    change = choices.take_other_goods(case, event, promise, at=at)
    plan_goods(tx, change.case, promised_goods(facts_of(change.case)), policy, at=at)
    return _ask_for_more(tx, change, policy, at=at)


def _ask_for_more(tx: Transaction, change: Change, policy: Policy, *, at: datetime) -> Change:
    """What was asked for the first goods and not paid is withdrawn, and what the others cost more is asked for."""
    open_before = tuple(
        each.number for each in change.case.collections if each.is_under_way or each.state is CollectionState.REQUESTED
    )
    withdrawn = withdraw_from_customer(tx, change.case, at=at)
    case, entries = withdrawn.case, [*change.entries, *withdrawn.entries]
    exchange = facts_of(case)
    exchange = exchange.with_facts(superseded=(*exchange.superseded, *open_before))
    order = tx.order(case.ref.merchant, case.order_id)
    charges = [each for each in case.collections if each.kind is CollectionKind.CHARGE]
    holds = [each for each in case.collections if each.kind is CollectionKind.HOLD and each.number not in open_before]
    amounts = (
        (CollectionKind.CHARGE, max(0, exchange.customer_owes_minor - collected_minor(charges))),
        (CollectionKind.HOLD, 0 if holds else exchange.hold_minor),
    )
    if any(minor for _, minor in amounts):
        exchange = exchange.with_facts(agreed_at=None)
    case = case.with_facts(exchange=exchange)
    for wish in customer_wishes(tx, case, order, amounts, policy, at=at):
        asked = ask_customer(tx, case, wish, at=at)
        case, entries = asked.case, [*entries, *asked.entries]
    return change.model_copy(update={"case": case, "entries": tuple(entries)})
