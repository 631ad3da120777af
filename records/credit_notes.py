"""Credit notes: written in the transaction that settles a payout, numbered without gaps, read by number, order or case."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from domain.adjustments.case import Adjustment, Correction
from domain.case_documents import CaseDocument
from domain.cases import CaseKind, CaseRef
from domain.credit_notes import (
    UNDER_WAY,
    CreditNote,
    NoteHead,
    NotePayout,
    Reimbursed,
    find_news,
    note_payout,
    note_receivable,
    write_note,
)
from domain.errors import UnknownCreditNote
from domain.payment_issues.case import PaymentIssue
from domain.payouts import PayoutState
from domain.reimbursements import ReimbursementPlan
from records.cases import DOCUMENTS
from records.ledger import load_payouts
from records.order_versions import load_version
from records.policies import load_policy
from records.statements import insert_or, present
from records.tables import cases, credit_note_counters, credit_notes


def write_due_note(connection: Connection, ref: CaseRef) -> CreditNote | None:
    """The reimbursement that the case belongs to has a note about all that has settled of it; None when it had.

    Nothing is written while a payout of it may still settle by itself, nor for a case that reimburses nothing. The
    caller holds the order, so that no two cases of it write at once.
    """
    case = _load(connection, ref)
    origin, members = _reimbursement(connection, case)
    if not isinstance(origin, Reimbursed) or origin.plan is None or origin.plan_basis is None:
        return None
    settled: list[NotePayout] = []
    for member in members:
        for payout in load_payouts(connection, member):
            if payout.state in UNDER_WAY:
                return None
            if payout.state is PayoutState.SETTLED:
                settled.append(note_payout(member.rma, payout))
    earlier = list_notes(connection, ref.merchant, rma=origin.ref.rma)
    news = find_news(settled, earlier)
    if not sum(payout.amount_minor for payout in news):
        return None
    return _written(connection, origin, origin.plan, news, earlier)


def write_receivable_note(connection: Connection, case: Adjustment) -> CreditNote | None:
    """What was credited too much, and came back, is taken back by a note that names the return's last one.

    None where nothing had been credited: the customer pays for goods of an exchange then. The caller holds the order.
    """
    assert case.plan is not None, "a receivable is a plan below zero"
    assert isinstance(case.asked, Correction), "only a correction finds that too much was paid"
    key = f"{case.ref.merchant}:{case.ref.rma}:receivable"
    news = (note_receivable(key, case.ref.rma, case.plan),)
    if not news[0].amount_minor:
        return None
    corrected = list_notes(connection, case.ref.merchant, rma=case.asked.rma)
    corrects = corrected[-1].number if corrected else ""
    return _written(connection, case, case.plan, news, (), corrects=corrects)


def _written(
    connection: Connection,
    origin: CaseDocument,
    plan: ReimbursementPlan,
    news: Sequence[NotePayout],
    earlier: Sequence[CreditNote],
    *,
    corrects: str = "",
) -> CreditNote:
    assert isinstance(origin, Reimbursed), "only what was planned is noted"
    merchant, order_version = origin.ref.merchant, int(origin.plan_basis.order_version)
    head = NoteHead(
        sequence=_next_number(connection, merchant),
        issued_at=present(),
        merchant=merchant,
        rma=origin.ref.rma,
        order_version=order_version,
    )
    order = load_version(connection, merchant, origin.order_id, order_version)
    rules = load_policy(connection, merchant).policy.credit_notes
    note = write_note(plan, order, news, earlier=earlier, head=head, rules=rules)
    if corrects:
        note = note.model_copy(update={"corrects": corrects})
    _insert(connection, note)
    return note


def load_note(connection: Connection, merchant: str, number: str) -> CreditNote:
    """The note as it was written. Raises UnknownCreditNote."""
    query = select(credit_notes.c.document).where(credit_notes.c.merchant == merchant, credit_notes.c.number == number)
    document = connection.scalar(query)
    if document is None:
        raise UnknownCreditNote(f"there is no credit note {number}")
    return CreditNote.model_validate_json(document)


def list_notes(
    connection: Connection,
    merchant: str,
    *,
    order_id: str | None = None,
    rma: str | None = None,
    for_buyer: bool = False,
    after: int = 0,
    limit: int | None = None,
) -> list[CreditNote]:
    """Notes of the merchant in the order of their numbers, of one order or case where named, behind number `after`.

    For the buyer without those about what recipients of gifts sent back.
    """
    table = credit_notes.c
    query = select(table.document).where(table.merchant == merchant, table.sequence > after)
    if order_id is not None:
        query = query.where(table.order_id == order_id)
    if rma is not None:
        query = query.where(table.rma == rma)
    if for_buyer:
        of_recipients = select(cases.c.rma).where(cases.c.merchant == merchant, cases.c.for_recipient.is_(True))
        query = query.where(table.rma.not_in(of_recipients))
    documents = connection.scalars(query.order_by(table.sequence).limit(limit))
    return [CreditNote.model_validate_json(document) for document in documents]


def _reimbursement(connection: Connection, case: CaseDocument) -> tuple[CaseDocument, list[CaseRef]]:
    """The case whose plan is paid, and every case that pays it: itself, and the payment issues that continue it."""
    origin = case
    while isinstance(origin, PaymentIssue) and origin.continues is not None:
        origin = _load(connection, origin.continues)
    members = [origin.ref]
    issues = _issues(connection, origin)
    while more := [each.ref for each in issues if each.continues in members and each.ref not in members]:
        members += more
    return origin, members


def _issues(connection: Connection, case: CaseDocument) -> Sequence[PaymentIssue]:
    query = select(cases.c.document).where(
        cases.c.merchant == case.ref.merchant,
        cases.c.order_id == case.order_id,
        cases.c.kind == str(CaseKind.PAYMENT_ISSUE),
    )
    return [PaymentIssue.model_validate_json(document) for document in connection.scalars(query)]


def _load(connection: Connection, ref: CaseRef) -> CaseDocument:
    """The case, not locked: its plan and what it continues never change once payouts rest on them."""
    where = (cases.c.merchant == ref.merchant, cases.c.rma == ref.rma, cases.c.kind == str(ref.kind))
    document = connection.scalars(select(cases.c.document).where(*where)).one()
    return DOCUMENTS[ref.kind].model_validate_json(document)


def _next_number(connection: Connection, merchant: str) -> int:
    table = credit_note_counters.c
    statement = insert_or(connection, credit_note_counters).values(merchant=merchant, last=1)
    counted = statement.on_conflict_do_update(index_elements=["merchant"], set_={"last": table.last + 1})
    return int(connection.execute(counted.returning(table.last)).scalar_one())


def _insert(connection: Connection, note: CreditNote) -> None:
    shown = {"merchant", "sequence", "number", "order_id", "rma", "currency", "issued_at"}
    amounts = {"net_minor", "tax_minor", "total_minor"}
    columns = note.model_dump(include=shown | amounts)
    connection.execute(insert(credit_notes).values(**columns, document=note.model_dump_json()))
