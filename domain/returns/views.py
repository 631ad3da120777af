"""The return as everybody outside sees it: one joined-up answer without our bookkeeping."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.cases import Actor, CaseKind, Progress, Role, WaitingFor
from domain.exchanges.views import ExchangeView, view_exchange
from domain.goods_back.counts import inspected_units, received_units
from domain.goods_back.facts import Inspection, Receipt
from domain.goods_back.giving_back import UnitsGoingBack, view_going_back
from domain.goods_back.parts import UnitCount
from domain.goods_back.progress import is_label_awaited
from domain.goods_back.receptions import Reception, derive_receptions
from domain.goods_back.views import DeliveryView, DispositionView, LabelView, has_moved, view_delivery, view_label
from domain.payouts import PayoutMethod, PayoutState
from domain.policies import Method
from domain.policies.authority import AuthorityNeed
from domain.promises.models import Promise, PromisedDate
from domain.reimbursements import AmountLine
from domain.returns.case import Approval, EvidenceRequest, Finding, PolicyException, ReturnCase, Verdict
from domain.returns.methods import MethodAmount, method_of, share_by_method
from domain.returns.service import terms_of


class ViewPart(BaseModel):
    """Parts of a view are values."""

    model_config = ConfigDict(frozen=True)


class LineView(ViewPart):
    """One line of the return with how far its units have come."""

    line_id: str
    quantity: int
    reason: str
    resolution: Method
    received: int
    inspected: int
    reception: dict[Reception, int]
    checklist: tuple[str, ...] = ()


class RefundView(ViewPart):
    """What is owed, line by line, and what has gone out."""

    currency: str
    proposed_minor: int
    refunded_minor: int
    amounts: tuple[AmountLine, ...]
    paid_as: tuple[MethodAmount, ...]


class PayoutView(ViewPart):
    """One movement of money."""

    number: int
    payment_id: str
    amount_minor: int
    currency: str
    state: PayoutState
    method: PayoutMethod
    bonus_minor: int
    account: str
    expires_at: AwareDatetime | None
    provider_reference: str
    failure: str


class ApprovalView(ViewPart):
    """Why a person must decide, and what they said."""

    reasons: tuple[Finding, ...]
    decision: str | None
    decided_by: str | None
    decided_at: AwareDatetime | None
    note: str
    stands_in_for: str = ""
    roles: tuple[Role, ...] = ()
    still_needed: int = 0
    first_by: str | None = None

    @classmethod
    def of(
        cls,
        reasons: tuple[Finding, ...],
        given: Approval | None,
        *,
        need: AuthorityNeed | None,
        first: Approval | None,
        is_open: bool,
    ) -> Self:
        """What was decided and who decided it; while it is open, whose word it still takes."""
        return cls(
            reasons=reasons,
            decision=given.decision if given else None,
            decided_by=given.actor.name if given else None,
            decided_at=given.at if given else None,
            note=given.note if given else "",
            stands_in_for=given.stands_in_for if given else "",
            roles=need.roles if need else (),
            still_needed=(need.approvals if need else 1) - (1 if first else 0) if is_open else 0,
            first_by=first.actor.name if first else None,
        )


class SplitView(ViewPart):
    """Units that another return goes on with."""

    rma: str
    units: tuple[UnitCount, ...]
    at: AwareDatetime
    actor: Actor
    note: str


class ReturnView(ViewPart):
    """Where the return stands, what happens next and by when, and everything known about it."""

    rma: str
    kind: CaseKind = CaseKind.RETURN
    order_id: str
    state: str
    waiting_for: WaitingFor
    since: AwareDatetime
    deadline: AwareDatetime | None
    next_step: str
    open: bool
    verdict: Verdict | None
    reasons: tuple[Finding, ...]
    lines: tuple[LineView, ...]
    label: LabelView | None
    label_follows: bool
    deliveries: tuple[DeliveryView, ...] = ()
    promises: Annotated[
        tuple[PromisedDate, ...], Field(description="The dates that the customer was told and still waits for.")
    ] = ()
    receipts: tuple[Receipt, ...]
    inspections: tuple[Inspection, ...]
    refund: RefundView | None
    approval: ApprovalView | None
    exceptions: tuple[PolicyException, ...] = ()
    evidence_requests: tuple[EvidenceRequest, ...] = ()
    payouts: tuple[PayoutView, ...]
    exchange: ExchangeView | None = None
    dispositions: tuple[DispositionView, ...]
    going_back: tuple[UnitsGoingBack, ...] = ()
    follows: str = ""
    split_off: tuple[SplitView, ...] = ()
    opened_by: Actor
    requested_at: AwareDatetime
    policy_version: int
    closed_at: datetime | None


# What the progress says to everybody; the rest of it is for the workflow.
_STANDING = {"state", "waiting_for", "since", "deadline", "next_step", "open"}


def view_return(case: ReturnCase, progress: Progress, promises: Sequence[Promise] = ()) -> ReturnView:
    """The view of a stored return, its stored progress, and the promises that somebody waits for."""
    received, inspected = received_units(case.goods), inspected_units(case.goods)
    terms = terms_of(case)
    receptions = derive_receptions(case.goods, case.lines)
    return ReturnView(
        rma=case.ref.rma,
        kind=case.ref.kind,
        order_id=case.order_id,
        **progress.model_dump(include=_STANDING),
        verdict=case.eligibility.verdict if case.eligibility else None,
        reasons=case.eligibility.findings if case.eligibility else (),
        lines=tuple(
            LineView(
                line_id=line.line_id,
                quantity=line.quantity,
                reason=line.reason,
                resolution=line.resolution or method_of(line, terms),
                received=received[line.line_id],
                inspected=inspected[line.line_id],
                reception=receptions[line.line_id],
                checklist=terms[line.line_id].checklist if line.line_id in terms else (),
            )
            for line in case.lines
        ),
        label=view_label(case.goods.label),
        label_follows=progress.waiting_for is WaitingFor.PARCEL and is_label_awaited(case.goods),
        deliveries=tuple(view_delivery(case, one) for one in case.goods.deliveries)
        if progress.open or has_moved(case)
        else (),
        promises=tuple(PromisedDate.of(each) for each in promises),
        receipts=case.goods.receipts,
        inspections=case.goods.inspections,
        refund=_refund(case),
        approval=_approval(case),
        exceptions=case.exceptions,
        evidence_requests=case.evidence_requests,
        payouts=tuple(PayoutView(**payout.model_dump(exclude={"key"})) for payout in case.payouts),
        exchange=view_exchange(case.exchange, case.collections) if case.exchange else None,
        dispositions=tuple(DispositionView(**unit.model_dump()) for unit in case.goods.dispositions),
        going_back=view_going_back(case.goods),
        follows=case.follows,
        split_off=tuple(SplitView(**split.model_dump(include=set(SplitView.model_fields))) for split in case.split_off),
        opened_by=case.opened_by,
        requested_at=case.requested_at,
        policy_version=case.policy_version,
        closed_at=case.closed_at,
    )


def _refund(case: ReturnCase) -> RefundView | None:
    if case.plan is None:
        return None
    gone = (PayoutState.SETTLED, PayoutState.ACCEPTED)
    return RefundView(
        currency=case.currency,
        proposed_minor=case.plan.total_minor,
        refunded_minor=sum(payout.amount_minor for payout in case.payouts if payout.state in gone),
        amounts=case.plan.lines,
        paid_as=share_by_method(case.plan, case.lines, terms_of(case)),
    )


def _approval(case: ReturnCase) -> ApprovalView | None:
    given = case.approval or case.review
    if not case.approval_reasons and given is None and case.review_need is None:
        return None
    asks_for_refund = bool(case.approval_reasons)
    need = case.approval_need if asks_for_refund else case.review_need
    first = case.first_approval if asks_for_refund else case.first_review
    is_open = case.approval is None if asks_for_refund else case.review is None
    return ApprovalView.of(case.approval_reasons, given, need=need, first=first, is_open=is_open)
