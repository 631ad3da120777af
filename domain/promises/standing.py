"""Which dates a customer is being told now, derived from where the case stands and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.case_documents import CaseDocument
from domain.cases import CaseKind, CasePart, Progress, WaitingFor
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.progress import is_label_awaited
from domain.policies import Policy, StatutePack
from domain.promises.keeping import is_sent
from domain.promises.models import PromiseKind
from domain.promises.refunds import refund_due

# What the customer is told of each wait. Appeals are a right and not a promise; stock and payouts have no date.
_OF_WAIT = {
    WaitingFor.REVIEW: PromiseKind.DECISION_BY,
    WaitingFor.APPROVAL: PromiseKind.DECISION_BY,
    WaitingFor.INSPECTION: PromiseKind.INSPECTION_BY,
    WaitingFor.DISPATCH: PromiseKind.DISPATCH_BY,
    WaitingFor.DELIVERY: PromiseKind.DELIVERY_BY,
    WaitingFor.PARCEL: PromiseKind.PARCEL_BY,
    WaitingFor.REMAINING_PARCELS: PromiseKind.REMAINING_PARCELS_BY,
    WaitingFor.EVIDENCE: PromiseKind.ANSWER_BY,
    WaitingFor.PAYMENT: PromiseKind.PAYMENT_BY,
}
# Payment issues and adjustments are the shop's own: no customer sees their dates.
_SHOWN = frozenset({CaseKind.RETURN, CaseKind.EXCHANGE, CaseKind.CLAIM, CaseKind.REPLACEMENT_SHIPMENT})


class StandingPromise(CasePart):
    """A date that stands now, and the law that sets it, if one does."""

    kind: PromiseKind
    due_at: datetime
    law: StatutePack | None = None


def standing_promises(case: CaseDocument, progress: Progress, policy: Policy) -> tuple[StandingPromise, ...]:
    """At most one of each kind: the deadline of the present wait, until when a label comes, and the money goes back."""
    if case.ref.kind not in _SHOWN or not progress.open:
        return ()
    return tuple(_standing(case, progress, policy))


def _standing(case: CaseDocument, progress: Progress, policy: Policy) -> Iterator[StandingPromise]:
    kind = _OF_WAIT.get(progress.waiting_for)
    if kind is not None and progress.deadline is not None and not _is_on_its_way(case, progress):
        yield StandingPromise(kind=kind, due_at=progress.deadline)
    if progress.waiting_for is WaitingFor.PARCEL and isinstance(case, CaseWithGoods) and _awaits_label(case):
        yield StandingPromise(
            kind=PromiseKind.LABEL_BY, due_at=policy.due(progress.since, policy.deadlines.label_within)
        )
    if refund := refund_due(case, policy):
        yield StandingPromise(kind=PromiseKind.REFUND_BY, due_at=refund.by, law=refund.law)


def _awaits_label(case: CaseWithGoods) -> bool:
    return is_label_awaited(case.goods) and not is_sent(case)


def _is_on_its_way(case: CaseDocument, progress: Progress) -> bool:
    """Whether the customer did their part, or it is too late for it: what ends then is the shop's patience."""
    if progress.waiting_for is not WaitingFor.PARCEL or not isinstance(case, CaseWithGoods):
        return False
    return case.goods.scanned_at is not None or case.goods.overdue_at is not None
