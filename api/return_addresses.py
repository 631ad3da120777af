"""Where the goods of a case go: what its labels say."""

from __future__ import annotations

from api.dependencies import Services
from domain.addresses import Address
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.facts import ReverseDelivery


def return_address(parts: Services, case: CaseWithGoods, delivery: ReverseDelivery) -> Address | None:
    """The address of the warehouse to which the parcel goes; None where the operator named none."""
    with parts.records.transaction() as tx:
        usual = tx.policy(case.ref.merchant, case.policy_version).policy.return_address
    address = parts.settings.warehouse.addresses.get(delivery.warehouse or usual)
    return Address(**address.model_dump()) if address else None
