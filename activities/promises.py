"""Dates told to customers: kept with each change of a case, and looked at when they come close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.cases import SYSTEM, CaseRef, Progress, TimelineEntry
from domain.changes import CaseChange
from domain.policies import Policy
from domain.ports import Records, Transaction
from domain.promises.following import follow_promises, watch_promise
from domain.promises.models import DuePromise
from domain.promises.telling import tell_promise


def keep_promises(
    tx: Transaction, change: CaseChange[Any], progress: Progress, policy: Policy
) -> tuple[TimelineEntry, ...]:
    """The promises are as the changed case has them; the answer is what its timeline says about that."""
    case, last = change.case, change.entries[-1] if change.entries else None
    at = last.at if last else progress.since
    known = tx.promises(case.ref)
    changed = follow_promises(known, case, progress, policy, at=at, by=last.actor if last else SYSTEM)
    tx.keep_promises(case.ref, case.order_id, changed)
    before, after = ({each.number: each for each in some} for some in (known, changed))
    told = []
    for promise in changed:
        instead = after.get(promise.replaced_by or 0)
        if line := tell_promise(before.get(promise.number), promise, at=at, instead=instead):
            told.append(line)
            announce_promise(tx, case.ref, line)
    return tuple(told)


def announce_promise(tx: Transaction, ref: CaseRef, line: TimelineEntry) -> None:
    """The shop's systems hear what the timeline says."""
    tx.announce(ref, f"{ref.kind}.{line.event}", {"rma": ref.rma, **line.facts})


@dataclass(frozen=True)
class PromiseSteps:
    """What is done about a date because time has passed; no workflow is told, since no case changes by it."""

    records: Records

    def watch(self, due: DuePromise, *, at: datetime) -> bool:
        """The shop is warned of the promise, or told that it is broken; False when there is nothing to do any more."""
        with self.records.transaction() as tx:
            case = tx.case(due.ref)
            promise = next(each for each in tx.promises(due.ref) if each.number == due.number)
            after = watch_promise(promise, at=at)
            if after is None:
                return False
            tx.keep_promises(due.ref, case.order_id, [after])
            if line := tell_promise(promise, after, at=at):
                tx.add_to_timeline(due.ref, line)
                announce_promise(tx, due.ref, line)
            return True
