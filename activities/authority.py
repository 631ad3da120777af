"""What the records say about authority: what was granted before, who stands in for whom, who has taken it on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import ValidationError

from domain.case_documents import CaseDocument
from domain.cases import Actor, EventKind, InboxEvent, Role, WaitingFor
from domain.changes import parked
from domain.collections import held_minor
from domain.exchanges.recalls import ask_recall
from domain.orders import Order
from domain.policies import PAYING, Action, Policy, SpentBefore, SplitScope
from domain.ports import Transaction
from domain.returns.ahead import lowered_to_minor, paid_minor, units_due_ahead
from domain.returns.approvals import DecidingRoom
from domain.returns.case import PlanBasis, ReturnCase
from domain.returns.changes import Change
from domain.returns.exceptions import OF_REQUESTS
from domain.returns.fee_changes import Stake, ask_for_fees
from domain.returns.matters import REFUND, REQUEST, exception_subject
from domain.returns.progress import derive_progress
from domain.returns.settlement import is_ready_to_propose

# What somebody of the shop asks for beyond the rules while a return is open.
EXCEPTIONAL = (EventKind.EXCEPTION_REQUESTED, EventKind.LATE_CANCELLATION_REQUESTED)
# Behind these roles stand people; a shop's website asks for everything and splits nothing.
PEOPLE = frozenset({Role.AGENT, Role.SUPERVISOR, Role.FINANCE, Role.ADMIN})


def plan_basis(tx: Transaction, case: ReturnCase, order: Order, policy: Policy, *, at: datetime) -> PlanBasis:
    """What the reimbursement is computed from, and what counts against the same limit; both as they are now."""
    ahead = None if is_ready_to_propose(case) else units_due_ahead(case)
    return PlanBasis(
        order_version=tx.order_version(case.ref.merchant, case.order_id),
        before=tx.paid_before(case.ref.merchant, case.order_id, apart_from=case.ref),
        spent=find_spent(tx, case, order, case.opened_by, policy, at=at),
        lower_to_minor=lowered_to_minor(case, ahead),
        collected=tx.collected_payments(case.ref.merchant, case.order_id),
        held_minor=held_minor(case.collections) if case.exchange else 0,
        ahead=ahead,
        paid_ahead_minor=paid_minor(case),
        history=tx.risk_history(case.ref, order, policy.abuse, at=at),
    )


def deciding_room(
    tx: Transaction, case: ReturnCase, event: InboxEvent, policy: Policy, *, at: datetime
) -> DecidingRoom:
    """Who else has a say in this decision."""
    number = event.payload.get("exception")
    waits = derive_progress(case, policy).waiting_for
    subject = REQUEST if waits is WaitingFor.REVIEW else REFUND
    if isinstance(number, int):
        subject = exception_subject(number)
    return DecidingRoom(
        delegations=tx.delegations_to(event.merchant, event.actor.person, at=at),
        claimed_by=tx.approval_owner(case.ref, subject),
    )


def take_exception(tx: Transaction, case: ReturnCase, event: InboxEvent, policy: Policy, *, at: datetime) -> Change:
    """Something beyond the rules is asked for, and granted at once or decided by somebody else."""
    try:
        return _take_exception(tx, case, event, policy, at=at)
    except ValidationError as error:
        return _unreadable(case, event, error, at=at)


def _take_exception(tx: Transaction, case: ReturnCase, event: InboxEvent, policy: Policy, *, at: datetime) -> Change:
    """Other fees, or that goods are called back, is held against the matrix with what was granted of it before."""
    tx.lock_order(case.ref.merchant, case.order_id)
    order = tx.order(case.ref.merchant, case.order_id)
    if event.kind is EventKind.LATE_CANCELLATION_REQUESTED:
        late = find_spent(tx, case, order, event.actor, policy, at=at, actions=(Action.LATE_CANCELLATION,))
        return ask_recall(case, event, policy=policy, at=at, spent=late)
    stake = Stake(
        order=order,
        before=tx.paid_before(case.ref.merchant, case.order_id, apart_from=case.ref),
        policy=policy,
        at=at,
        spent=find_spent(tx, case, order, event.actor, policy, at=at, actions=(Action.FEE_WAIVER,)),
    )
    return ask_for_fees(case, event, stake)


def _unreadable(case: ReturnCase, event: InboxEvent, error: ValidationError, *, at: datetime) -> Change:
    detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}. Send it again through the API."
    return parked(case, event, at=at, code="unreadable_event", detail=detail)


def spent_on_requests(
    tx: Transaction, case: ReturnCase, order: Order, policy: Policy, *, at: datetime
) -> tuple[SpentBefore, ...]:
    """What other requests were granted beyond the rules without approval, where this one asks for that."""
    wanted = next((each for each in case.exceptions if each.action in OF_REQUESTS), None)
    if wanted is None:
        return ()
    tx.lock_order(case.ref.merchant, case.order_id)
    return find_spent(tx, case, order, wanted.asked_by, policy, at=at, actions=OF_REQUESTS)


def find_spent(
    tx: Transaction,
    case: CaseDocument,
    order: Order,
    asker: Actor,
    policy: Policy,
    *,
    at: datetime,
    actions: Sequence[Action] = PAYING,
) -> tuple[SpentBefore, ...]:
    """What other cases of the order, the customer and the person were granted of it without approval in the windows."""
    return tuple(_spent(tx, case, order, asker, policy, at=at, actions=actions))


def _spent(
    tx: Transaction,
    case: CaseDocument,
    order: Order,
    asker: Actor,
    policy: Policy,
    *,
    at: datetime,
    actions: Sequence[Action],
) -> Iterator[SpentBefore]:
    splits = policy.approval.splits
    shared = (
        (SplitScope.ORDER, splits.order, case.order_id),
        (SplitScope.CUSTOMER, splits.customer, order.customer.customer_id),
        (SplitScope.ACTOR, splits.actor, asker.person if asker.role in PEOPLE else ""),
    )
    for scope, span, value in shared:
        if span is not None and value:
            since = at - span.length
            before = tx.spent_before(case.ref, scope, value, currency=case.currency, since=since, actions=actions)
            if before.amount_minor:
                yield before
