"""The beginning and the end of a return, and what happens when nobody comes in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.authority import Deed, need_for, role_asked
from domain.cases import WaitingFor
from domain.changes import entry
from domain.exchanges.choices import pass_choice
from domain.exchanges.facts import NOTHING_WANTED, ExchangeAsk
from domain.goods_back.deliveries import plan_deliveries
from domain.goods_back.label_expiry import pass_goods_moment
from domain.goods_back.progress import pass_goods_deadline
from domain.orders import Order
from domain.policies import Action, Conditions, Policy, SpentBefore
from domain.returns.case import Eligibility, Finding, PolicyException, ReturnCase, Verdict
from domain.returns.changes import Change
from domain.returns.eligibility import decide_eligibility
from domain.returns.exception_deadlines import pass_exception_deadlines
from domain.returns.exceptions import OF_REQUESTS, action_for, goods_worth, judge_exception
from domain.returns.progress import derive_progress
from domain.returns.risks import hear_appeal
from domain.returns.service import terms_of
from domain.returns.waits import open_question
from domain.risk.models import RiskHistory

_VERDICT_WORDS = {
    Verdict.AUTHORIZED: "The {kind} is authorized.",
    Verdict.IN_REVIEW: "A person decides on the {kind}.",
    Verdict.REFUSED: "The {kind} is refused.",
}


def open_return(
    case: ReturnCase,
    order: Order,
    *,
    policy: Policy,
    conditions: Conditions,
    taken: Mapping[str, int],
    at: datetime,
    ask: ExchangeAsk = NOTHING_WANTED,
    history: RiskHistory | None = None,
    spent: Sequence[SpentBefore] = (),
) -> Change:
    """The verdict on the request by its own date, with the rules that led to it.

    Whoever appeals is heard by a person, unless the request has become impossible or other rules are against it too.
    """
    eligibility = decide_eligibility(
        order,
        case.lines,
        policy=policy,
        conditions=conditions,
        taken=taken,
        now=case.requested_at,
        ask=ask,
        history=history,
        is_gift=case.gift is not None,
    )
    if eligibility.decision is not None:
        decision = eligibility.decision.model_copy(update={"policy_version": case.policy_version})
        eligibility = eligibility.model_copy(update={"decision": decision})
    if case.appeal is not None:
        eligibility = hear_appeal(eligibility)
    wanted = next((each for each in case.exceptions if each.action in OF_REQUESTS), None)
    if wanted is not None and eligibility.verdict is not Verdict.AUTHORIZED and eligibility.decision is not None:
        return _opened_by_exception(case, order, eligibility, wanted, policy=policy, spent=spent, at=at)
    if eligibility.verdict is Verdict.IN_REVIEW:
        deed = Deed(Action.REVIEW, goods_worth(order, case.lines), case.opened_by)
        case = case.with_facts(review_need=need_for(deed, policy))
    return _opened(case, eligibility, at=at)


def _opened_by_exception(
    case: ReturnCase,
    order: Order,
    eligibility: Eligibility,
    wanted: PolicyException,
    *,
    policy: Policy,
    spent: Sequence[SpentBefore],
    at: datetime,
) -> Change:
    """What the rules refuse or leave to a person is granted by whoever asked, as far as the matrix lets them, or reviewed.

    A request that is impossible whatever the rules say stays refused: it has no decision.
    """
    wanted = wanted.model_copy(update={"action": action_for(eligibility.findings, case.lines)})
    worth = goods_worth(order, case.lines)
    judged = judge_exception(wanted, eligibility.findings, worth, policy=policy, spent=spent)
    verdict = Verdict.AUTHORIZED if judged.granted else Verdict.IN_REVIEW
    asked = case.with_facts(exceptions=(judged, *case.exceptions[1:]), review_need=judged.need)
    return _opened(asked, eligibility.model_copy(update={"verdict": verdict}), at=at)


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
    if progress.waiting_for is not waiting_for:
        return None
    if change := pass_choice(case, at=at):
        return change
    if change := pass_exception_deadlines(case, policy=policy, at=at):
        return change
    if change := pass_goods_moment(case, progress, at=at):
        return change
    if progress.deadline is None or at < progress.deadline:
        return None
    if change := pass_goods_deadline(case, waiting_for, at=at):
        return change
    if waiting_for is WaitingFor.EVIDENCE:
        return _go_on_without_evidence(case, at=at)
    summary = f"The wait for {waiting_for} passed its deadline and was escalated."
    if waiting_for in (WaitingFor.REVIEW, WaitingFor.APPROVAL):
        need = case.review_need if waiting_for is WaitingFor.REVIEW else case.approval_need
        role = role_asked(need, escalations=case.escalated.count(waiting_for) + 1)
        summary = f"The wait for {waiting_for} passed its deadline and was escalated: the role {role} is asked now."
    changed = case.with_facts(escalated=(*case.escalated, waiting_for))
    return Change(case=changed, entries=(entry(at, f"{waiting_for}.escalated", summary),))


def _go_on_without_evidence(case: ReturnCase, *, at: datetime) -> Change:
    question = open_question(case)
    assert question is not None, "the wait is for an open question"
    asked = (*case.evidence_requests[:-1], question.model_copy(update={"given_up_at": at}))
    summary = "The customer did not answer in time; it is decided without."
    return Change(case=case.with_facts(evidence_requests=asked), entries=(entry(at, "evidence.overdue", summary),))


def close_return(case: ReturnCase, *, policy: Policy, at: datetime) -> Change:
    """The return is closed with the outcome that its facts lead to."""
    closed = case.with_facts(closed_at=at)
    state = derive_progress(closed, policy).state
    return Change(case=closed, entries=(entry(at, f"return.{state}", f"The {case.ref.kind} ended as {state}."),))


def _opened(case: ReturnCase, eligibility: Eligibility, *, at: datetime) -> Change:
    """A refusal closes the return at once: nothing was reserved and nothing else can happen."""
    closed_at = at if eligibility.verdict is Verdict.REFUSED else None
    changed = case.with_facts(eligibility=eligibility, decided_at=at, closed_at=closed_at)
    if eligibility.decision is not None:
        changed = changed.with_goods(deliveries=plan_deliveries(changed.expected, terms_of(changed)))
    rules = [finding.policy_rule or finding.rule for finding in eligibility.findings]
    verdict = _VERDICT_WORDS[eligibility.verdict].format(kind=case.ref.kind)
    summary = " ".join([verdict, *(finding.detail for finding in eligibility.findings)])
    line = entry(at, f"return.{eligibility.verdict}", summary, rules=rules, policy_version=case.policy_version)
    return Change(case=changed, entries=(line,))
