"""Money that was paid outside, as every case that owes money writes it into the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.authority import Delegation
from domain.case_documents import CaseDocument
from domain.cases import Actor, CaseRef, InboxEvent
from domain.changes import CaseChange
from domain.manual_money import is_applied, settled_payouts
from domain.manual_refunds import ManualRefund
from domain.payouts import Payout, PayoutState
from domain.ports import Transaction


def lent_to(tx: Transaction, event: InboxEvent, *, at: datetime) -> tuple[Delegation, ...]:
    """Authority that others lent to whoever sends the event."""
    return tx.delegations_to(event.merchant, event.actor.person, at=at)


def hold_reported(tx: Transaction, change: CaseChange[Any]) -> None:
    """What was just recorded as paid outside holds its payments; the order is locked, so it fits."""
    manual = change.case.unconfirmed
    if manual is None or not is_applied(change.answer):
        return
    payouts = [payout for payout in change.case.payouts if payout.number in manual.payouts]
    hold(tx, change.case.ref, payouts, manual)


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
