"""The story of each kind of case: the one place that knows them all."""

from __future__ import annotations

from domain.adjustments import progress as adjustments
from domain.adjustments import queue as adjustments_queue
from domain.adjustments.case import Adjustment
from domain.approvals import ApprovalItem
from domain.case_documents import CaseDocument
from domain.cases import Progress
from domain.claims import progress as claims
from domain.claims import queue as claims_queue
from domain.claims.case import Claim
from domain.claims.risks import stake_of_claim
from domain.collections import due_acts
from domain.confirmations import confirmation_items
from domain.payment_issues import progress as payment_issues
from domain.payment_issues.case import PaymentIssue
from domain.policies import Deadlines, Policy, Signal
from domain.replacement_shipments import progress as replacement_shipments
from domain.replacement_shipments.case import ReplacementShipment
from domain.returns import progress as returns
from domain.returns import queue as returns_queue
from domain.returns import service as returns_service
from domain.returns.case import ReturnCase
from domain.returns.risks import ReturnStake, signals_of, stake_of


def derive_progress(case: CaseDocument, policy: Policy) -> Progress:
    """Where the case stands, by the rules of its kind, and what is due about money from the customer."""
    progress = _derive_progress(case, policy)
    due = due_acts(case.collections)
    return progress.model_copy(update={"collections": due}) if due else progress


def _derive_progress(case: CaseDocument, policy: Policy) -> Progress:
    match case:
        case ReturnCase():
            return returns.derive_progress(case, policy)
        case PaymentIssue():
            return payment_issues.derive_progress(case, policy)
        case ReplacementShipment():
            return replacement_shipments.derive_progress(case, policy)
        case Adjustment():
            return adjustments.derive_progress(case, policy)
        case Claim():
            return claims.derive_progress(case, policy)
        case _:
            raise TypeError(f"no story is told by {type(case).__name__}")


def deadlines_of(case: CaseDocument, policy: Policy) -> Deadlines:
    """How long the parts of the case may take: as decided with a return, else as the policy says."""
    return returns_service.deadlines_of(case, policy) if isinstance(case, ReturnCase) else policy.deadlines


def approval_items(case: CaseDocument, progress: Progress) -> tuple[ApprovalItem, ...]:
    """What of the case needs or needed somebody's authority; what was paid outside is confirmed whatever the kind."""
    return (*_own_items(case, progress), *confirmation_items(case, progress))


def _own_items(case: CaseDocument, progress: Progress) -> tuple[ApprovalItem, ...]:
    match case:
        case ReturnCase():
            return returns_queue.approval_items(case, progress)
        case Adjustment():
            return adjustments_queue.approval_items(case, progress)
        case Claim():
            return claims_queue.approval_items(case, progress)
        case _:
            return ()


def return_stake(case: CaseDocument, progress: Progress) -> ReturnStake | None:
    """What the case counts for in the history of its account; cases of other kinds send nothing back."""
    match case:
        case ReturnCase():
            return stake_of(case, progress)
        case Claim():
            return stake_of_claim(case, progress)
        case _:
            return None


def seen_signals(case: CaseDocument) -> tuple[Signal, ...]:
    """The signals of abuse that were seen on the case; only returns are looked at."""
    return signals_of(case) if isinstance(case, ReturnCase) else ()
