"""What a replay found out: verdicts, and every difference between what we paid and what the shop paid, by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from cli.replay.asked import Asked
from cli.replay.callers import Json
from cli.replay.player import Outcome, Played
from domain.cases import WaitingFor
from domain.reimbursements import AmountKind
from domain.returns.progress import ReturnState

# For these a return waits by itself: when everybody has done their part it must move on.
OURS = {WaitingFor.DECISION, WaitingFor.REFUND, WaitingFor.RESTOCK, WaitingFor.CLOSING, WaitingFor.NOTHING}
CAUSES = {AmountKind.DISCOUNT: "order discount share", AmountKind.SHIPPING: "original shipping"}


class Figures(BaseModel):
    """The result of a replay. Amounts are minor units of the shop's currency; `credited` is what it really paid."""

    model_config = ConfigDict(frozen=True)

    credit_notes: int
    requested: int
    authorized: int
    refused: int
    refused_by_rule: dict[str, int]
    unlinked: int
    failed: int
    stuck: int
    waiting: dict[str, int]
    refunded_minor: int
    ledger_minor: int
    provider_minor: int
    credited_minor: int
    credited_unlinked_minor: int
    differences_minor: dict[str, int]
    without_units: int
    repeated_calls: int
    seconds: float


def count_figures(
    asked: Asked, played: Sequence[Played], *, provider_minor: int, repeated_calls: int, seconds: float
) -> Figures:
    """The figures of a replay in which every return was read once more at the end."""
    judged = [each for each in played if each.outcome in (Outcome.AUTHORIZED, Outcome.REFUSED)]
    unlinked = [each for each in played if each.outcome is Outcome.UNLINKED]
    still_open = [each for each in judged if each.case["open"]]
    refused = [each for each in judged if each.outcome is Outcome.REFUSED]
    failed = [each for each in played if each.outcome is Outcome.FAILED]
    return Figures(
        credit_notes=asked.notes,
        requested=len(judged) + len(failed),
        authorized=len(judged) - len(refused),
        refused=len(refused),
        refused_by_rule=_counted(rule for each in refused for rule in _rules(each)),
        unlinked=len(asked.unlinked) + len(unlinked),
        failed=len(failed),
        stuck=sum(is_stuck(each) for each in still_open) + len(failed),
        waiting=_counted(each.case["waiting_for"] for each in still_open),
        refunded_minor=sum(refunded_minor(each) for each in judged),
        ledger_minor=sum(each.ledger_minor for each in judged),
        provider_minor=provider_minor,
        credited_minor=sum(each.asked.credited_minor for each in judged),
        credited_unlinked_minor=sum(asked.unlinked.values()) + sum(each.asked.credited_minor for each in unlinked),
        differences_minor=sum_differences(judged),
        without_units=asked.without_units,
        repeated_calls=repeated_calls,
        seconds=round(seconds, 1),
    )


def is_stuck(played: Played) -> bool:
    """Whether an open return waits for nobody, or nobody knows for what."""
    case = played.case
    return bool(case["open"]) and (case["waiting_for"] in OURS or not case["next_step"])


def refunded_minor(played: Played) -> int:
    """What went out, as the API shows it."""
    refund = played.case.get("refund")
    return int(refund["refunded_minor"]) if refund else 0


def sum_differences(played: Sequence[Played]) -> dict[str, int]:
    """Paid by us less credited by the shop, by cause; the causes sum to the whole difference."""
    causes: Counter[str] = Counter()
    for each in played:
        causes.update(_differences(each))
    return {cause: minor for cause, minor in sorted(causes.items()) if minor}


def _differences(played: Played) -> Counter[str]:
    case, credited = played.case, played.asked.credited_minor
    if played.outcome is Outcome.REFUSED:
        return Counter({f"refused: {_rules(played)[0]}": -credited})
    if case["state"] == ReturnState.REJECTED:
        return Counter({"approval refused": -credited})
    refund = case["refund"]
    if refund is None:
        return Counter({f"waiting: {case['waiting_for']}": -credited})
    causes = _price_differences(played, refund["amounts"])
    for amount in refund["amounts"]:
        if amount["kind"] != AmountKind.GOODS:
            causes[CAUSES.get(amount["kind"], amount["kind"].replace("_", " "))] += amount["amount_minor"]
    causes["not paid out"] += refund["refunded_minor"] - refund["proposed_minor"]
    causes["unexplained"] += refund["proposed_minor"] - sum(amount["amount_minor"] for amount in refund["amounts"])
    return causes


def _price_differences(played: Played, amounts: Sequence[Json]) -> Counter[str]:
    """Line by line: what was paid for the goods less what the shop credited for them."""
    paid = Counter(played.asked.units.fromkeys(played.asked.units, 0))
    for amount in amounts:
        if amount["kind"] == AmountKind.GOODS:
            paid[amount["line_id"]] += amount["amount_minor"]
    causes: Counter[str] = Counter()
    for line, minor in paid.items():
        difference = minor - played.asked.credited.get(line, 0)
        causes["price differs, shop paid " + ("less" if difference > 0 else "more")] += difference
    return causes


def _rules(played: Played) -> list[str]:
    return sorted({reason["rule"] for reason in played.case["reasons"]}) or ["unknown"]


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
