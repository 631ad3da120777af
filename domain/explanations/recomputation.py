"""Computing again what was decided, from what is stored, by the functions that decided it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from domain.adjustments.case import Adjustment, AdjustmentBasis
from domain.case_documents import CaseDocument
from domain.claims.case import Claim
from domain.collection_plans import with_collected
from domain.exchanges.facts import ExchangeAsk
from domain.explanations.models import Difference, Recomputation
from domain.orders import Order
from domain.payout_news import place_payouts
from domain.payout_routes import Owed, RoutedPart, route_payouts
from domain.payouts import PayoutBasis, PayoutMethod
from domain.policies import Conditions, LineDecision, Policy
from domain.reimbursements import ReimbursementPlan
from domain.returns.case import Eligibility, Finding, KeepingBasis, PlanBasis, ReturnCase, VerdictBasis
from domain.returns.keeping import decide_keeping
from domain.returns.methods import payout_rules
from domain.returns.opening import open_return, refuse_taken_units
from domain.returns.settlement import propose_refund
from domain.returns.splitting import as_asked

# Facts that a verdict, and a plan, were made without.
_AFTER_REQUEST = {"eligibility": None, "decided_at": None, "closed_at": None, "verdict_basis": None}
_AFTER_INSPECTION = {"plan": None, "approval_reasons": (), "plan_made_at": None}


def recompute(
    case: ReturnCase, *, policy: Policy, conditions: Conditions, orders: Mapping[int, Order]
) -> Recomputation:
    """Everything that was computed for the case, computed again and compared.

    `orders` by version; those that `needed_versions` names must be there. Words may differ from those stored, since
    they are improved from time to time; amounts, rules and places may not.
    """
    computed: list[str] = []
    without_basis: list[str] = []
    differences: list[Difference] = []
    for what, decided, basis, compare in (
        ("eligibility", case.eligibility, case.verdict_basis, _verdict),
        ("keeping", case.goods.kept_at, case.keeping_basis, _keeping),
        ("reimbursement", case.plan, case.plan_basis, _plan),
    ):
        if decided is None:
            continue
        if basis is None:
            without_basis.append(what)
            continue
        computed.append(what)
        differences += compare(case, orders[basis.order_version], policy, conditions)
    found = Recomputation(
        equal=not differences,
        computed=tuple(computed),
        differences=tuple(differences),
        without_basis=tuple(without_basis),
    )
    return found.and_then(recompute_payouts(case, policy=policy, orders=orders))


def recompute_payouts(case: CaseDocument, *, policy: Policy, orders: Mapping[int, Order]) -> Recomputation:
    """The payouts of a case of any kind allocated again, those that were paid outside as well, and compared."""
    differences = [
        difference
        for basis in case.payout_bases
        for difference in _payouts(case, basis, policy, orders[basis.order_version])
    ]
    covered = {number for basis in case.payout_bases for number in basis.payouts}
    return Recomputation(
        equal=not differences,
        computed=tuple(
            f"payouts {', '.join(map(str, basis.payouts)) or 'that could not be'}" for basis in case.payout_bases
        ),
        differences=tuple(differences),
        without_basis=tuple(f"payout {payout.number}" for payout in case.payouts if payout.number not in covered),
    )


def needed_versions(case: CaseDocument) -> frozenset[int]:
    """The versions of the order that the case was computed from."""
    bases: tuple[VerdictBasis | KeepingBasis | PlanBasis | AdjustmentBasis | PayoutBasis | None, ...]
    bases = case.payout_bases
    if isinstance(case, ReturnCase | Claim):
        bases = (case.verdict_basis, case.plan_basis, *bases)
    elif isinstance(case, Adjustment):
        bases = (case.plan_basis, *bases)
    if isinstance(case, ReturnCase):
        bases = (case.keeping_basis, *bases)
    return frozenset(basis.order_version for basis in bases if basis is not None)


def compare_plans(
    what: str, stored: ReimbursementPlan | None, computed: ReimbursementPlan | None
) -> tuple[Difference, ...]:
    """Where a plan that was computed again differs from the stored one; words do not count."""
    return tuple(compare(what, _of_plan(stored), _of_plan(computed)))


def allocate_again(case: CaseDocument, basis: PayoutBasis, order: Order, *, policy: Policy) -> tuple[RoutedPart, ...]:
    """The payouts that what was owed is shared into, as it was then."""
    rules = payout_rules(case, policy) if isinstance(case, ReturnCase) else policy.payouts
    order, declined = with_collected(order, basis.collected), frozenset(basis.declined)
    if basis.method is not None:
        held = basis.refundable_minor
        planned = place_payouts(order, basis.owed_minor, refundable_minor=held, rules=rules, last=declined)
        return tuple(RoutedPart(part=part, method=basis.method) for part in planned)
    return route_payouts(
        order,
        Owed(
            original_minor=basis.owed_minor - basis.credit_minor,
            credit_minor=basis.credit_minor,
            bonus_minor=basis.bonus_minor,
        ),
        refundable_minor=basis.refundable_minor,
        rules=rules,
        declined=declined,
    )


def _verdict(case: ReturnCase, order: Order, policy: Policy, conditions: Conditions) -> Iterator[Difference]:
    assert case.verdict_basis is not None, "the caller looked"
    assert case.decided_at is not None, "a verdict has its time"
    bare = as_asked(case).with_facts(**_AFTER_REQUEST, split_off=())
    if case.verdict_basis.reserved:
        taken, at = case.verdict_basis.taken, case.decided_at
        ask = ExchangeAsk(
            offers=case.verdict_basis.offers, in_advance=case.exchange is not None and case.exchange.in_advance
        )
        opened = open_return(
            bare,
            order,
            policy=policy,
            conditions=conditions,
            taken=taken,
            at=at,
            ask=ask,
            history=case.verdict_basis.history,
        )
        again = opened.case.eligibility
    else:
        again = refuse_taken_units(bare, at=case.decided_at).case.eligibility
    yield from compare("eligibility", _of_verdict(case.eligibility), _of_verdict(again))


def _keeping(case: ReturnCase, order: Order, policy: Policy, conditions: Conditions) -> Iterator[Difference]:
    assert case.keeping_basis is not None, "the caller looked"
    assert case.goods.kept_at is not None, "what is kept has its time"
    bare = as_asked(case).with_goods(kept=(), kept_at=None, kept_beyond="")
    again = decide_keeping(bare, order, case.keeping_basis.before, policy=policy, at=case.goods.kept_at).case
    yield from compare("keeping", _of_kept(case), _of_kept(again))


def _of_kept(case: ReturnCase) -> dict[str, Any]:
    kept = {unit.line_id: unit.quantity for unit in case.goods.kept}
    return {"units": kept, "beyond_budget": bool(case.goods.kept_beyond)}


def _plan(case: ReturnCase, order: Order, policy: Policy, conditions: Conditions) -> Iterator[Difference]:
    assert case.plan_basis is not None, "the caller looked"
    assert case.plan_made_at is not None, "a plan has its time"
    bare = case.with_facts(**_AFTER_INSPECTION)
    basis, at = case.plan_basis, case.plan_made_at
    again = propose_refund(bare, order, policy=policy, conditions=conditions, basis=basis, at=at).case
    yield from compare_plans("reimbursement", case.plan, again.plan)
    # Later attempts add their reasons behind those of the proposal.
    asked = case.approval_reasons[: len(again.approval_reasons)]
    yield from compare("approval", {"reasons": rules_of(asked)}, {"reasons": rules_of(again.approval_reasons)})


def _payouts(case: CaseDocument, basis: PayoutBasis, policy: Policy, order: Order) -> Iterator[Difference]:
    if not basis.payouts:
        return
    made = [payout for payout in case.payouts if payout.number in basis.payouts]
    parts = allocate_again(case, basis, order, policy=policy)
    stored, again = Counter[str](), Counter[str]()
    for payout in made:
        stored[_place(payout.payment_id, payout.method)] += payout.amount_minor
    for each in parts:
        again[_place(each.part.payment_id, each.method)] += each.part.amount_minor
    yield from compare("payouts", stored, again)
    bonus = sum(payout.bonus_minor for payout in made)
    yield from compare("payouts", {"bonus": bonus}, {"bonus": sum(each.bonus_minor for each in parts)})


def _place(payment_id: str, method: PayoutMethod) -> str:
    """A payout among those that were planned together; money that goes back needs no word."""
    return f"{payment_id} {method}" if method is PayoutMethod.STORE_CREDIT else payment_id


def compare(what: str, stored: Mapping[str, Any], computed: Mapping[str, Any]) -> Iterator[Difference]:
    """Each value that is not the same."""
    for name in dict.fromkeys((*stored, *computed)):
        if stored.get(name) != computed.get(name):
            yield Difference(what=f"{what}.{name}", stored=stored.get(name), computed=computed.get(name))


def _of_verdict(eligibility: Eligibility | None) -> dict[str, Any]:
    if eligibility is None:
        return {}
    decision = eligibility.decision
    return {
        "verdict": eligibility.verdict,
        "rules": rules_of(eligibility.findings),
        "returnable_until": eligibility.returnable_until,
        **{f"line {line.line_id}": _of_line(line) for line in (decision.lines if decision else ())},
        "deadlines": decision.deadlines.model_dump(mode="json") if decision else None,
        "risk": (eligibility.risk.outcome, eligibility.risk.decided_by) if eligibility.risk else None,
    }


def _of_line(line: LineDecision) -> dict[str, Any]:
    """What was decided on a line and by which rules, without the sentences about it."""
    fields = {"verdict", "inputs", "terms", "returnable_until"}
    tables = [table.model_dump(mode="json", exclude={"passed_over"}) for table in line.tables]
    return line.model_dump(mode="json", include=fields) | {"tables": tables}


def _of_plan(plan: ReimbursementPlan | None) -> dict[str, Any]:
    if plan is None:
        return {}
    return {
        "currency": plan.currency,
        "total_minor": plan.total_minor,
        "amounts": [line.model_dump(mode="json", exclude={"explanation"}) for line in plan.lines],
        "credits": [credit.model_dump(mode="json") for credit in plan.credits],
        "withdrawn": list(plan.withdrawn),
    }


def rules_of(findings: tuple[Finding, ...]) -> list[str]:
    """The rules that led to a verdict, without their sentences."""
    return [" ".join(filter(None, (each.rule, each.policy_rule, each.line_id))) for each in findings]
