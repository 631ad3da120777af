"""Adjustments of an order, and what they find that customers owe to the shop."""

from __future__ import annotations

from sqlalchemy import Connection, select

from domain.adjustments.case import Adjustment, Correction
from domain.cases import Actor, CaseKind
from domain.payment_issues.case import PaymentIssue, Resolution
from domain.returns.case import ReturnCase
from records.cases import IS_RETURN
from records.entries import EntryKind, NewEntry, append_entries
from records.statements import present
from records.tables import cases

_SETTLED = {
    Resolution.RECEIVED: EntryKind.RECEIVABLE_RECEIVED,
    Resolution.WRITE_OFF: EntryKind.RECEIVABLE_WRITTEN_OFF,
}


def adjustments_of(connection: Connection, merchant: str, order_id: str) -> tuple[Adjustment, ...]:
    """Every adjustment of the order, oldest first."""
    query = (
        select(cases.c.document)
        .where(cases.c.merchant == merchant, cases.c.order_id == order_id, cases.c.kind == str(CaseKind.ADJUSTMENT))
        .order_by(cases.c.requested_at, cases.c.rma)
    )
    return tuple(Adjustment.model_validate_json(document) for document in connection.scalars(query))


def original_of(connection: Connection, case: Adjustment) -> ReturnCase | None:
    """The return or exchange that a correction is about; None of anything else."""
    if not isinstance(case.asked, Correction):
        return None
    is_original = (cases.c.merchant == case.ref.merchant, cases.c.rma == case.asked.rma, IS_RETURN)
    document = connection.scalar(select(cases.c.document).where(*is_original))
    return ReturnCase.model_validate_json(document) if document is not None else None


def record_overpaid(connection: Connection, issue: PaymentIssue, actor: Actor) -> None:
    """The ledger says what was paid too much ahead of goods, or what became of it; the entry names the return."""
    decided = issue.decision
    kind = _SETTLED[decided.resolution] if decided else EntryKind.RECEIVABLE_RECORDED
    facts = {"return": issue.continues.rma} if issue.continues else {}
    entry = NewEntry(
        merchant=issue.ref.merchant,
        entry_key=f"{issue.ref.merchant}:{issue.ref.rma}:{kind}",
        order_id=issue.order_id,
        payment_id="",
        rma=issue.ref.rma,
        kind=kind,
        amount_minor=issue.amount_minor,
        currency=issue.currency,
        actor=actor,
        at=present(),
        facts={**facts, "note": decided.note} if decided and decided.note else facts,
    )
    append_entries(connection, [entry])


def record_receivable(connection: Connection, case: Adjustment, actor: Actor) -> None:
    """The ledger says what the customer owes, or what became of it; no payment is touched by that."""
    assert case.plan is not None, "a receivable is a plan below zero"
    settlement = case.settlement
    kind = _SETTLED[settlement.resolution] if settlement else EntryKind.RECEIVABLE_RECORDED
    entry = NewEntry(
        merchant=case.ref.merchant,
        entry_key=f"{case.ref.merchant}:{case.ref.rma}:{kind}",
        order_id=case.order_id,
        payment_id="",
        rma=case.ref.rma,
        kind=kind,
        amount_minor=-case.plan.total_minor,
        currency=case.currency,
        provider_reference=settlement.proof if settlement else "",
        actor=actor,
        at=present(),
        facts={"note": settlement.note} if settlement and settlement.note else {},
    )
    append_entries(connection, [entry])
