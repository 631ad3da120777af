"""What whoever is refused is told, and which refusals the code can give."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.cases import CaseKind, CaseRef, Role
from domain.stories import derive_progress
from tests.api.house import House, problem_of
from tests.builders import MERCHANT
from tests.layout.sources import ROOT

CODE = re.compile(r"[a-z]+(_[a-z]+)+")
# The functions that refuse, wherever they are called, and the modules whose findings are refusals of news.
REFUSING = {"refused", "declined", "parked", "_fault", "_no", "_refusal", "_alarm", "VersionRefusal", "AmountRefused"}
REFUSING |= {"BulkOutcome", "_unusable"}
FINDING = (
    "authority/approvers.py",
    "confirmers.py",
    "manual_money.py",
    "adjustments/approvals.py",
    "returns/approvals.py",
)
# Why no call of the API can provoke these.
BEYOND_HTTP = {
    "unreadable_event": "The API checks what it keeps; only an event that was kept by an older release could be it.",
    "not_for_returns": "No address of the API takes such news.",
    "not_for_claims": "No address of the API takes such news.",
    "not_for_adjustments": "No address of the API takes such news.",
    "not_for_payment_issues": "No address of the API takes such news.",
    "not_for_replacement_shipments": "No address of the API takes such news.",
    "nothing_to_stop": "An exchange tells its own shipment; no address of the API does.",
    "provider_knows_no_refund": "Dispatch asks the provider; the API only keeps what came.",
    "arrived_after_issue": "Dispatch asks the provider before such news is believed.",
    "ledger_contradiction": "Only news that the ledger's own rules contradict; tests of the activities hold it.",
}


@dataclass(frozen=True)
class Said:
    """A refusal as it reached whoever must act on it; `way_out` is what happens instead, where the answer has it."""

    code: str
    detail: str
    way_out: str | None = None


def refusal(answer: Any) -> Said:
    """The word to a person: the moment is wrong, or they are not the one."""
    assert (answer.status_code, problem_of(answer)) == (409, "event-refused"), answer.text
    told = answer.json()
    assert told["next_step"] == told["way_out"], "what the case waits for instead"
    return Said(told["code"], told["detail"], told["way_out"])


def coded(answer: Any) -> Said:
    """Any other refusal that has a code."""
    problem_of(answer)
    told = answer.json()
    return Said(told["code"], told["detail"], told["way_out"])


def noted(house: House, address: str) -> Said:
    """What a machine's news came to: it is kept for a person, who reads why on the timeline."""
    entry = house.to(Role.AGENT).get(f"{address}/timeline").json()["entries"][-1]
    return Said(entry["facts"]["code"], entry["summary"])


def parked_payment(house: House, event_id: str) -> Said:
    """What a provider's event came to: finance reads it in the list of those that wait for a person."""
    listed = house.to(Role.FINANCE).get("/v1/payment_events?outcome=parked").json()["payment_events"]
    (event,) = [each for each in listed if each["event_id"] == event_id]
    return Said(event["code"], event["detail"])


def change(house: House, number: str, kind: CaseKind = CaseKind.RETURN, **facts: Any) -> CaseRef:
    """The case after those facts, as if its workflow had been so far."""
    with house.records.transaction() as tx:
        changed = tx.case(CaseRef(merchant=MERCHANT, rma=number, kind=kind)).with_facts(**facts)
        policy = tx.policy(MERCHANT, changed.policy_version).policy
        tx.save_case(changed, derive_progress(changed, policy), ())
    return changed.ref


def codes_in_the_code() -> dict[str, str]:
    """Every code with which news or a request beside returns can be refused, with one place that gives it."""
    return {code: place for module in _modules() for code, place in _codes(module)}


def _modules() -> Iterator[str]:
    for folder in ("domain", "activities", "api/approvals"):
        yield from (str(path.relative_to(ROOT)) for path in sorted((ROOT / folder).rglob("*.py")))


def _codes(module: str) -> Iterator[tuple[str, str]]:
    for call in ast.walk(ast.parse((ROOT / module).read_text())):
        if isinstance(call, ast.Return | ast.Yield) and isinstance(call.value, ast.Tuple) and call.value.elts:
            first, *others = call.value.elts
            if isinstance(first, ast.Constant) and CODE.fullmatch(str(first.value)) and others:
                yield str(first.value), f"{module}:{call.lineno}"
        if not isinstance(call, ast.Call):
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in REFUSING or (name == "Finding" and module.endswith(FINDING)):
            named = [keyword.value for keyword in call.keywords if keyword.arg in ("code", "rule")]
            for value in named or call.args:
                if isinstance(value, ast.Constant) and CODE.fullmatch(str(value.value)):
                    yield str(value.value), f"{module}:{call.lineno}"
                    break
