"""Money that was paid outside, as every case that owes money writes it into the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from domain.authority import Delegation
from domain.case_documents import CaseDocument
from domain.cases import Actor, CaseRef, InboxEvent
from domain.changes import CaseChange
from domain.confirmations import confirmation_subject
from domain.confirmers import Wanted
from domain.manual_money import ask_confirmers, is_applied, settled_payouts
from domain.manual_refunds import ManualRefund
from domain.payouts import Payout, PayoutState
from domain.policies import Policy
from domain.ports import Transaction

CaseT = TypeVar("CaseT", bound=CaseDocument)


def lent_to(tx: Transaction, event: InboxEvent, *, at: datetime) -> tuple[Delegation, ...]:
    """Authority that others lent to whoever sends the event."""
    return tx.delegations_to(event.merchant, event.actor.person, at=at)


def taken_on_by(tx: Transaction, case: CaseDocument) -> str:
    """Who has taken it on to confirm what was recorded last; nothing when nobody has."""
    return tx.approval_owner(case.ref, confirmation_subject(len(case.manual_refunds)))


def hold_reported(tx: Transaction, change: CaseChange[CaseT], wanted: Wanted, policy: Policy) -> CaseChange[CaseT]:
    """What was just recorded as paid outside holds its payments and asks who may confirm it; the order is locked."""
    manual = change.case.unconfirmed
    if manual is None or not is_applied(change.answer):
        return change
    payouts = [payout for payout in change.case.payouts if payout.number in manual.payouts]
    hold(tx, change.case.ref, payouts, manual)
    return change.model_copy(update={"case": ask_confirmers(change.case, wanted, policy)})


def hold(tx: Transaction, ref: CaseRef, payouts: list[Payout], manual: ManualRefund) -> None:
    """These payouts are in the ledger as reported, with what proves them."""
    if not tx.plan_payouts(ref, payouts, manual.actor, facts=_facts(manual)):
        raise AssertionError("the payments held it a moment ago, and the order is locked")


def settle_reported(tx: Transaction, case: CaseDocument, actor: Actor) -> tuple[Payout, ...]:
    """What a second person said of it is in the ledger; the payouts as it knows them now."""
    for payout in settled_payouts(case):
        manual = next(each for each in case.manual_refunds if payout.number in each.payouts)
        facts = _facts(manual) if payout.state is PayoutState.SETTLED else {}
        tx.record_payout(case.ref, payout, actor, facts=facts)
    return tx.payouts(case.ref)


def _facts(manual: ManualRefund) -> dict[str, Any]:
    """Who vouches and how it was paid; the proof stands as the reference of the entry."""
    return manual.paid.model_dump(mode="json", exclude={"proof"}) | {"recorded_by": manual.actor.name}
