"""Whether what was promised has happened, by the facts of the case."""

from __future__ import annotations

from domain.case_documents import CaseDocument
from domain.cases import Progress, WaitingFor
from domain.claims.case import Claim
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.counts import uninspected_units
from domain.goods_back.facts import ReverseDelivery
from domain.promises.models import PromiseKind
from domain.promises.refunds import is_money_back
from domain.replacement_shipments.progress import ReplacementShipmentState
from domain.returns.case import ReturnCase

_DECIDING = frozenset({WaitingFor.REVIEW, WaitingFor.APPROVAL, WaitingFor.EVIDENCE})
_LEFT = frozenset(
    {
        ReplacementShipmentState.SHIPPED,
        ReplacementShipmentState.DELIVERED,
        ReplacementShipmentState.LOST,
        ReplacementShipmentState.RETURNED,
    }
)
_NEVER_ARRIVES = frozenset({ReplacementShipmentState.LOST, ReplacementShipmentState.RETURNED})


def is_kept(kind: PromiseKind, case: CaseDocument, progress: Progress) -> bool:
    """Whether it has happened; the caller knows that the date stands no more."""
    match kind:
        case PromiseKind.DECISION_BY:
            return progress.waiting_for not in _DECIDING and progress.state != "cancelled"
        case PromiseKind.LABEL_BY:
            return isinstance(case, CaseWithGoods) and all(map(_has_its_label, case.goods.deliveries))
        case PromiseKind.REFUND_BY:
            return is_money_back(case)
        case PromiseKind.DISPATCH_BY:
            return progress.state in _LEFT
        case PromiseKind.DELIVERY_BY:
            return progress.state == ReplacementShipmentState.DELIVERED
        case PromiseKind.ANSWER_BY:
            return isinstance(case, ReturnCase | Claim) and _is_answered(case)
        case PromiseKind.PAYMENT_BY:
            exchange = case.exchange if isinstance(case, ReturnCase) else None
            return exchange is not None and exchange.agreed_at is not None
        case _:
            return isinstance(case, CaseWithGoods) and _are_goods_there(kind, case)


def is_broken_for_good(kind: PromiseKind, progress: Progress) -> bool:
    """Whether it cannot be kept any more although its date has not come: the carrier lost it or brought it back."""
    return kind is PromiseKind.DELIVERY_BY and progress.state in _NEVER_ARRIVES


def is_needless(kind: PromiseKind, case: CaseDocument) -> bool:
    """Whether nobody waits for it any more although it never happened: the parcel was sent without its label."""
    return kind is PromiseKind.LABEL_BY and isinstance(case, CaseWithGoods) and is_sent(case)


def is_sent(case: CaseWithGoods) -> bool:
    """Whether the customer sent the parcel, or the first of several."""
    return case.goods.scanned_at is not None or bool(case.goods.arrivals)


def _has_its_label(delivery: ReverseDelivery) -> bool:
    return delivery.label is not None or not delivery.method.needs_label


def _is_answered(case: ReturnCase | Claim) -> bool:
    return bool(case.evidence_requests) and case.evidence_requests[-1].answered_at is not None


def _are_goods_there(kind: PromiseKind, case: CaseWithGoods) -> bool:
    if kind is PromiseKind.INSPECTION_BY:
        return bool(case.goods.inspections) and not uninspected_units(case.goods)
    if kind is PromiseKind.REMAINING_PARCELS_BY:
        return bool(case.goods.arrivals) and case.goods.receiving_ended_at is None
    return is_sent(case)
