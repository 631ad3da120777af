"""Payouts that the provider knows with another amount: held until somebody has looked there, whatever case they are of."""

from __future__ import annotations

from datetime import datetime

from domain.case_documents import CaseDocument
from domain.cases import InboxEvent
from domain.changes import CaseChange, CaseT
from domain.payout_news import changed_payouts, tell_payout
from domain.payout_trouble import given_up, is_given_up_by
from domain.payouts import Payout
from domain.ports import Transaction
from domain.returns.case import Approval


def give_up_mismatched(
    tx: Transaction, change: CaseChange[CaseT], approval: Approval | None, event: InboxEvent, *, at: datetime
) -> CaseChange[CaseT]:
    """Whoever approves another try has looked at the provider: what is mismatched failed, and may be made anew.

    That is so for this very event alone, and never for a refusal: the money may be gone, so its payment is held for it.
    """
    case = change.case
    if not is_given_up_by(approval, event.event_id):
        return change
    ledger = fail_mismatched(tx, case, event)
    told = tuple(tell_payout(payout, at) for payout in changed_payouts(case.payouts, ledger))
    return change.model_copy(
        update={"case": case.with_facts(payouts=ledger), "entries": (*change.entries, *told)} if told else {}
    )


def fail_mismatched(tx: Transaction, case: CaseDocument, event: InboxEvent) -> tuple[Payout, ...]:
    """The payouts as the ledger knows them once the mismatched ones failed in it."""
    known = {payout.number: payout for payout in case.payouts}
    for payout in given_up(case.payouts, event.actor):
        if payout != known[payout.number]:
            tx.record_payout(case.ref, payout, event.actor)
    return tx.payouts(case.ref)
