"""Goods on their way back as everybody outside sees them, whatever case they are of."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.goods_back.case import CaseWithGoods
from domain.goods_back.declarations import CustomsDeclaration
from domain.goods_back.deliveries import ReverseDeliveryState, derive_delivery_state, receipts_of
from domain.goods_back.facts import Label, LabelRefund, ReverseDelivery, UnitCount
from domain.money import Money
from domain.policies import Disposition, LabelFormat, ReturnMethod


class GoodsViewPart(BaseModel):
    """Parts of a view are values."""

    model_config = ConfigDict(frozen=True)


class LabelView(GoodsViewPart):
    """The paper of the reverse delivery."""

    carrier: str
    service: str
    tracking_number: str
    url: str
    label_format: LabelFormat = LabelFormat.PDF
    qr_url: str = ""
    price: Money | None = None


class DeliveryView(GoodsViewPart):
    """One parcel back: how it travels, where to, with what in it, and how far it has come."""

    number: int
    state: ReverseDeliveryState
    method: ReturnMethod
    warehouse: str
    units: tuple[UnitCount, ...]
    tracking_number: str
    label: LabelView | None
    label_problem: str
    label_expires_at: AwareDatetime | None = None
    label_refund: LabelRefund | None = None
    customs: CustomsDeclaration | None = None
    scanned_at: AwareDatetime | None
    received_at: AwareDatetime | None


class DispositionView(GoodsViewPart):
    """What becomes of some units."""

    line_id: str
    quantity: int
    disposition: Disposition


def view_label(label: Label | None) -> LabelView | None:
    """The view of the label, if there is one."""
    return LabelView(**label.model_dump(include=set(LabelView.model_fields))) if label else None


def has_moved(case: CaseWithGoods) -> bool:
    """Whether there ever was a parcel to speak of."""
    return case.goods.label is not None or bool(case.goods.receipts)


def view_delivery(case: CaseWithGoods, delivery: ReverseDelivery) -> DeliveryView:
    """The view of one reverse delivery, as far as it has come."""
    arrived = receipts_of(case.goods, delivery)
    return DeliveryView(
        number=delivery.number,
        state=derive_delivery_state(case.goods, delivery),
        method=delivery.method,
        warehouse=delivery.warehouse,
        units=delivery.units or case.expected,
        tracking_number=delivery.parcel_number,
        label=view_label(delivery.label),
        label_problem=delivery.label_problem,
        label_expires_at=delivery.label_expires_at,
        label_refund=delivery.label_refund,
        customs=delivery.customs,
        scanned_at=delivery.scanned_at,
        received_at=arrived[0].at if arrived else None,
    )
