"""What the customer prints or shows: the packing slip, the customs invoice, the code of the return, the carrier's label."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.responses import RedirectResponse

from api import label_problems, problems
from api.dependencies import Parts, Rma, Services, needs
from api.errors import ApiProblem
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.return_addresses import return_address
from domain.goods_back.customs import CustomsInvoice, declare_customs
from domain.goods_back.deliveries import ReverseDeliveryState, derive_delivery_state
from domain.goods_back.facts import ReverseDelivery
from domain.goods_back.papers import make_packing_slip
from domain.returns.case import ReturnCase
from domain.returns.stages import is_authorized

router = APIRouter(prefix="/v1/returns", tags=["Returns"])

Reader = Annotated[Caller, needs(Permission.READ_RETURNS)]
Number = Annotated[int, Query(ge=1, le=500, description="The reverse delivery, by its number.")]
PDF, SVG = "application/pdf", "image/svg+xml"
UNKNOWN = (
    problems.RETURN_NOT_FOUND,
    problems.MALFORMED_RMA,
    label_problems.NO_SUCH_DELIVERY,
    label_problems.NOTHING_COMES_BACK,
)


@router.get(
    "/{rma}/packing_slip.pdf",
    operation_id="get_packing_slip",
    summary="The page that goes into the parcel",
    response_class=Response,
    responses={200: {"description": "A page of A4.", "content": {PDF: {}}}, **problem_responses(*UNKNOWN)},
)
def get_packing_slip(caller: Reader, rma: Rma, parts: Parts, delivery: Number = 1) -> Response:
    """The number of the return for eye and scanner, what lies in the parcel, and where it goes; the same bytes each time."""
    case, found = _delivery(parts, caller, rma, delivery)
    order = parts.records.reads.order_of(case)
    slip = make_packing_slip(case, found, order, warehouse=return_address(parts, case, found))
    headers = {"Content-Disposition": f'inline; filename="{rma}-{found.number}.pdf"'}
    return Response(parts.slip_pages.draw_slip(slip), headers=headers, media_type=PDF)


@router.get(
    "/{rma}/customs_invoice.pdf",
    operation_id="get_customs_invoice",
    summary="The page for customs",
    response_class=Response,
    responses={
        200: {"description": "A page of A4, to sign and to put on the parcel.", "content": {PDF: {}}},
        **problem_responses(*UNKNOWN, label_problems.NO_CUSTOMS_INVOICE),
    },
)
def get_customs_invoice(caller: Reader, rma: Rma, parts: Parts, delivery: Number = 1) -> Response:
    """What the carrier was told for customs, or would be; also for who sends the parcel without a label of ours."""
    case, found = _delivery(parts, caller, rma, delivery)
    invoice = _customs_invoice(parts, caller, case, found)
    headers = {"Content-Disposition": f'inline; filename="{invoice.number}-customs.pdf"'}
    return Response(parts.customs_pages.draw_invoice(invoice), headers=headers, media_type=PDF)


@router.get(
    "/{rma}/qr.svg",
    operation_id="get_return_code",
    summary="The code of the return",
    response_class=Response,
    responses={
        200: {"description": "A QR code.", "content": {SVG: {}}},
        **problem_responses(problems.RETURN_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_return_code(caller: Reader, rma: Rma, parts: Parts) -> Response:
    """The number of the return as QR code, for whoever has no printer: a drop-off, a store or the dock scans it."""
    parts.records.reads.return_case(caller.merchant, rma)
    return Response(parts.slip_pages.draw_code(rma), media_type=SVG)


@router.get(
    "/{rma}/label",
    operation_id="get_return_label",
    summary="The carrier's label",
    status_code=302,
    response_class=RedirectResponse,
    responses={
        302: {
            "description": "Where the carrier keeps it: its code where that is to be shown, else the label to print."
        },
        **problem_responses(*UNKNOWN, label_problems.NO_LABEL),
    },
)
def get_return_label(caller: Reader, rma: Rma, parts: Parts, delivery: Number = 1) -> RedirectResponse:
    """Leads to the label as long as it may be used."""
    case, found = _delivery(parts, caller, rma, delivery)
    label = found.usable_label
    if label is None:
        state = ReverseDeliveryState.LABEL_VOIDED if found.label else derive_delivery_state(case.goods, found)
        detail = f"Delivery {found.number} of return {rma} has no label: it is {state}."
        raise ApiProblem(label_problems.NO_LABEL, detail)
    return RedirectResponse(label.qr_url or label.url, status_code=302)


def _delivery(parts: Services, caller: Caller, rma: str, number: int) -> tuple[ReturnCase, ReverseDelivery]:
    stored = parts.records.reads.return_case(caller.merchant, rma)
    case = stored.case
    if not is_authorized(case):
        detail = f"Return {rma} is {stored.progress.state.replace('_', ' ')}: no goods come back with it."
        raise ApiProblem(label_problems.NOTHING_COMES_BACK, detail)
    found = next((one for one in case.goods.deliveries if one.number == number), None)
    if found is None:
        known = ", ".join(str(one.number) for one in case.goods.deliveries)
        detail = f"Return {rma} has no delivery {number}; it has {known}."
        raise ApiProblem(label_problems.NO_SUCH_DELIVERY, detail)
    return case, found


def _customs_invoice(parts: Services, caller: Caller, case: ReturnCase, delivery: ReverseDelivery) -> CustomsInvoice:
    order = parts.records.reads.order_of(case)
    sender, warehouse = order.customer.address, return_address(parts, case, delivery)
    declared = delivery.customs or declare_customs(delivery.units or case.expected, order, warehouse=warehouse)
    if declared is None or warehouse is None:
        way = f"from {sender.country or 'nowhere known'} to {(warehouse and warehouse.country) or 'nowhere known'}"
        detail = f"Delivery {delivery.number} of return {case.ref.rma} goes {way}, which is no customs border."
        raise ApiProblem(label_problems.NO_CUSTOMS_INVOICE, detail)
    return CustomsInvoice(
        number=f"{case.ref.rma}-{delivery.number}",
        order_id=case.order_id,
        tracking_number=delivery.parcel_number,
        date=f"{delivery.label.booked_at if delivery.label else case.requested_at:%Y-%m-%d}",
        sender=sender if sender.name else sender.model_copy(update={"name": order.customer.name}),
        receiver=warehouse,
        declaration=declared,
    )
