"""What the policy grants for one claimed line beside the verdict: how money for it is paid, and how and where to it travels."""

from __future__ import annotations

from typing import Any

from domain.claims.case import Claim
from domain.policies import Conditions, Fault, LineTerms, Policy, TableDecision, decide_table
from domain.returns.case import Finding
from domain.returns.facts import FactSheet
from domain.returns.granting import LAST_TABLE, grant_terms

# The tables of a return that a claim needs as well. What no rule of them decides is granted as where there is no such table.
CLAIM_LINE_TABLES = ("fees", "methods", "checklists", "warehouses")


def decide_terms(
    facts: FactSheet, *, policy: Policy, conditions: Conditions
) -> tuple[LineTerms, tuple[TableDecision, ...]]:
    """The terms of the line, and what each table that the policy has said."""
    thens: dict[str, Any] = {}
    said: list[TableDecision] = []
    for table in (*CLAIM_LINE_TABLES, LAST_TABLE):
        rules = getattr(policy, table)
        if not rules:
            continue
        if table == LAST_TABLE:
            destination = thens.get("warehouses")
            facts = facts | {"warehouse": destination.warehouse if destination else policy.return_address}
        then, decision = decide_table(table, rules, facts, conditions=conditions)
        said.append(decision)
        if then is not None:
            thens[table] = then
    return grant_terms(thens, fault=Fault(facts["fault"])), tuple(said)


def find_unoffered(case: Claim, line_id: str, terms: LineTerms, said: tuple[TableDecision, ...]) -> Finding | None:
    """Why money for the line cannot be paid in the way that the customer chose; None when it can."""
    if case.refund_as is None or case.refund_as in terms.methods:
        return None
    rule = next((each.rule for each in said if each.table == "methods"), None)
    names = " or ".join(method.replace("_", " ") for method in terms.methods)
    return Finding(
        rule="method_not_offered",
        policy_rule=f"methods.{rule}" if rule else "methods",
        line_id=line_id,
        detail=f"Line {line_id} cannot be paid back as {case.refund_as.replace('_', ' ')}; offered: {names}.",
        way_out=f"Claim again with refund_as {terms.methods[0]}, or leave it out.",
    )
