"""The beginning and the end of a return, and what happens when nobody comes in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.cases import WaitingFor
from domain.changes import entry
from domain.goods_back.progress import pass_goods_deadline
from domain.orders import Order
from domain.policies import Conditions, Policy
from domain.returns.case import Eligibility, Finding, ReturnCase, Verdict
from domain.returns.changes import Change
from domain.returns.eligibility import decide_eligibility
from domain.returns.progress import derive_progress

_VERDICT_WORDS = {
    Verdict.AUTHORIZED: "The return is authorized.",
    Verdict.IN_REVIEW: "A person decides on the return.",
    Verdict.REFUSED: "The return is refused.",
}


def open_return(
    case: ReturnCase, order: Order, *, policy: Policy, conditions: Conditions, taken: Mapping[str, int], at: datetime
) -> Change:
    """The verdict on the request by its own date, with the rules that led to it."""
    eligibility = decide_eligibility(
        order, case.lines, policy=policy, conditions=conditions, taken=taken, now=case.requested_at
    )
    if eligibility.decision is not None:
        decision = eligibility.decision.model_copy(update={"policy_version": case.policy_version})
        eligibility = eligibility.model_copy(update={"decision": decision})
    return _opened(case, eligibility, at=at)


def refuse_taken_units(case: ReturnCase, *, at: datetime) -> Change:
    """Refused since another case got hold of the units between the request and its decision."""
    finding = Finding(
        rule="units_in_other_case",
        detail="Another case took the same units a moment ago.",
        way_out="Follow or cancel the other case of this order.",
    )
    return _opened(case, Eligibility(verdict=Verdict.REFUSED, findings=(finding,)), at=at)


def pass_deadline(case: ReturnCase, waiting_for: WaitingFor, *, policy: Policy, at: datetime) -> Change | None:
    """What happens when the wait's deadline passed; None when it has not, or when the case moved on meanwhile."""
    progress = derive_progress(case, policy)
    if progress.waiting_for is not waiting_for or progress.deadline is None or at < progress.deadline:
        return None
    if change := pass_goods_deadline(case, waiting_for, at=at):
        return change
    summary = f"The wait for {waiting_for} passed its deadline and was escalated."
    changed = case.with_facts(escalated=(*case.escalated, waiting_for))
    return Change(case=changed, entries=(entry(at, f"{waiting_for}.escalated", summary),))


def close_return(case: ReturnCase, *, policy: Policy, at: datetime) -> Change:
    """The return is closed with the outcome that its facts lead to."""
    closed = case.with_facts(closed_at=at)
    state = derive_progress(closed, policy).state
    return Change(case=closed, entries=(entry(at, f"return.{state}", f"The return ended as {state}."),))


def _opened(case: ReturnCase, eligibility: Eligibility, *, at: datetime) -> Change:
    """A refusal closes the return at once: nothing was reserved and nothing else can happen."""
    closed_at = at if eligibility.verdict is Verdict.REFUSED else None
    changed = case.with_facts(eligibility=eligibility, decided_at=at, closed_at=closed_at)
    rules = [finding.policy_rule or finding.rule for finding in eligibility.findings]
    summary = " ".join([_VERDICT_WORDS[eligibility.verdict], *(finding.detail for finding in eligibility.findings)])
    line = entry(at, f"return.{eligibility.verdict}", summary, rules=rules, policy_version=case.policy_version)
    return Change(case=changed, entries=(line,))
