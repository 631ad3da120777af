"""What the records say about authority: what was granted before, who stands in for whom, who has taken it on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.case_documents import CaseDocument
from domain.cases import Actor, InboxEvent, Role, WaitingFor
from domain.collections import held_minor
from domain.orders import Order
from domain.policies import Policy, SpentBefore, SplitScope
from domain.ports import Transaction
from domain.returns.ahead import paid_minor, units_due_ahead
from domain.returns.approvals import DecidingRoom
from domain.returns.case import PlanBasis, ReturnCase
from domain.returns.changes import Change
from domain.returns.fee_changes import Stake, ask_for_fees
from domain.returns.matters import REFUND, REQUEST, exception_subject
from domain.returns.progress import derive_progress
from domain.returns.settlement import is_ready_to_propose

# Behind these roles stand people; a shop's website asks for everything and splits nothing.
PEOPLE = frozenset({Role.AGENT, Role.SUPERVISOR, Role.FINANCE, Role.ADMIN})


def plan_basis(tx: Transaction, case: ReturnCase, order: Order, policy: Policy, *, at: datetime) -> PlanBasis:
    """What the reimbursement is computed from, and what counts against the same limit; both as they are now."""
    return PlanBasis(
        order_version=tx.order_version(case.ref.merchant, case.order_id),
        before=tx.paid_before(case.ref.merchant, case.order_id, apart_from=case.ref),
        spent=find_spent(tx, case, order, case.opened_by, policy, at=at),
        lower_to_minor=case.approval.reduced_to_minor if case.approval else None,
        collected=tx.collected_payments(case.ref.merchant, case.order_id),
        held_minor=held_minor(case.collections) if case.exchange else 0,
        ahead=None if is_ready_to_propose(case) else units_due_ahead(case),
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
    """Other fees are asked for, and held against the matrix by what they change."""
    stake = Stake(
        order=tx.order(case.ref.merchant, case.order_id),
        before=tx.paid_before(case.ref.merchant, case.order_id, apart_from=case.ref),
        policy=policy,
        at=at,
    )
    return ask_for_fees(case, event, stake)


def find_spent(
    tx: Transaction, case: CaseDocument, order: Order, asker: Actor, policy: Policy, *, at: datetime
) -> tuple[SpentBefore, ...]:
    """What other cases of the order, the customer and the person were granted without approval in the windows."""
    return tuple(_spent(tx, case, order, asker, policy, at=at))


def _spent(
    tx: Transaction, case: CaseDocument, order: Order, asker: Actor, policy: Policy, *, at: datetime
) -> Iterator[SpentBefore]:
    splits = policy.approval.splits
    shared = (
        (SplitScope.ORDER, splits.order, case.order_id),
        (SplitScope.CUSTOMER, splits.customer, order.customer.customer_id),
        (SplitScope.ACTOR, splits.actor, asker.person if asker.role in PEOPLE else ""),
    )
    for scope, span, value in shared:
        if span is not None and value:
            before = tx.spent_before(case.ref, scope, value, currency=case.currency, since=at - span.length)
            if before.amount_minor:
                yield before
