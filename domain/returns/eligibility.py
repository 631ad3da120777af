"""May these units come back? Errors of the request are told apart from refusals by the policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.calendar import window_end
from domain.orders import Order, OrderLine
from domain.policies import Fault, Policy
from domain.returns.case import Eligibility, Finding, ReturnLine, Verdict
from domain.returns.counts import say_units

NOT_THE_CUSTOMER = (Fault.MERCHANT, Fault.CARRIER)


def find_request_errors(
    order: Order, lines: Sequence[ReturnLine], *, policy: Policy, taken: Mapping[str, int]
) -> tuple[Finding, ...]:
    """What makes the request impossible whatever the policy says; `taken` counts units in cases by line id."""
    repeated = [name for name, count in Counter(line.line_id for line in lines).items() if count > 1]
    findings = [_repeated_line(name) for name in repeated]
    for line in lines:
        findings += _line_errors(order, line, policy=policy, taken=taken.get(line.line_id, 0))
    return tuple(findings)


def decide_eligibility(
    order: Order, lines: Sequence[ReturnLine], *, policy: Policy, taken: Mapping[str, int], now: datetime
) -> Eligibility:
    """The verdict on a request made at `now`: refused when any line may not come back, with every reason why.

    Source: policy fields return_window, final_sale_categories, reasons.
    """
    errors = find_request_errors(order, lines, policy=policy, taken=taken)
    if errors:
        return Eligibility(verdict=Verdict.REFUSED, findings=errors)
    refusals = tuple(finding for line in lines for finding in find_refusals(order, line, policy=policy, now=now))
    until = min(returnable_until(order, line.line_id, policy=policy) for line in lines)
    if refusals:
        return Eligibility(verdict=Verdict.REFUSED, findings=refusals, returnable_until=until)
    reviews = tuple(_needs_review(line) for line in lines if _reason_needs_review(line, policy))
    verdict = Verdict.IN_REVIEW if reviews else Verdict.AUTHORIZED
    return Eligibility(verdict=verdict, findings=reviews, returnable_until=until)


def find_refusals(order: Order, line: ReturnLine, *, policy: Policy, now: datetime) -> list[Finding]:
    """The policy rules that forbid this line at `now`; the line is known to be on the order."""
    bought = order.line(line.line_id)
    assert bought is not None, "request errors are found first"
    findings = []
    until = returnable_until(order, line.line_id, policy=policy)
    if now >= until:
        findings.append(_window_passed(line.line_id, until, days=policy.return_window.days_for(bought.category)))
    if is_final_sale(bought, policy) and not _fault_lifts_final_sale(line, policy):
        findings.append(_final_sale(line.line_id))
    return findings


def returnable_until(order: Order, line_id: str, *, policy: Policy) -> datetime:
    """The first moment that is too late to ask; counted from delivery, else from the order plus assumed transit."""
    window = policy.return_window
    bought = order.line(line_id)
    start = order.delivered_at(line_id) or order.placed_at + timedelta(days=window.transit_days)
    days = window.days_for(bought.category if bought else "")
    return window_end(start, days=days, zone=policy.time_zone, last_day_counts=window.last_day_counts)


def is_final_sale(line: OrderLine, policy: Policy) -> bool:
    """Whether the goods were sold for good."""
    return line.final_sale or line.category in policy.final_sale_categories


def _fault_lifts_final_sale(line: ReturnLine, policy: Policy) -> bool:
    reason = policy.reason(line.reason)
    return policy.final_sale_unless_fault and reason is not None and reason.fault in NOT_THE_CUSTOMER


def _reason_needs_review(line: ReturnLine, policy: Policy) -> bool:
    reason = policy.reason(line.reason)
    return reason is not None and reason.review


def _line_errors(order: Order, line: ReturnLine, *, policy: Policy, taken: int) -> list[Finding]:
    bought = order.line(line.line_id)
    if bought is None:
        known = ", ".join(known.line_id for known in order.lines[:20])
        return [_finding("unknown_line", line, "is not on the order", f"Name one of the order's lines: {known}.")]
    findings = []
    free = bought.quantity - taken
    if line.quantity > bought.quantity:
        way_out = f"Ask for {bought.quantity} or fewer."
        findings.append(_finding("more_than_ordered", line, f"was ordered {bought.quantity} times", way_out))
    elif line.quantity > free:
        way_out = f"Ask for {free} or fewer, or cancel the other case." if free else "Follow or cancel the other case."
        findings.append(_finding("units_in_other_case", line, f"has {say_units(taken)} in other cases", way_out))
    if policy.reason(line.reason) is None:
        known = ", ".join(reason.code for reason in policy.reasons)
        findings.append(
            _finding("unknown_reason", line, f"has the unknown reason {line.reason}", f"Use one of: {known}.")
        )
    return findings


def _finding(rule: str, line: ReturnLine, what: str, way_out: str) -> Finding:
    return Finding(rule=rule, line_id=line.line_id, detail=f"Line {line.line_id} {what}.", way_out=way_out)


def _repeated_line(line_id: str) -> Finding:
    detail = f"Line {line_id} is named more than once."
    return Finding(rule="repeated_line", line_id=line_id, detail=detail, way_out="Add the quantities up in one line.")


def _window_passed(line_id: str, until: datetime, *, days: int) -> Finding:
    detail = f"The {days}-day return window of line {line_id} ended at {until:%Y-%m-%d %H:%M} UTC."
    way_out = "If the item is faulty, ask with the reason that says so, or contact the shop for an exception."
    return Finding(rule="window_passed", line_id=line_id, detail=detail, way_out=way_out)


def _final_sale(line_id: str) -> Finding:
    way_out = "If it arrived damaged, wrong or defective, ask with that reason."
    return Finding(rule="final_sale", line_id=line_id, detail=f"Line {line_id} was a final sale.", way_out=way_out)


def _needs_review(line: ReturnLine) -> Finding:
    detail = f"Every request with the reason {line.reason} is decided by a person."
    return Finding(rule="reason_needs_review", line_id=line.line_id, detail=detail, way_out="Wait for the decision.")
