"""One planned return, sold, brought back over the public API, and followed until its money has arrived."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from cli.demo_shop import DEMO_MERCHANT
from cli.failures import CommandFailed
from cli.replay.callers import Answer, Callers
from domain.cases import Role, WaitingFor
from domain.payouts import Payout, PayoutState
from records.database import SqlRecords
from records.models import StoredIssue, StoredReturn
from records.search import CaseFilter
from tests.crash.gate import Gate, Point
from tests.faults.control import Control
from tests.faults.plan import FALLING, Fate, PlannedReturn

# Nothing of a return takes longer than a few timeouts and killed workers one after the other.
GIVE_UP_SECONDS = 150.0
LOOK_EVERY_SECONDS = 0.4
INSPECTED = {"units": [{"line_id": "1", "quantity": 1, "condition": "as_new", "grade": "A"}]}


@dataclass
class Played:
    """A planned return and what the run knows of it."""

    planned: PlannedReturn
    references: dict[str, str]
    rma: str = ""
    problem: str = ""
    decided: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Standing:
    """Where a return and its payment issues stand now."""

    case: StoredReturn
    issues: tuple[StoredIssue, ...]

    @property
    def payouts(self) -> list[Payout]:
        """Every payout of the return and of the issues that follow it."""
        return [*self.case.case.payouts, *(payout for issue in self.issues for payout in issue.case.payouts)]


@dataclass(frozen=True)
class Players:
    """Shop, dock, supervisor, finance and the customer's bank. For many threads at once."""

    callers: Callers
    control: Control
    records: SqlRecords
    gate: Gate

    def sell(self, planned: PlannedReturn) -> Played:
        """The order is on record and paid."""
        currency = planned.currency
        references = {one.payment_id: self.control.capture(one, currency) for one in planned.payments}
        payments = [
            {
                "payment_id": one.payment_id,
                "reference": references[one.payment_id],
                "captured_minor": one.captured_minor,
            }
            for one in planned.payments
        ]
        address = {"name": "Sam Example", "street1": "1 High Street", "city": "Leeds", "postal_code": "LS1 1AA"}
        order = {
            "order_id": planned.order_id,
            "currency": currency,
            "placed_at": "2026-11-01T10:00:00Z",
            "lines": [{"line_id": "1", "sku": "LAMP", "quantity": 2, "unit_price_minor": planned.price_minor}],
            "payments": payments,
            "customer": {"customer_id": "c-1", "address": address | {"country": "GB"}},
        }
        path = f"/v1/orders/{planned.order_id}"
        _expected(self.callers.call(Role.STOREFRONT, "PUT", path, order, what="send order"), 201)
        return Played(planned, references)

    def play(self, played: Played) -> Played:
        """The customer has got the money, or the run says why not."""
        planned = played.planned
        for payment in planned.payments:
            self.control.arm(payment, played.references[payment.payment_id])
        if planned.kill:
            self.gate.hold(planned.order_id, Point(planned.kill.what, planned.kill.moment, planned.kill.nth))
        try:
            self._bring_back(played)
            self._follow(played)
        except CommandFailed as failure:
            played.problem = f"{planned.order_id} {played.rma}: {failure}"
        return played

    def standing(self, played: Played) -> Standing:
        """The return and its payment issues as they are on record."""
        reads = self.records.reads
        wanted = CaseFilter(order_id=played.planned.order_id)
        return Standing(
            case=reads.return_case(DEMO_MERCHANT, played.rma),
            issues=reads.money.payment_issues(DEMO_MERCHANT, wanted).issues,
        )

    def _bring_back(self, played: Played) -> None:
        order_id = played.planned.order_id
        body = {"order_id": order_id, "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
        opened = self.callers.call(
            Role.STOREFRONT, "POST", "/v1/returns", body, what="open return", key=f"{order_id}:open"
        )
        played.rma = str(_expected(opened, 201)["rma"])
        for news in ("label_scanned", "item_received"):
            _expected(self._tell(played, Role.WAREHOUSE, news, {}, key=f"{order_id}:{news}"), 202)
        give_up, attempt = time.monotonic() + GIVE_UP_SECONDS, 0
        while True:
            # A person's word is refused where it comes before the news that it rests on; then it is said again.
            attempt += 1
            answer = self._tell(played, Role.WAREHOUSE, "inspection_recorded", INSPECTED, key=f"{order_id}:i{attempt}")
            if answer.status != 409 or time.monotonic() > give_up:
                _expected(answer, 200)
                return
            time.sleep(LOOK_EVERY_SECONDS)

    def _follow(self, played: Played) -> None:
        give_up, asked = time.monotonic() + GIVE_UP_SECONDS, 0
        while not is_over(standing := self.standing(played), played.planned):
            if time.monotonic() > give_up:
                raise CommandFailed(f"stuck: {_say(standing)}")
            asked += 1
            if standing.case.progress.waiting_for is WaitingFor.APPROVAL:
                key = f"{played.planned.order_id}:a{asked}"
                answer = self._tell(played, Role.SUPERVISOR, "approval_decided", {"decision": "approve"}, key=key)
                _expected(answer, 200, 409)
            for issue in standing.issues:
                if issue.progress.waiting_for is WaitingFor.RESOLUTION:
                    self._resolve(issue, key=f"{played.planned.order_id}:r{asked}")
            self._bank(played, standing)
            time.sleep(LOOK_EVERY_SECONDS)

    def _bank(self, played: Played, standing: Standing) -> None:
        """What the customer's bank does with a refund, once for each."""
        fates = {payment.payment_id: payment.fate for payment in played.planned.payments}
        for payout in standing.payouts:
            refund, fate = payout.provider_reference, fates[payout.payment_id]
            if refund in played.decided or not _is_time(fate, payout.state, closed=not standing.case.progress.open):
                continue
            played.decided.add(refund)
            if fate is not Fate.PENDS:
                self.control.decide_refund(refund, "failed")
            if fate not in FALLING:
                self.control.decide_refund(refund, "succeeded")

    def _resolve(self, issue: StoredIssue, *, key: str) -> None:
        path = f"/v1/payment_issues/{issue.case.ref.rma}/resolution_decided"
        body = {"event_id": key, "resolution": "pay_again"}
        _expected(self.callers.call(Role.FINANCE, "POST", path, body, what="resolve issue"), 200, 409)

    def _tell(self, played: Played, role: Role, news: str, body: dict[str, Any], *, key: str) -> Answer:
        path = f"/v1/returns/{played.rma}/{news}"
        return self.callers.call(role, "POST", path, body | {"event_id": key}, what=news)


def is_over(standing: Standing, planned: PlannedReturn) -> bool:
    """Whether nothing is left to happen: all cases are closed, and every payout ended as its fate says."""
    fates = {payment.payment_id: payment.fate for payment in planned.payments}
    cases = (standing.case.progress, *(issue.progress for issue in standing.issues))
    return not any(progress.open for progress in cases) and all(
        payout.is_owed_again if fates[payout.payment_id] in FALLING else payout.state is PayoutState.SETTLED
        for payout in standing.payouts
    )


def _is_time(fate: Fate, state: PayoutState, *, closed: bool) -> bool:
    if fate is Fate.COMES_BACK:
        return closed and state is PayoutState.SETTLED
    return fate in (Fate.PENDS, Fate.CONTRADICTED, Fate.FAILS) and state is PayoutState.ACCEPTED


def _say(standing: Standing) -> str:
    payouts = [f"{payout.key} to {payout.payment_id} {payout.state}" for payout in standing.payouts]
    issues = [f"{issue.case.ref.rma} {issue.progress.state}" for issue in standing.issues]
    return f"{standing.case.progress.state}, {standing.case.progress.next_step} {payouts} {issues}"


def _expected(answer: Answer, *statuses: int) -> dict[str, Any]:
    if answer.status not in statuses:
        raise CommandFailed(f"the API answered {answer.status}: {answer.body.get('detail', answer.body)}")
    return answer.body
