"""A return whose promises are followed step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.case_documents import CaseDocument
from domain.cases import SYSTEM, Actor
from domain.goods_back.dock import ReceivedUnits
from domain.goods_back.facts import Condition, Grade, InspectedUnits, Inspection, Receipt
from domain.payouts import Payout, PayoutState
from domain.policies import DecisionRecord, LineDecision, LineTerms, Policy, RefundMoment, StatutePack
from domain.promises.following import follow_promises
from domain.promises.models import Promise, PromiseKind
from domain.returns.case import Eligibility, ReturnCase, Verdict
from domain.stories import derive_progress
from tests.builders import ASKED, DOCK, a_policy, a_return_line, an_authorized_return

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def a_case(
    moment: RefundMoment = RefundMoment.INSPECTION, *, law: StatutePack | None = None, units: int = 1, **facts: Any
) -> ReturnCase:
    """An authorized return of one line whose money goes back at that moment."""
    line = a_return_line(quantity=units)
    terms = LineTerms(refund_at=moment, statute=law)
    decided = LineDecision(line_id=line.line_id, verdict="authorized", inputs={}, tables=(), terms=terms)
    record = DecisionRecord(policy="p", asked_at=ASKED, lines=(decided,))
    eligibility = Eligibility(verdict=Verdict.AUTHORIZED, decision=record)
    return an_authorized_return(lines=(line,), eligibility=eligibility, **facts)


def scanned(case: ReturnCase, at: datetime) -> ReturnCase:
    """The carrier has the parcel."""
    return case.with_delivery(1, scanned_at=at)


def arrived(case: ReturnCase, at: datetime, *, units: int = 1) -> ReturnCase:
    """The dock has some of it."""
    receipt = Receipt(event_id=f"r-{at}", at=at, actor=DOCK, units=(ReceivedUnits(line_id="1", quantity=units),))
    return case.with_goods(receipts=(*case.goods.receipts, receipt))


def inspected(case: ReturnCase, at: datetime, *, units: int = 1) -> ReturnCase:
    """The goods are as they should be."""
    found = InspectedUnits(line_id="1", quantity=units, condition=Condition.AS_NEW, grade=Grade.A, accepted=True)
    inspection = Inspection(event_id=f"i-{at}", at=at, actor=DOCK, units=(found,))
    return case.with_goods(inspections=(*case.goods.inspections, inspection))


def a_payout(state: PayoutState) -> Payout:
    """The money of one unit."""
    return Payout(number=1, payment_id="card", amount_minor=1200, currency="GBP", state=state, key="k")


@dataclass
class Book:
    """What is on record about the promises of one case."""

    policy: Policy = field(default_factory=lambda: a_policy(time_zone="UTC"))
    promises: dict[int, Promise] = field(default_factory=dict)

    def follow(self, case: CaseDocument, at: datetime, *, by: Actor = SYSTEM) -> tuple[Promise, ...]:
        """The case was changed at that time; what changed about its promises."""
        known = [self.promises[number] for number in sorted(self.promises)]
        progress = derive_progress(case, self.policy)
        changed = follow_promises(known, case, progress, self.policy, at=at, by=by)
        self.promises |= {each.number: each for each in changed}
        return changed

    def of(self, kind: PromiseKind) -> list[Promise]:
        """Those of one kind, the first one first."""
        return [self.promises[number] for number in sorted(self.promises) if self.promises[number].kind is kind]

    def last(self, kind: PromiseKind) -> Promise:
        """The newest of one kind."""
        return self.of(kind)[-1]
