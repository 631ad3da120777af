"""Abuse signals and a return: what its request weighs, what follows for each line, and what its goods show.

Customers are told the same neutral sentence whatever was noticed; the evidence is for the shop's own people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.cases import Progress
from domain.orders import Order, OrderLine
from domain.policies import Fault, LineTerms, Method, Policy, RefundMoment, RiskOutcome, Signal
from domain.returns.case import Eligibility, Finding, ReturnCase, ReturnLine, Verdict
from domain.returns.judging import Judgement, Request
from domain.returns.service import terms_of
from domain.risk.accounts import account_of
from domain.risk.assessing import assess_goods, assess_request
from domain.risk.goods_signals import GoodsSeen, empty_parcels, read_goods, worn_units
from domain.risk.models import RequestStake, RiskAssessment, RiskHistory, RiskPart, SignalReading

NOT_THE_CUSTOMER = (Fault.MERCHANT, Fault.CARRIER)
NEVER_COUNTED = ("requested", "refused", "rejected", "cancelled", "expired")
REVIEWED = "The shop looks at this request before it answers."
REFUSED = "The shop does not accept this return."
APPEAL = "Appeal with POST /v1/returns/{rma}/appeal: say why, add evidence; a person who has not decided before does."


class ReturnStake(RiskPart):
    """What a return counts for in the history of its account, as it stands now."""

    account: str
    currency: str
    requested_at: datetime
    counted: bool
    value_minor: int
    units: int
    kept_minor: int
    no_receipt_claims: int
    worn_units: int
    outcome: RiskOutcome


def assess_lines(
    requests: Sequence[Request],
    judgements: Sequence[Judgement],
    lines: Sequence[ReturnLine],
    history: RiskHistory,
) -> tuple[RiskAssessment, list[Judgement]]:
    """What was noticed about the request, and the judgements as far as it changes them.

    A line that the law covers keeps verdict and refund moment, whatever was noticed: statutory rights are never refused
    by a signal.
    """
    first = requests[0]
    terms = {request.line_id: judged.terms for request, judged in zip(requests, judgements, strict=True)}
    assessment = assess_request(
        weigh_request(first.order, lines, terms, policy=first.policy),
        history,
        {request.line_id: request.facts for request in requests},
        policy=first.policy,
        conditions=first.conditions,
        at=first.now,
    )
    tempered = [
        _temper(request, judged, assessment.outcome) for request, judged in zip(requests, judgements, strict=True)
    ]
    return assessment, tempered


def weigh_request(
    order: Order, lines: Sequence[ReturnLine], terms: Mapping[str, LineTerms], *, policy: Policy
) -> RequestStake:
    """What the request weighs; units that come back by the shop's or the carrier's fault do not count as returned."""
    known = [(line, bought) for line in lines if (bought := order.line(line.line_id))]
    own = [(line, bought) for line, bought in known if _fault(line, policy) not in NOT_THE_CUSTOMER]
    kept = [(line, bought) for line, bought in known if line.line_id in terms and terms[line.line_id].keep]
    return RequestStake(
        account=account_of(order),
        currency=order.currency,
        value_minor=_worth(own),
        units=sum(line.quantity for line, _ in own),
        kept_minor=_worth(kept),
        excused=tuple(line.line_id for line, _ in known if _fault(line, policy) in NOT_THE_CUSTOMER),
        no_receipt_claims=int(any(line.reason in policy.abuse.no_receipt_claims.reasons for line in lines)),
    )


def look_at_goods(
    case: ReturnCase, order: Order, history: RiskHistory, *, policy: Policy, at: datetime
) -> RiskAssessment | None:
    """What the goods and the way of the refund show; None where no signal of these is switched on."""
    terms = terms_of(case)
    credit = [line for line in case.lines if line.resolution is Method.STORE_CREDIT]
    chosen = [line for line in credit if Method.ORIGINAL_PAYMENT in terms.get(line.line_id, LineTerms()).methods]
    known = [(line, bought) for line in chosen if (bought := order.line(line.line_id))]
    excused = frozenset(line.line_id for line in case.lines if _fault(line, policy) in NOT_THE_CUSTOMER)
    seen = GoodsSeen(order, case.goods, excused=excused, credit_chosen_minor=_worth(known))
    readings = read_goods(seen, history, rules=policy.abuse)
    return assess_goods(readings, history, policy=policy, at=at) if readings else None


def second_look(assessment: RiskAssessment | None) -> tuple[Finding, ...]:
    """Why a person decides on the refund, in words that give no rule against fraud away; nothing when none must."""
    if assessment is None or not assessment.outcome.is_stricter_than(RiskOutcome.SLOW_DOWN):
        return ()
    detail = "The goods are looked at once more before the refund."
    return (Finding(rule="second_look", policy_rule="abuse", detail=detail, way_out="Wait for the decision."),)


def hear_appeal(eligibility: Eligibility) -> Eligibility:
    """In review, where nothing but what was noticed, or nothing at all, is against the request."""
    others = [finding for finding in eligibility.findings if finding.policy_rule != "abuse"]
    if eligibility.decision is None or (eligibility.verdict is Verdict.REFUSED and others):
        return eligibility
    detail = "The customer appeals against a refusal; somebody who has not decided before looks at it."
    finding = Finding(rule="appeal", policy_rule="abuse", detail=detail, way_out="Wait for the decision.")
    return eligibility.model_copy(update={"verdict": Verdict.IN_REVIEW, "findings": (finding, *others)})


def evidence_of(assessment: RiskAssessment | None) -> tuple[Finding, ...]:
    """What was noticed, with its evidence, for the people who decide."""
    if assessment is None:
        return ()
    found = [_as_finding(reading) for reading in assessment.evidence]
    found += [
        Finding(
            rule=f"abuse_rules.{answer.decision.rule or 'problem'}",
            policy_rule="abuse_rules",
            line_id=answer.line_id,
            detail=answer.says or f"The rule {answer.decision.rule} fits.",
            way_out="Look at the facts that it asks for.",
        )
        for answer in assessment.rules
        if answer.outcome is not RiskOutcome.ALLOW
    ]
    if assessment.listing is not None:
        words = f"{assessment.listing.made_by.name} put the customer on the {assessment.listing.kind} list"
        detail = f"{words}: {assessment.listing.reason}"
        found.append(
            Finding(
                rule=assessment.decided_by, policy_rule="abuse", detail=detail, way_out="End the entry if it is over."
            )
        )
    return tuple(found)


def stake_of(case: ReturnCase, progress: Progress) -> ReturnStake | None:
    """What the return counts for; None before its verdict, and for returns from before histories were kept."""
    stake = case.verdict_basis.stake if case.verdict_basis else None
    if stake is None or not stake.account:
        return None
    seen = [each.outcome for each in (case.eligibility and case.eligibility.risk, case.goods_risk) if each]
    return ReturnStake(
        account=stake.account,
        currency=stake.currency,
        requested_at=case.requested_at,
        counted=progress.state not in NEVER_COUNTED,
        value_minor=stake.value_minor,
        units=stake.units,
        kept_minor=stake.kept_minor,
        no_receipt_claims=stake.no_receipt_claims + empty_parcels(case.goods),
        worn_units=worn_units(case.goods, excused=stake.excused),
        outcome=max(seen, key=list(RiskOutcome).index, default=RiskOutcome.ALLOW),
    )


def signals_of(case: ReturnCase) -> tuple[Signal, ...]:
    """The signals that were seen at the request or on the goods and that nobody had explained before."""
    looked = [each for each in (case.eligibility and case.eligibility.risk, case.goods_risk) if each]
    return tuple(dict.fromkeys(reading.signal for each in looked for reading in each.evidence))


def _temper(request: Request, judged: Judgement, outcome: RiskOutcome) -> Judgement:
    if outcome is RiskOutcome.ALLOW:
        return judged
    terms, words = _slow_down(judged.terms)
    tempered = replace(judged, terms=terms, overruled=judged.overruled + words)
    if judged.verdict is not Verdict.AUTHORIZED or outcome is RiskOutcome.SLOW_DOWN:
        return tempered
    if judged.terms.statute is not None:
        kept = "The law grants this return, so it is neither refused nor put off for what was noticed."
        return replace(tempered, overruled=(*tempered.overruled, kept))
    if outcome is RiskOutcome.REVIEW:
        finding = _neutral(request, "further_check", REVIEWED, "Wait for the decision.")
        return replace(tempered, verdict=Verdict.IN_REVIEW, findings=(finding,))
    finding = _neutral(request, "not_accepted", REFUSED, APPEAL)
    return replace(tempered, verdict=Verdict.REFUSED, findings=(finding,))


def _slow_down(terms: LineTerms) -> tuple[LineTerms, tuple[str, ...]]:
    """The refund follows the inspection and nothing is paid for goods that stay away; where the law allows that."""
    changes: dict[str, Any] = {}
    if terms.keep:
        changes["keep"] = False
    if terms.statute is None and terms.refund_at is not RefundMoment.INSPECTION:
        changes["refund_at"] = RefundMoment.INSPECTION
    words = ("The goods come back and are inspected before the refund.",) if changes else ()
    return terms.model_copy(update=changes), words


def _neutral(request: Request, rule: str, detail: str, way_out: str) -> Finding:
    return Finding(rule=rule, policy_rule="abuse", line_id=request.line_id, detail=detail, way_out=way_out)


def _as_finding(reading: SignalReading) -> Finding:
    way_out = "If there is a good reason, mark the signal as cleared for this customer, with the reason and until when."
    return Finding(
        rule=f"abuse.{reading.signal}", policy_rule=f"abuse.{reading.signal}", detail=reading.detail, way_out=way_out
    )


def _fault(line: ReturnLine, policy: Policy) -> Fault:
    reason = policy.reason(line.reason)
    return reason.fault if reason else Fault.NONE


def _worth(lines: Sequence[tuple[ReturnLine, OrderLine]]) -> int:
    return sum(bought.price_minor * line.quantity // bought.quantity for line, bought in lines)
