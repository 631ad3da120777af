"""Labels that nobody used in time."""

from __future__ import annotations

from datetime import timedelta

from domain.calendar import Span
from domain.cases import EventKind, WaitingFor
from domain.goods_back.deliveries import ReverseDeliveryState, derive_delivery_state
from domain.goods_back.facts import Label
from domain.policies import Policy
from domain.policies.checking import check_policy
from domain.returns.case import ReturnCase
from domain.returns.events import apply_event
from domain.returns.opening import pass_deadline
from domain.returns.progress import derive_progress
from tests.builders import ASKED, CONDITIONS, a_policy, an_authorized_return, an_event

DAY = timedelta(days=1)
EXPIRES = ASKED + 7 * DAY


def expiring() -> Policy:
    """A week for the label, three for the parcel; reminded on the last day but one."""
    changes = {"label": Span.of("7 days"), "parcel_reminders": (Span.of("1 day"),)}
    return a_policy(deadlines=a_policy().deadlines.model_copy(update=changes))


def labelled() -> ReturnCase:
    """A return whose label expires after a week."""
    label = Label(
        carrier="UPS", service="Ground", tracking_number="LABEL-1", url="", shipment_reference="s", booked_at=ASKED
    )
    return an_authorized_return().with_delivery(1, label=label, label_expires_at=EXPIRES)


def test_a_label_expires_while_the_return_waits_on() -> None:
    """After a week the label is no more and the parcel may still come; a moment before, nothing happens."""
    policy = expiring()
    before = derive_progress(labelled(), policy)
    assert (before.labels_expire_at, before.wakes_at) == (EXPIRES, EXPIRES)
    assert pass_deadline(labelled(), WaitingFor.PARCEL, policy=policy, at=EXPIRES - DAY) is None
    change = pass_deadline(labelled(), WaitingFor.PARCEL, policy=policy, at=EXPIRES)
    assert change is not None
    after = derive_progress(change.case, policy)
    assert [line.event for line in change.entries] == ["label.expired"]
    assert (after.state, after.deadline) == (before.state, before.deadline)
    assert (after.labels_expire_at, after.expired_labels) == (None, (1,))
    assert "without it" in after.next_step
    goods = change.case.goods
    assert derive_delivery_state(goods, goods.delivery(1)) is ReverseDeliveryState.LABEL_VOIDED
    assert derive_progress(change.case.with_delivery(1, label_voided_at=EXPIRES), policy).expired_labels == ()


def test_a_label_that_was_scanned_does_not_expire() -> None:
    """The parcel is on its way: its label is used, and stays so when the scan comes after the end of the label."""
    policy = expiring()
    scan = an_event(EventKind.LABEL_SCANNED, {"tracking_number": "LABEL-1"})
    moving = apply_event(labelled(), scan, policy=policy, at=ASKED).case
    assert derive_progress(moving, policy).labels_expire_at is None
    late = apply_event(labelled().with_delivery(1, label_expired_at=EXPIRES), scan, policy=policy, at=EXPIRES).case
    assert derive_progress(late, policy).expired_labels == ()
    assert derive_delivery_state(late.goods, late.goods.delivery(1)) is ReverseDeliveryState.MOVING


def test_reminders_come_all_the_same() -> None:
    """The customer whose label expired is still reminded of the parcel."""
    policy = expiring()
    change = pass_deadline(labelled(), WaitingFor.PARCEL, policy=policy, at=EXPIRES)
    assert change is not None
    remind_at = derive_progress(change.case, policy).reminder_at
    assert remind_at is not None
    reminded = pass_deadline(change.case, WaitingFor.PARCEL, policy=policy, at=remind_at)
    assert reminded is not None
    assert [line.event for line in reminded.entries] == ["parcel.reminded"]


def test_a_label_that_cannot_expire_is_warned_of() -> None:
    """Ten weeks for the label of a return that ends after five are an oversight."""
    longer = expiring().deadlines.model_copy(update={"label": Span.of("70 days")})
    paths = [problem.path for problem in check_policy(a_policy(deadlines=longer), conditions=CONDITIONS)]
    assert ("deadlines", "label") in paths
    assert ("deadlines", "label") not in [problem.path for problem in check_policy(expiring(), conditions=CONDITIONS)]
