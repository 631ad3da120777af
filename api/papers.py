"""Papers of goods on their way back, whatever case they are of: found by the delivery, drawn the same each time."""

from __future__ import annotations

from functools import partial
from typing import Annotated, TypeAlias

from fastapi import Query, Response
from starlette.responses import RedirectResponse

from api import label_problems
from api.dependencies import Services
from api.errors import ApiProblem
from api.return_addresses import return_address
from domain.catalogue import CatalogueEntry
from domain.catalogue.customs import with_catalogue_facts
from domain.claims.case import Claim
from domain.errors import UnknownProduct
from domain.goods_back.customs import CustomsInvoice, declare_customs
from domain.goods_back.deliveries import ReverseDeliveryState, derive_delivery_state
from domain.goods_back.facts import ReverseDelivery
from domain.goods_back.papers import make_packing_slip
from domain.returns.case import ReturnCase

DeliveryNumber = Annotated[int, Query(ge=1, le=500, description="The reverse delivery, by its number.")]
# The cases that a customer sends goods back for.
Sendable: TypeAlias = ReturnCase | Claim
PDF, SVG = "application/pdf", "image/svg+xml"


def pick_delivery(case: Sendable, number: int, *, state: str, comes_back: bool) -> ReverseDelivery:
    """The delivery of that number. Raises the problem that nothing comes back, or that there is none of that number."""
    name = f"{case.ref.kind.capitalize()} {case.ref.rma}"
    if not comes_back:
        detail = f"{name} is {state.replace('_', ' ')}: no goods come back with it."
        raise ApiProblem(label_problems.NOTHING_COMES_BACK, detail)
    found = next((one for one in case.goods.deliveries if one.number == number), None)
    if found is None:
        known = ", ".join(str(one.number) for one in case.goods.deliveries)
        raise ApiProblem(label_problems.NO_SUCH_DELIVERY, f"{name} has no delivery {number}; it has {known}.")
    return found


def draw_packing_slip(parts: Services, case: Sendable, delivery: ReverseDelivery) -> Response:
    """A page of A4: the number for eye and scanner, what lies in the parcel, and where it goes."""
    order = parts.records.reads.order_of(case)
    slip = make_packing_slip(case, delivery, order, warehouse=return_address(parts, case, delivery))
    headers = {"Content-Disposition": f'inline; filename="{case.ref.rma}-{delivery.number}.pdf"'}
    return Response(parts.slip_pages.draw_slip(slip), headers=headers, media_type=PDF)


def draw_customs_invoice(parts: Services, case: Sendable, delivery: ReverseDelivery) -> Response:
    """A page of A4: what the carrier was told for customs, or would be. Raises the problem that customs sees nothing of it."""
    invoice = _customs_invoice(parts, case, delivery)
    headers = {"Content-Disposition": f'inline; filename="{invoice.number}-customs.pdf"'}
    return Response(parts.customs_pages.draw_invoice(invoice), headers=headers, media_type=PDF)


def draw_code(parts: Services, number: str) -> Response:
    """The number of the case as QR code."""
    return Response(parts.slip_pages.draw_code(number), media_type=SVG)


def lead_to_label(case: Sendable, delivery: ReverseDelivery) -> RedirectResponse:
    """Where the carrier keeps the label. Raises the problem that there is none to use."""
    label = delivery.usable_label
    if label is None:
        state = ReverseDeliveryState.LABEL_VOIDED if delivery.label else derive_delivery_state(case.goods, delivery)
        detail = f"Delivery {delivery.number} of {case.ref.kind} {case.ref.rma} has no label: it is {state}."
        raise ApiProblem(label_problems.NO_LABEL, detail)
    return RedirectResponse(label.qr_url or label.url, status_code=302)


def _customs_invoice(parts: Services, case: Sendable, delivery: ReverseDelivery) -> CustomsInvoice:
    order = parts.records.reads.order_of(case)
    sender, warehouse = order.customer.named_address, return_address(parts, case, delivery)
    declared = delivery.customs
    if declared is None:
        told = with_catalogue_facts(order, partial(_find_product, parts, case.ref.merchant))
        declared = declare_customs(delivery.units or case.expected, told, warehouse=warehouse)
    if declared is None or warehouse is None:
        way = f"from {sender.country or 'nowhere known'} to {(warehouse and warehouse.country) or 'nowhere known'}"
        detail = f"Delivery {delivery.number} of {case.ref.kind} {case.ref.rma} goes {way}, which is no customs border."
        raise ApiProblem(label_problems.NO_CUSTOMS_INVOICE, detail)
    return CustomsInvoice(
        number=f"{case.ref.rma}-{delivery.number}",
        order_id=case.order_id,
        tracking_number=delivery.parcel_number,
        date=f"{delivery.label.booked_at if delivery.label else case.requested_at:%Y-%m-%d}",
        sender=sender,
        receiver=warehouse,
        declaration=declared,
    )


def _find_product(parts: Services, merchant: str, sku: str) -> CatalogueEntry | None:
    try:
        return parts.records.reads.catalogue.product_of_sku(merchant, sku)
    except UnknownProduct:
        return None
