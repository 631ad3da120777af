"""Whether a parcel goes to another place than its label says."""

from __future__ import annotations

import pytest

from domain.addresses import Address
from domain.goods_back.carrier_news import Destination, goes_elsewhere

WAREHOUSE = Address(postal_code="LS1 1AA", country="GB")
HOUSTON = Address(postal_code="77001", country="US")


@pytest.mark.parametrize(
    ("told", "label", "elsewhere"),
    [
        (Destination(), WAREHOUSE, False),
        (Destination(postal_code="ls11aa", country="gb"), WAREHOUSE, False),
        (Destination(postal_code="LS1"), WAREHOUSE, False),
        (Destination(postal_code="LS2 1AA"), WAREHOUSE, True),
        (Destination(country="FR"), WAREHOUSE, True),
        (Destination(postal_code="77001-1234", country="US"), HOUSTON, False),
        (Destination(postal_code="77002", country="US"), HOUSTON, True),
        (Destination(postal_code="77002"), Address(), False),
    ],
)
def test_elsewhere(told: Destination, label: Address, elsewhere: bool) -> None:
    """Another postal code or country is another place; what one of both leaves out says nothing."""
    assert goes_elsewhere(told, label) is elsewhere
