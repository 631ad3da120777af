"""Claims: nothing before somebody approves, and never above what was paid."""

from __future__ import annotations

from domain.cases import EventKind, EventOutcome, WaitingFor
from domain.claims.deciding import decide_claim
from domain.claims.giving import pay
from domain.claims.progress import is_ready_to_give
from domain.policies import Policy
from domain.returns.approvals import DecidingRoom
from tests.builders import ASKED, SUPERVISOR, an_event
from tests.domain.claims.builders import a_claim, ground
from tests.scenarios.catalogue import Figures, passes

SPREE = "spree/spree"


@passes("SC079", SPREE, accepted=False)
def an_open_claim_is_not_resolved(policy: Policy) -> Figures:
    """An open claim gives nothing: neither goods nor money leave until somebody approved it."""
    claim = a_claim()
    paid = pay(claim, ground(policy=policy), at=ASKED).case.payouts
    return {"accepted": is_ready_to_give(claim) or bool(paid)}


@passes("SC080", SPREE, accepted=False)
def a_claim_above_what_was_paid(policy: Policy) -> Figures:
    """12.01 for a mug of 12.00 is refused, with what is left."""
    event = an_event(EventKind.APPROVAL_DECIDED, {"decision": "reduce", "amount_minor": 1201}, actor=SUPERVISOR)
    change = decide_claim(a_claim(), event, WaitingFor.REVIEW, ground(policy=policy), DecidingRoom(), at=ASKED)
    assert change.answer is not None
    assert change.answer.code == "refund_exceeds_balance"
    return {"accepted": change.answer.outcome is EventOutcome.APPLIED}
