"""How every step loads a case and writes its change, so that case, timeline and announcement never part."""

from __future__ import annotations

from typing import Any

from activities.promises import keep_promises
from domain.case_documents import CaseDocument
from domain.cases import CaseRef, EventAnswer, StepResult
from domain.changes import CaseChange
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.progress import PARCEL_REMINDER
from domain.policies import Policy
from domain.ports import Transaction
from domain.returns.case import ReturnCase
from domain.stories import derive_progress


def loaded(tx: Transaction, ref: CaseRef) -> tuple[ReturnCase, Policy]:
    """The return and the policy under which it was opened. Raises UnknownCase, UnknownPolicy."""
    case = tx.return_case(ref)
    return case, tx.policy(ref.merchant, case.policy_version).policy


def loaded_with_goods(tx: Transaction, ref: CaseRef) -> tuple[CaseWithGoods, Policy]:
    """The case of whatever kind that has goods coming back, and its policy. Raises UnknownCase, UnknownPolicy."""
    case = tx.case(ref)
    assert isinstance(case, CaseWithGoods), f"a {ref.kind} has no goods coming back"
    return case, tx.policy(ref.merchant, case.policy_version).policy


def keep_change(tx: Transaction, before: CaseDocument, change: CaseChange[Any], policy: Policy) -> StepResult:
    """The change is on record, and what customers are told now; a new state is announced to the merchant's systems."""
    case: CaseDocument = change.case
    progress = derive_progress(case, policy)
    told = keep_promises(tx, change, progress, policy)
    version = tx.save_case(case, progress, (*change.entries, *told))
    if progress.state != derive_progress(before, policy).state:
        tx.announce(case.ref, f"{case.ref.kind}.{progress.state}", {"rma": case.ref.rma, "state": progress.state})
    return StepResult(
        progress=progress, version=version, order_id=case.order_id, answer=change.answer, letters=change.letters
    )


def announce_reminders(tx: Transaction, change: CaseChange[Any]) -> None:
    """The merchant's systems hear of each reminder in the change, so that the customer does."""
    for line in change.entries:
        if line.event == PARCEL_REMINDER:
            ref = change.case.ref
            tx.announce(ref, f"{ref.kind}.{PARCEL_REMINDER}", {"rma": ref.rma, **line.facts})


def unchanged(tx: Transaction, case: CaseDocument, policy: Policy, *, answer: EventAnswer | None = None) -> StepResult:
    """The step had been done before: where the case stands now."""
    progress = derive_progress(case, policy)
    return StepResult(progress=progress, version=tx.case_version(case.ref), order_id=case.order_id, answer=answer)
