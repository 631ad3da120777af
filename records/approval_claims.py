"""Who works on an approval: taken on and let go, at once and without the worker, with its line on the timeline."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection, update

from domain.cases import Actor, CaseRef, TimelineEntry
from records.approvals import StoredApproval, find_approval
from records.cases import add_to_timeline
from records.statements import present
from records.tables import approvals


class ClaimAnswer(StrEnum):
    """What came of taking an approval on or letting it go."""

    DONE = "done"
    UNKNOWN = "unknown"
    DECIDED = "decided"
    TAKEN = "taken"


def claim(
    connection: Connection, merchant: str, rma: str, subject: str, *, by: Actor
) -> tuple[ClaimAnswer, StoredApproval | None]:
    """The approval is the caller's to decide; of two at the same moment one has it and the other is told who."""
    return _set_owner(connection, merchant, rma, subject, by=by, owner=by.person)


def release(
    connection: Connection, merchant: str, rma: str, subject: str, *, by: Actor
) -> tuple[ClaimAnswer, StoredApproval | None]:
    """Nobody has the approval any more; whoever may decide may also take it from somebody else."""
    return _set_owner(connection, merchant, rma, subject, by=by, owner="")


def _set_owner(
    connection: Connection, merchant: str, rma: str, subject: str, *, by: Actor, owner: str
) -> tuple[ClaimAnswer, StoredApproval | None]:
    now = present()
    where = [
        approvals.c.merchant == merchant,
        approvals.c.rma == rma,
        approvals.c.subject == subject,
        approvals.c.decided_at.is_(None),
    ]
    if owner:
        where.append(approvals.c.owner.in_(("", owner)))
    values = {"owner": owner, "claimed_at": now if owner else None}
    done = connection.execute(update(approvals).where(*where).values(values)).rowcount == 1
    found = find_approval(connection, merchant, rma, subject)
    if found is None:
        return ClaimAnswer.UNKNOWN, None
    if not done:
        return ClaimAnswer.DECIDED if found.item.decided_at else ClaimAnswer.TAKEN, found
    words = f"{by.name} took the approval of the {subject} on." if owner else f"{by.name} released the {subject}."
    entry = TimelineEntry(
        at=now,
        actor=by,
        event="approval.claimed" if owner else "approval.released",
        summary=words,
        facts={"approval": found.approval_id},
    )
    add_to_timeline(connection, CaseRef(merchant=merchant, rma=rma, kind=found.ref.kind), entry)
    return ClaimAnswer.DONE, found
