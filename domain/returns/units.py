"""Accepted units as they are reimbursed, and the policy by which that is done."""

from __future__ import annotations

from collections.abc import Mapping

from domain.policies import Fault, Fees, LineTerms, Policy
from domain.reimbursements import ReimbursedUnits
from domain.returns.case import ReturnLine
from domain.returns.laws import overrule_settlement


def units_to_reimburse(
    lines: tuple[ReturnLine, ...],
    accepted: Mapping[str, int],
    policy: Policy,
    *,
    terms: Mapping[str, LineTerms] | None = None,
) -> list[ReimbursedUnits]:
    """The accepted units with whose fault their return is, as the reason says, and the fees of their terms."""
    units = []
    for line in lines:
        reason = policy.reason(line.reason)
        if count := accepted.get(line.line_id, 0):
            fault = reason.fault if reason else Fault.NONE
            granted = (terms or {}).get(line.line_id)
            fees = granted.fees if granted else Fees()
            units.append(ReimbursedUnits(line_id=line.line_id, quantity=count, fault=fault, fees=fees))
    return units


def settlement_policy(policy: Policy, terms: Mapping[str, LineTerms]) -> Policy:
    """The policy by which money is settled: the shop's own, or as far as the law allows it for a withdrawal."""
    return overrule_settlement(policy) if any(granted.statute for granted in terms.values()) else policy
