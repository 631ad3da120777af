"""A carrier in memory: one label per reference, however often it is asked for."""

from __future__ import annotations

from domain.errors import Rejected
from domain.goods_back.customs import crosses_customs_border
from domain.goods_back.facts import Label, LabelRefund
from domain.money import Money
from domain.ports import Clock, LabelBooking
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Faults


class FakeCarrier:
    """`bookings` are the calls, `labels` what was bought by reference, `voided` the references given back.

    `faults` spoils calls of `book_return_label`, `void_faults` those of `void_label`. All warehouses are in the country
    `home`; where that is not said, no parcel crosses a border.
    """

    def __init__(self, clock: Clock | None = None, *, home: str = "") -> None:
        self.home = home
        self.faults = Faults()
        self.void_faults = Faults()
        self.bookings: list[LabelBooking] = []
        self.labels: dict[str, Label] = {}
        self.voided: list[str] = []
        self.paid_back: list[str] = []
        self._used: set[str] = set()
        self._clock = clock or FakeClock()

    def scan(self, reference: str) -> None:
        """The parcel with that label is on its way, so the label can no longer be voided."""
        self._used.add(reference)

    def pay_back(self, reference: str) -> None:
        """The price of that label, which was given back, is ours again."""
        self.paid_back.append(reference)

    def book_return_label(self, booking: LabelBooking) -> Label:
        self.bookings.append(booking)
        return self.faults.around(lambda: self._book(booking))

    def find_label(self, reference: str) -> Label | None:
        return None if reference in self.voided else self.labels.get(reference)

    def void_label(self, label: Label) -> LabelRefund:
        return self.void_faults.around(lambda: self._void(label))

    def _book(self, booking: LabelBooking) -> Label:
        if booking.reference in self.voided:
            raise Rejected("label_voided", "this label was given back; book another reference")
        if booking.reference not in self.labels:
            if not (booking.sender.street1 and booking.sender.city and booking.sender.country):
                raise Rejected("ADDRESS.VERIFY.FAILURE", "the address is incomplete")
            if booking.customs is None and crosses_customs_border(booking.sender.country, self.home):
                raise Rejected("no_rates", "customs wants to know what is in the parcel")
            self.labels[booking.reference] = self._print(booking)
        return self.labels[booking.reference]

    def _print(self, booking: LabelBooking) -> Label:
        number = len(self.labels) + 1
        return Label(
            carrier="FakePost",
            service="Return",
            tracking_number=f"FP{number:09d}",
            url=f"http://labels.invalid/{number}.{booking.label_format}",
            shipment_reference=booking.reference,
            booked_at=self._clock.now(),
            label_format=booking.label_format,
            price=Money(minor=385, currency="GBP"),
            qr_url=f"http://labels.invalid/{number}.png" if booking.with_qr_code else "",
        )

    def _void(self, label: Label) -> LabelRefund:
        if label.shipment_reference in self._used:
            raise Rejected("label_used", "the parcel is already on its way")
        if label.shipment_reference not in self.voided:
            self.voided.append(label.shipment_reference)
        return LabelRefund.REFUNDED if label.shipment_reference in self.paid_back else LabelRefund.SUBMITTED
