"""The beginning and the end of a claim, and what happens when nobody comes in time."""

from __future__ import annotations

from datetime import datetime

from domain.asking import open_question
from domain.authority import Deed, need_for, role_asked
from domain.cases import SYSTEM, WaitingFor
from domain.changes import entry
from domain.claims.case import Claim, Denial, LineJudgement, Resolution
from domain.claims.judging import ClaimJudgement
from domain.claims.planning import Ground, part_of, value_claim
from domain.claims.progress import derive_progress
from domain.claims.proposing import ClaimChange, deny, propose, say_way_out
from domain.goods_back.label_expiry import pass_goods_moment
from domain.goods_back.progress import pass_goods_deadline
from domain.money import Money
from domain.policies import FAULT_OF, Action, Answer, ClaimRuling, Policy, Remedy
from domain.reimbursements import AmountRefused
from domain.returns.case import Finding, Verdict


def open_claim(case: Claim, judgement: ClaimJudgement, ground: Ground, *, at: datetime) -> ClaimChange:
    """The claim with what the policy says to it: denied, proposed within the rules' authority, or for a person."""
    judged = case.with_facts(
        verdict=judgement.verdict,
        findings=judgement.findings,
        judgements=judgement.lines,
        risk=judgement.risk,
        decided_at=at,
    )
    ruling = judgement.ruling
    if ruling is None:
        return _to_a_person(judged, ground, at=at)
    if ruling.answer is Answer.REFUSE:
        denial = Denial(at=at, actor=SYSTEM, reason=ruling.says, way_out=say_way_out(judged, ruling.way_out))
        line = entry(at, "claim.denied", f"Denied by the policy: {ruling.says}", rules=_rules(judged))
        return ClaimChange(case=deny(_reviewed_later(judged, ground), denial), entries=(line,))
    if ruling.part_percent is not None and len(judged.lines) > 1:
        detail = "The rules grant a part, and of several lines somebody must say on which."
        several = Finding(rule="lines_differ", policy_rule="claims", detail=detail, way_out="Wait for the decision.")
        doubted = judged.with_facts(verdict=Verdict.IN_REVIEW, findings=(*judged.findings, several))
        return _to_a_person(doubted, ground, at=at)
    proposed = propose(judged, _as_resolution(judged, ruling, ground, at=at), ground, at=at)
    if isinstance(proposed, AmountRefused):
        finding = Finding(rule=proposed.code, detail=proposed.detail, way_out=proposed.way_out)
        doubted = judged.with_facts(verdict=Verdict.IN_REVIEW, findings=(*judged.findings, finding))
        return _to_a_person(doubted, ground, at=at)
    reviewable = _reviewed_later(proposed.case, ground)
    return proposed.model_copy(update={"case": reviewable})


def refuse_claim(
    case: Claim, findings: tuple[Finding, ...], *, judgements: tuple[LineJudgement, ...] = (), at: datetime
) -> ClaimChange:
    """It cannot be claimed at all, or not so: closed at once, and nothing was reserved."""
    refused = case.with_facts(
        verdict=Verdict.REFUSED, findings=findings, judgements=judgements, decided_at=at, closed_at=at
    )
    words = " ".join(["The claim is refused.", *(finding.detail for finding in findings)])
    line = entry(at, "claim.refused", words, rules=[finding.rule for finding in findings])
    return ClaimChange(case=refused, entries=(line,))


def taken_units() -> tuple[Finding, ...]:
    """Why a claim is refused whose units another case got hold of meanwhile."""
    detail = "Another case took the same units a moment ago."
    way_out = "Follow or cancel the other case of this order."
    return (Finding(rule="units_in_other_case", detail=detail, way_out=way_out),)


def pass_deadline(case: Claim, waiting_for: WaitingFor, *, policy: Policy, at: datetime) -> ClaimChange | None:
    """What happens when the wait's deadline passed; None when it has not, or when the claim moved on meanwhile."""
    progress = derive_progress(case, policy)
    if progress.waiting_for is not waiting_for:
        return None
    if change := pass_goods_moment(case, progress, at=at):
        return change
    if progress.deadline is None or at < progress.deadline:
        return None
    if change := pass_goods_deadline(case, waiting_for, at=at):
        return change
    if waiting_for is WaitingFor.APPEAL:
        denials = (*case.denials[:-1], case.denials[-1].model_copy(update={"accepted_at": at}))
        line = entry(at, "appeal.over", "Nobody appealed in time; the denial stands.")
        return ClaimChange(case=case.with_facts(denials=denials), entries=(line,))
    if waiting_for is WaitingFor.EVIDENCE:
        question = open_question(case)
        assert question is not None, "the wait is for an open question"
        asked = (*case.evidence_requests[:-1], question.model_copy(update={"given_up_at": at}))
        line = entry(at, "evidence.overdue", "The customer did not answer in time; it is decided without.")
        return ClaimChange(case=case.with_facts(evidence_requests=asked), entries=(line,))
    summary = f"The wait for {waiting_for} passed its deadline and was escalated."
    if waiting_for in (WaitingFor.REVIEW, WaitingFor.APPROVAL):
        need = case.review_need if waiting_for is WaitingFor.REVIEW else case.approval_need
        role = role_asked(need, escalations=case.escalated.count(waiting_for) + 1)
        summary = f"The wait for {waiting_for} passed its deadline and was escalated: the role {role} is asked now."
    changed = case.with_facts(escalated=(*case.escalated, waiting_for))
    return ClaimChange(case=changed, entries=(entry(at, f"{waiting_for}.escalated", summary),))


def close_claim(case: Claim, *, policy: Policy, at: datetime) -> ClaimChange:
    """The claim is closed with the outcome that its facts lead to."""
    closed = case.with_facts(closed_at=at)
    state = derive_progress(closed, policy).state
    return ClaimChange(case=closed, entries=(entry(at, f"claim.{state}", f"The claim ended as {state}."),))


def _to_a_person(case: Claim, ground: Ground, *, at: datetime) -> ClaimChange:
    asked = _reviewed_later(case, ground)
    words = " ".join(["A person decides on the claim.", *(finding.detail for finding in case.findings)])
    line = entry(at, "claim.in_review", words, rules=_rules(case), policy_version=case.policy_version)
    return ClaimChange(case=asked, entries=(line,))


def _reviewed_later(case: Claim, ground: Ground) -> Claim:
    """Who reviews the claim when somebody must, by what its goods are worth."""
    fault = FAULT_OF[case.problem]
    whole = Resolution(at=case.requested_at, actor=case.opened_by, remedy=Remedy.REFUND, fault=fault)
    worth = Money(minor=value_claim(case, whole, ground).total_minor, currency=case.currency)
    return case.with_facts(review_need=need_for(Deed(Action.REVIEW, worth, case.opened_by), ground.policy))


def _as_resolution(case: Claim, ruling: ClaimRuling, ground: Ground, *, at: datetime) -> Resolution:
    resolution = Resolution(
        at=at,
        actor=SYSTEM,
        remedy=ruling.remedy or case.wish,
        goods_back=ruling.goods_back,
        fault=ruling.fault or FAULT_OF[case.problem],
        note=ruling.says,
    )
    if ruling.part_percent is None:
        return resolution
    part = part_of(case, resolution.model_copy(update={"remedy": Remedy.REFUND}), ruling.part_percent, ground)
    return resolution.model_copy(update={"amount_minor": part, "line_id": case.lines[0].line_id})


def _rules(case: Claim) -> list[str]:
    return [f"{table.table}.{table.rule}" for line in case.judgements for table in line.tables if table.rule]
