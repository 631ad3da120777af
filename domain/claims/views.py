"""The claim as everybody outside sees it."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.cases import Actor, CaseRef, Progress, WaitingFor
from domain.claims.case import Claim, Denial, LineJudgement, Resolution
from domain.claims.methods import claim_amounts_by_method
from domain.claims.progress import ClaimState
from domain.goods_back.facts import Inspection, Receipt
from domain.goods_back.giving_back import UnitsGoingBack, view_going_back
from domain.goods_back.parts import Evidence
from domain.goods_back.progress import is_label_awaited
from domain.goods_back.receptions import Reception, derive_receptions
from domain.goods_back.views import DeliveryView, DispositionView, LabelView, has_moved, view_delivery, view_label
from domain.policies import FAULT_OF, ClaimProblem, Fault, Method, Remedy
from domain.reimbursements import AmountLine
from domain.replacement_shipments.reports import ShipmentReport
from domain.returns.case import EvidenceRequest, Finding, Verdict
from domain.returns.methods import MethodAmount
from domain.returns.views import ApprovalView, PayoutView


class ClaimViewPart(BaseModel):
    """Parts of a view are values."""

    model_config = ConfigDict(frozen=True)


class ClaimLineView(ClaimViewPart):
    """One claimed line; `reception` says where its units are once the goods were asked for."""

    line_id: str
    quantity: int
    serial_number: str
    in_warranty: bool
    reception: dict[Reception, int]
    checklist: tuple[str, ...] = Field(default=(), description="What the inspector answers about its goods.")


class ClaimView(ClaimViewPart):
    """Where the claim stands, what happens next and by when, and everything known about it."""

    number: str = Field(description="The number of the case, written and read like an RMA number.")
    order_id: str
    currency: str
    problem: ClaimProblem
    wish: Remedy
    refund_as: Method | None = Field(description="How the customer wants money for it; null: they did not choose.")
    note: str
    follows: CaseRef | None = Field(description="The case whose goods were lost on their way; null: somebody filed it.")
    lines: tuple[ClaimLineView, ...]
    evidence: tuple[Evidence, ...]
    state: ClaimState
    waiting_for: WaitingFor
    since: AwareDatetime
    deadline: AwareDatetime | None
    next_step: str
    open: bool
    verdict: Verdict | None
    reasons: tuple[Finding, ...]
    judgements: tuple[LineJudgement, ...] = Field(description="What the policy's tables said about each line, and why.")
    fault: Fault = Field(description="Who caused it: no fees are kept where the shop or its carrier did.")
    charged_to: Fault = Field(description="Who bears what is given: the carrier's part can be claimed from it.")
    resolution: Resolution | None
    approval: ApprovalView | None
    denials: tuple[Denial, ...]
    may_be_appealed: bool
    evidence_requests: tuple[EvidenceRequest, ...]
    total_minor: int | None = Field(description="What is paid back; null until that is decided, and for a replacement.")
    amounts: tuple[AmountLine, ...]
    owed_minor: int = Field(description="What the customer is still owed beyond the payouts.")
    paid_as: tuple[MethodAmount, ...] = Field(
        description="What is paid in which way, with the bonus of a store credit."
    )
    payouts: tuple[PayoutView, ...]
    replacement_shipments: tuple[ShipmentReport, ...]
    label: LabelView | None
    label_follows: bool = Field(description="The goods are asked for, and the carrier has not answered yet.")
    deliveries: tuple[DeliveryView, ...] = Field(description="The parcels in which goods that are asked for come back.")
    receipts: tuple[Receipt, ...]
    inspections: tuple[Inspection, ...]
    dispositions: tuple[DispositionView, ...]
    going_back: tuple[UnitsGoingBack, ...]
    opened_by: Actor
    requested_at: AwareDatetime
    policy_version: int
    closed_at: AwareDatetime | None


def view_claim(case: Claim, progress: Progress) -> ClaimView:
    """The view of a stored claim and its stored progress."""
    fault = case.resolution.fault if case.resolution else FAULT_OF[case.problem]
    return ClaimView(
        number=case.ref.rma,
        **progress.model_dump(include={"state", "waiting_for", "since", "deadline", "next_step", "open"}),
        **{
            name: getattr(case, name)
            for name in (
                "order_id",
                "currency",
                "problem",
                "wish",
                "refund_as",
                "note",
                "follows",
                "evidence",
                "verdict",
                "judgements",
                "resolution",
                "denials",
                "may_be_appealed",
                "evidence_requests",
                "owed_minor",
                "opened_by",
                "requested_at",
                "policy_version",
                "closed_at",
            )
        },
        lines=_lines(case),
        reasons=case.findings,
        fault=fault,
        charged_to=Fault.MERCHANT if fault is Fault.NONE else fault,
        approval=_approval(case),
        total_minor=case.plan.total_minor if case.plan else None,
        amounts=case.plan.lines if case.plan else (),
        paid_as=claim_amounts_by_method(case),
        payouts=tuple(PayoutView(**payout.model_dump(exclude={"key"})) for payout in case.payouts),
        replacement_shipments=case.shipments,
        label=view_label(case.goods.label),
        label_follows=progress.waiting_for is WaitingFor.PARCEL and is_label_awaited(case.goods),
        deliveries=_deliveries(case),
        receipts=case.goods.receipts,
        inspections=case.goods.inspections,
        dispositions=tuple(
            DispositionView(**unit.model_dump(include=set(DispositionView.model_fields)))
            for unit in case.goods.dispositions
        ),
        going_back=view_going_back(case.goods),
    )


def _lines(case: Claim) -> tuple[ClaimLineView, ...]:
    receptions, terms = derive_receptions(case.goods, case.expected), case.terms
    covered = {judged.line_id: judged.in_warranty for judged in case.judgements}
    return tuple(
        ClaimLineView(
            line_id=line.line_id,
            quantity=line.quantity,
            serial_number=line.serial_number,
            in_warranty=covered.get(line.line_id, False),
            reception=dict(receptions.get(line.line_id, {})),
            checklist=terms[line.line_id].checklist,
        )
        for line in case.lines
    )


def _deliveries(case: Claim) -> tuple[DeliveryView, ...]:
    if not case.takes_goods and not has_moved(case):
        return ()
    return tuple(view_delivery(case, one) for one in case.goods.deliveries)


def _approval(case: Claim) -> ApprovalView | None:
    given = case.approval or case.reviewed
    if not case.approval_reasons and given is None:
        return None
    return ApprovalView.of(
        case.approval_reasons, given, need=case.approval_need, first=case.first_approval, is_open=case.needs_approval
    )
