"""Whoever takes the parcel back, one return has one label and it is paid once."""

from __future__ import annotations

import pytest

from domain.addresses import Address
from domain.errors import OutcomeUnknown, Rejected, Unavailable
from domain.goods_back.facts import LabelRefund
from domain.policies import LabelFormat
from tests.adapters.builders import CUSTOMER, a_booking, a_booking_from_abroad, a_declaration
from tests.adapters.contracts.carrier_benches import CarrierBench, EasyPostBench, FakeBench


@pytest.fixture(params=["easypost", "fake"])
def bench(request: pytest.FixtureRequest) -> CarrierBench:
    """Each carrier in turn."""
    return FakeBench() if request.param == "fake" else EasyPostBench(request.getfixturevalue("sandbox"))


def test_label(bench: CarrierBench) -> None:
    """The customer gets a label with carrier, tracking number and an address to print it from."""
    label = bench.port.book_return_label(a_booking())

    assert label.carrier
    assert label.service
    assert label.tracking_number
    assert label.url.startswith("http")
    assert label.booked_at.tzinfo is not None
    assert bench.paid_labels() == 1


def test_same_return_again(bench: CarrierBench) -> None:
    """A label that is asked for twice is the same label, bought once."""
    first, second = bench.port.book_return_label(a_booking()), bench.port.book_return_label(a_booking())

    assert first == second
    assert bench.paid_labels() == 1


@pytest.mark.parametrize("label_format", LabelFormat)
def test_label_format(bench: CarrierBench, label_format: LabelFormat) -> None:
    """The label comes as a page or for a label printer, as the policy says; without being asked for, no code is drawn."""
    label = bench.port.book_return_label(a_booking().model_copy(update={"label_format": label_format}))

    assert (label.label_format, label.qr_url) == (label_format, "")
    assert label.url.endswith(f".{label_format}")


def test_code_instead_of_a_printed_label(bench: CarrierBench) -> None:
    """Who has no printer shows a code at the counter; asked for again it is the same code of the same label."""
    booking = a_booking().model_copy(update={"with_qr_code": True})
    first, second = bench.port.book_return_label(booking), bench.port.book_return_label(booking)

    assert first.qr_url.startswith("http")
    assert first.qr_url != first.url
    assert first == second
    assert bench.paid_labels() == 1


def test_finding_a_label(bench: CarrierBench) -> None:
    """A label is found by its reference from its purchase until it is given back."""
    assert bench.port.find_label(a_booking().reference) is None

    label = bench.port.book_return_label(a_booking())

    assert bench.port.find_label(a_booking().reference) == label
    assert bench.port.find_label("return:default:ZZZZ-ZZZZ") is None
    bench.port.void_label(label)
    assert bench.port.find_label(a_booking().reference) is None


def test_finding_a_label_whose_answer_was_lost(bench: CarrierBench) -> None:
    """A label that was bought although nobody heard of it is found, so that it can be given back."""
    bench.lose_answer()
    with pytest.raises(OutcomeUnknown):
        bench.port.book_return_label(a_booking())

    assert bench.port.find_label(a_booking().reference) is not None


def test_finding_a_label_that_was_not_bought(bench: CarrierBench) -> None:
    """A purchase that never reached the carrier left nothing to find."""
    bench.lose_request()
    with pytest.raises(OutcomeUnknown):
        bench.port.book_return_label(a_booking())

    assert bench.port.find_label(a_booking().reference) is None


def test_two_returns(bench: CarrierBench) -> None:
    """Two returns have two labels."""
    one = bench.port.book_return_label(a_booking(reference="return:default:AAAA-BBBB"))
    other = bench.port.book_return_label(a_booking(reference="return:default:CCCC-DDDD"))

    assert one.tracking_number != other.tracking_number


@pytest.mark.parametrize(
    "sender", [Address(), CUSTOMER.model_copy(update={"street1": ""})], ids=["no address", "no street"]
)
def test_unusable_address(bench: CarrierBench, sender: Address) -> None:
    """A parcel that nobody can fetch gets no label, and nothing is paid."""
    with pytest.raises(Rejected):
        bench.port.book_return_label(a_booking(sender=sender))

    assert bench.paid_labels() == 0


def test_parcel_from_abroad(bench: CarrierBench) -> None:
    """No carrier takes a parcel across a border before it knows what customs will ask."""
    with pytest.raises(Rejected, match=r"(?i)customs"):
        bench.port.book_return_label(a_booking_from_abroad(None))
    assert bench.paid_labels() == 0


def test_declared_parcel_from_abroad(bench: CarrierBench) -> None:
    """With a declaration it is a parcel like any other, also where the shop did not know everything."""
    bare = {"hs_code": "", "origin_country": "", "weight_grams": 0, "value_minor": 0}
    label = bench.port.book_return_label(a_booking_from_abroad(a_declaration(**bare)))

    assert label.tracking_number
    assert bench.paid_labels() == 1


def test_lost_answer(bench: CarrierBench) -> None:
    """When the answer to a purchase is lost, asking again gives the label that was bought."""
    bench.lose_answer()
    with pytest.raises(OutcomeUnknown):
        bench.port.book_return_label(a_booking())

    bench.port.book_return_label(a_booking())

    assert bench.paid_labels() == 1


def test_lost_request(bench: CarrierBench) -> None:
    """When the request is lost, asking again buys the label."""
    bench.lose_request()
    with pytest.raises(OutcomeUnknown):
        bench.port.book_return_label(a_booking())
    assert bench.paid_labels() == 0

    bench.port.book_return_label(a_booking())

    assert bench.paid_labels() == 1


def test_carrier_is_down(bench: CarrierBench) -> None:
    """A carrier that cannot be reached has surely sold nothing; the label follows later."""
    label = bench.port.book_return_label(a_booking())

    with pytest.raises(Unavailable):
        bench.unreachable().book_return_label(a_booking())
    with pytest.raises(Unavailable):
        bench.unreachable().void_label(label)


def test_carrier_is_busy(bench: CarrierBench) -> None:
    """A carrier that is busy has sold nothing."""
    bench.be_busy()

    with pytest.raises(Unavailable):
        bench.port.book_return_label(a_booking())

    assert bench.paid_labels() == 0


def test_void(bench: CarrierBench) -> None:
    """The label of a cancelled return is given back; giving it back twice is no error."""
    label = bench.port.book_return_label(a_booking())

    assert bench.port.void_label(label) is LabelRefund.SUBMITTED
    assert bench.port.void_label(label) is LabelRefund.SUBMITTED

    assert bench.voided_labels() == 1


def test_price_of_a_label(bench: CarrierBench) -> None:
    """What a label costs is known when it is bought; once the carrier has paid it back, it says so when asked again."""
    label = bench.port.book_return_label(a_booking())
    assert label.price is not None
    assert label.price.minor > 0

    bench.port.void_label(label)
    bench.pay_back(label)

    assert bench.port.void_label(label) is LabelRefund.REFUNDED


def test_void_with_lost_answer(bench: CarrierBench) -> None:
    """When the answer to giving back is lost, giving back again ends well."""
    label = bench.port.book_return_label(a_booking())
    bench.lose_answer()
    with pytest.raises(OutcomeUnknown):
        bench.port.void_label(label)

    bench.port.void_label(label)

    assert bench.voided_labels() == 1


def test_void_a_used_label(bench: CarrierBench) -> None:
    """A label that is already on a moving parcel cannot be given back."""
    label = bench.port.book_return_label(a_booking())
    bench.scan(label)

    with pytest.raises(Rejected):
        bench.port.void_label(label)

    assert bench.voided_labels() == 0


def test_label_after_void(bench: CarrierBench) -> None:
    """A label that was given back is never handed to a customer again."""
    bench.port.void_label(bench.port.book_return_label(a_booking()))

    with pytest.raises(Rejected) as refusal:
        bench.port.book_return_label(a_booking())

    assert refusal.value.code == "label_voided"
