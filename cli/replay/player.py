"""One order's returns from request to settled, with shop, carrier, dock, inspector and supervisor played in turn."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote

from cli.failures import CommandFailed
from cli.replay.asked import AskedReturn
from cli.replay.callers import Answer, Callers, Json, Unanswered
from domain.cases import Role, WaitingFor
from domain.goods_back.facts import Condition, Grade
from domain.returns.case import Decision

# As the provider names its payments; any other reference is the import's own and is replaced.
PROVIDER_PREFIX = "pi_"
TRIES = 20
PAUSE_SECONDS = 0.25


class Outcome(StrEnum):
    """What became of a request."""

    AUTHORIZED = "authorized"
    REFUSED = "refused"
    UNLINKED = "unlinked"
    FAILED = "failed"


@dataclass
class Played:
    """One request with what became of it; `case` is the return as the API last showed it."""

    asked: AskedReturn
    outcome: Outcome
    case: Json = field(default_factory=dict)
    problem: str = ""
    ledger_minor: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen to it; a refused return, too, closes a moment after the answer."""
        return not self.case.get("open")


class Player:
    """Plays all parts by the public API. For many threads at once, one order each."""

    def __init__(self, callers: Callers, *, refuse_above: int | None = None) -> None:
        self._callers = callers
        self._refuse_above = refuse_above
        self.payments: set[str] = set()

    def play_order(self, chain: list[AskedReturn]) -> list[Played]:
        """Every return of one order, one after the other."""
        try:
            is_known = self._pay(chain[0].order_id)
        except CommandFailed as error:
            return [Played(asked, Outcome.FAILED, problem=str(error)) for asked in chain]
        if not is_known:
            return [Played(asked, Outcome.UNLINKED) for asked in chain]
        return [self._play(asked) for asked in chain]

    def read(self, played: Played) -> None:
        """The return as it now is."""
        answer = self._callers.call(Role.AUDITOR, "GET", f"/v1/returns/{played.case['rma']}", what="read return")
        played.case = _expected(answer, 200)

    def _pay(self, order_id: str) -> bool:
        """The order's payment exists at the provider, and the order names it; False for an order nobody knows."""
        path = f"/v1/orders/{quote(order_id, safe='')}"
        answer = self._callers.call(Role.STOREFRONT, "GET", path, what="read order")
        if answer.status == 404:
            return False
        order = _expected(answer, 200)["order"]
        payments = [self._captured(order, payment) for payment in order["payments"]]
        self.payments.update(payment["reference"] for payment in payments)
        if payments != order["payments"]:
            order["payments"] = payments
            _expected(self._callers.call(Role.STOREFRONT, "PUT", path, order, what="send order"), 200)
        return True

    def _captured(self, order: Json, payment: Json) -> Json:
        if payment["reference"].startswith(PROVIDER_PREFIX):
            return payment
        key = f"replay:{quote(order['order_id'], safe='')}:{quote(payment['payment_id'], safe='')}"
        return payment | {"reference": self._callers.capture(payment["captured_minor"], order["currency"], key=key)}

    def _play(self, asked: AskedReturn) -> Played:
        played = Played(asked, Outcome.FAILED)
        try:
            self._open(played)
            if played.outcome is Outcome.AUTHORIZED:
                self._bring_back(played)
        except Unanswered as silence:
            played.problem = str(silence)
        except CommandFailed as error:
            played.outcome, played.problem = Outcome.FAILED, str(error)
        return played

    def _open(self, played: Played) -> None:
        asked = played.asked
        lines = [
            {"line_id": line, "quantity": count, "reason": asked.reasons[line]} for line, count in asked.units.items()
        ]
        body = {"order_id": asked.order_id, "lines": lines, "requested_at": asked.requested_at.isoformat()}
        answer = self._callers.call(Role.ADMIN, "POST", "/v1/returns", body, what="open return", key=asked.key)
        if answer.status == 422 and "case" in answer.body:
            played.outcome, played.case = Outcome.REFUSED, answer.body["case"]
            return
        played.case = _expected(answer, 201)
        played.outcome = Outcome.AUTHORIZED

    def _bring_back(self, played: Played) -> None:
        if played.case["waiting_for"] == WaitingFor.REVIEW:
            self._decide(played, "review")
        if played.case["waiting_for"] == WaitingFor.PARCEL:
            self._tell(played, "label_scanned")
            self._tell(played, "item_received")
            self._inspect(played)
        if played.case["waiting_for"] == WaitingFor.APPROVAL:
            self._decide(played, "approval")

    def _inspect(self, played: Played) -> None:
        units = [
            {"line_id": line, "quantity": count, "condition": Condition.AS_NEW, "grade": Grade.A}
            for line, count in played.asked.units.items()
        ]
        self._ask(played, Role.WAREHOUSE, "inspection_recorded", {"units": units}, "inspection")

    def _decide(self, played: Played, about: str) -> None:
        refund = played.case["refund"]
        is_too_much = self._refuse_above is not None and refund and refund["proposed_minor"] > self._refuse_above
        decision = Decision.REFUSE if is_too_much else Decision.APPROVE
        self._ask(played, Role.SUPERVISOR, "approval_decided", {"decision": decision}, about)
        if is_too_much:
            self._give_back(played)

    def _give_back(self, played: Played) -> None:
        """What the shop does not keep has left for the customer again, as soon as the warehouse was told to send it."""
        path = f"/v1/replacement_shipments?open=true&order_id={quote(played.asked.order_id, safe='')}"
        numbers: list[str] = []
        for _ in range(TRIES):
            listed = _expected(self._callers.call(Role.AUDITOR, "GET", path, what="list shipments"), 200)
            numbers = [
                each["number"]
                for each in listed["replacement_shipments"]
                if each["for_case"]["rma"] == played.case["rma"]
            ]
            if numbers:
                break
            time.sleep(PAUSE_SECONDS)
        for number in numbers:
            body = {"delivery_id": f"back-{number}", "state": "shipped", "event_id": f"{number}:shipped"}
            address = f"/v1/replacement_shipments/{number}/shipment_changed"
            _expected(self._callers.call(Role.WAREHOUSE, "POST", address, body, what="send back"), 202)

    def _tell(self, played: Played, event: str) -> None:
        path = f"/v1/returns/{played.case['rma']}/{event}"
        body = {"event_id": f"{played.asked.key}:{event}"}
        _expected(self._callers.call(Role.WAREHOUSE, "POST", path, body, what=event), 202)

    def _ask(self, played: Played, role: Role, event: str, body: Json, about: str) -> None:
        """A person's word is applied; where it comes before the news that it rests on, it is said again."""
        path = f"/v1/returns/{played.case['rma']}/{event}"
        for attempt in range(1, TRIES + 1):
            event_id = f"{played.asked.key}:{about}:{attempt}"
            answer = self._callers.call(role, "POST", path, body | {"event_id": event_id}, what=event)
            if answer.status != 409 or answer.body.get("code") != "not_received" or attempt == TRIES:
                played.case = _expected(answer, 200)["case"]
                return
            time.sleep(PAUSE_SECONDS)


def _expected(answer: Answer, *statuses: int) -> Json:
    if answer.status not in statuses:
        title = f"{answer.body.get('title', '')}: {answer.body.get('detail', answer.body)}"
        raise CommandFailed(f"the API answered {answer.status}, {title}")
    return answer.body
