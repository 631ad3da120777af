"""Being heard: which refusals can be appealed, until when, and who refused."""

from __future__ import annotations

from datetime import datetime

from domain.cases import Actor, Progress, TimelineEntry
from domain.changes import entry
from domain.policies import Policy
from domain.returns.case import Appeal, Decision, Finding, ReturnCase, Verdict
from domain.returns.progress import is_refund_refused


def appeal_against(
    case: ReturnCase,
    progress: Progress,
    *,
    note: str,
    evidence: tuple[str, ...],
    policy: Policy,
    at: datetime,
) -> Appeal | Finding:
    """The appeal against the refusal of this return, or why there can be none and what to do instead.

    What a person or a signal of abuse refused can be appealed, once. A rule about goods is set aside by an exception.
    """
    if progress.open or case.closed_at is None:
        return _no("not_refused", f"The return is {progress.state}: nothing was refused.", progress.next_step)
    if case.appeal is not None:
        return _no("appealed_before", "This was an appeal already, and it was heard.", "Contact the shop.")
    refused_by = _refuser(case)
    if refused_by is None and not _refused_by_signal(case):
        words = "No person and no further check refused it."
        way_out = "Ask the shop for an exception." if _is_refused(case) else "Ask for a new return."
        return _no("not_refused", words, way_out)
    until = policy.due(case.closed_at, policy.abuse.appeal_within)
    if at >= until:
        return _no("appeal_too_late", f"It could be appealed until {until:%Y-%m-%d %H:%M} UTC.", "Contact the shop.")
    return Appeal(of=case.ref.rma, note=note, evidence=evidence, refused_by=refused_by)


def tell_outcome(before: ReturnCase, after: ReturnCase, *, at: datetime) -> TimelineEntry | None:
    """What the return that was appealed says about the appeal, once it is decided."""
    if before.appeal is None or before.review is not None or after.review is None:
        return None
    granted = after.review.decision is not Decision.REFUSE
    words = "The appeal was granted" if granted else "The appeal was refused"
    event = "appeal.granted" if granted else "appeal.refused"
    summary = f"{words} by {after.review.actor.name}; see return {after.ref.rma}."
    return entry(at, event, summary, actor=after.review.actor, appeal=after.ref.rma)


def _refuser(case: ReturnCase) -> Actor | None:
    if case.review is not None and case.review.decision is Decision.REFUSE:
        return case.review.actor
    return case.approval.actor if case.approval is not None and is_refund_refused(case) else None


def _refused_by_signal(case: ReturnCase) -> bool:
    findings = case.eligibility.findings if case.eligibility and _is_refused(case) else ()
    return any(finding.policy_rule == "abuse" for finding in findings)


def _is_refused(case: ReturnCase) -> bool:
    return case.eligibility is not None and case.eligibility.verdict is Verdict.REFUSED


def _no(rule: str, detail: str, way_out: str) -> Finding:
    return Finding(rule=rule, policy_rule="abuse.appeal_within", detail=detail, way_out=way_out)
