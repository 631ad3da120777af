"""Customers whose goods a claim asks for are reminded of the parcel as those of a return are."""

from __future__ import annotations

from datetime import timedelta

from domain.calendar import Span
from domain.cases import WaitingFor
from domain.claims.case import Claim
from domain.claims.opening import pass_deadline
from domain.claims.progress import derive_progress
from domain.goods_back.facts import Label
from domain.policies import Policy
from tests.builders import ASKED, a_policy
from tests.domain.claims.builders import a_claim, a_resolution

DAY = timedelta(days=1)


def reminding() -> Policy:
    """Three weeks for the parcel, a reminder two days before they are over; a label lives a week."""
    changes = {"parcel_reminders": (Span.of("2 days"),), "label": Span.of("7 days")}
    return a_policy(deadlines=a_policy().deadlines.model_copy(update=changes))


def awaiting_goods() -> Claim:
    """A claim that was granted for the goods."""
    resolution = a_resolution(goods_back=True)
    case = a_claim(resolution=resolution, plan_made_at=ASKED)
    label = Label(
        carrier="UPS", service="Ground", tracking_number="LABEL-1", url="", shipment_reference="s", booked_at=ASKED
    )
    return case.with_delivery(1, label=label, label_expires_at=ASKED + 7 * DAY)


def test_reminded_once_and_then_overdue() -> None:
    """The label goes after a week, the reminder comes once, and nothing asks for either a second time."""
    policy, case, told = reminding(), awaiting_goods(), []
    for _ in range(3):
        progress = derive_progress(case, policy)
        assert progress.waiting_for is WaitingFor.PARCEL
        assert progress.wakes_at is not None
        change = pass_deadline(case, WaitingFor.PARCEL, policy=policy, at=progress.wakes_at)
        assert change is not None
        case = change.case
        told += [line.event for line in change.entries]
    assert told == ["label.expired", "parcel.reminded", "claim.overdue"]
