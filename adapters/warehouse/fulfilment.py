"""A warehouse that sends goods to customers by our own small contract, docs/warehouse-contract.md."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx2
from pydantic import ValidationError

from adapters.warehouse.rest import ANSWER_SECONDS, CONNECT_SECONDS, NEVER_CONNECTED, parse_refusal
from domain.errors import OutcomeUnknown, PortError, Rejected, Unavailable
from domain.fulfilment_port import DeliveryReport, ShipmentOrder, StockReservation
from domain.replacement_shipments.case import Goods


class RestFulfilment:
    """The Fulfilment port over HTTP."""

    def __init__(self, *, base_url: str, token: str) -> None:
        self._client = httpx2.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx2.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        )

    def reserve(self, reservation: StockReservation) -> None:
        self._change("POST", "/v1/reservations", reservation_body(reservation), key=reservation.key)

    def release(self, merchant: str, key: str) -> None:
        self._change("DELETE", f"/v1/reservations/{quote(key, safe='')}")

    def ship(self, order: ShipmentOrder) -> None:
        self._change("POST", "/v1/shipments", shipment_body(order), key=order.key)

    def stop(self, merchant: str, key: str) -> tuple[DeliveryReport, ...]:
        response = self._send("DELETE", f"/v1/shipments/{quote(key, safe='')}")
        if refusal := parse_refusal(response):
            raise refusal
        return parse_deliveries(response) or ()

    def find_deliveries(self, merchant: str, key: str) -> tuple[DeliveryReport, ...] | None:
        try:
            response = self._send("GET", f"/v1/shipments/{quote(key, safe='')}")
            return parse_deliveries(response)
        except OutcomeUnknown as lost:
            # A question changes nothing, so that nothing can be in doubt.
            raise Unavailable(str(lost)) from lost

    def _change(self, method: str, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> None:
        if refusal := parse_refusal(self._send(method, path, body, key=key)):
            raise refusal

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> httpx2.Response:
        headers = {"Idempotency-Key": key} if key else {}
        try:
            return self._client.request(method, path, json=body, headers=headers)
        except NEVER_CONNECTED as error:
            raise Unavailable(f"the warehouse cannot be reached: {type(error).__name__}") from error
        except httpx2.TransportError as error:
            raise OutcomeUnknown(f"the warehouse did not answer: {type(error).__name__}") from error


def reservation_body(reservation: StockReservation) -> dict[str, Any]:
    """What the warehouse is asked to put aside."""
    body = {
        "merchant": reservation.merchant,
        "reference": reservation.number,
        "warehouse": reservation.warehouse,
        "units": _units(reservation.units),
    }
    return body | ({"until": reservation.until.isoformat()} if reservation.until else {})


def shipment_body(order: ShipmentOrder) -> dict[str, Any]:
    """What the warehouse is told to send, and where to."""
    body = {
        "merchant": order.merchant,
        "reference": order.number,
        "reservation": order.reservation_key,
        "order_id": order.order_id,
        "warehouse": order.warehouse,
        "address": order.address.model_dump(),
        "units": _units(order.units),
    }
    return body | ({"from_return": order.from_return} if order.from_return else {})


def parse_deliveries(response: httpx2.Response) -> tuple[DeliveryReport, ...] | None:
    """The parcels of an answer, None for a shipment that the warehouse does not know. Raises Rejected, Unavailable."""
    if response.status_code == httpx2.codes.NOT_FOUND:
        return None
    if refusal := _refusal_of_a_question(response):
        raise refusal
    try:
        return tuple(_parse_delivery(each) for each in response.json()["deliveries"])
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise Rejected("unreadable_answer", f"warehouse: {type(error).__name__} in the answer") from error


def _refusal_of_a_question(response: httpx2.Response) -> PortError | None:
    refusal = parse_refusal(response)
    return Unavailable(str(refusal)) if isinstance(refusal, OutcomeUnknown) else refusal


def _parse_delivery(told: dict[str, Any]) -> DeliveryReport:
    return DeliveryReport(
        delivery_id=told["id"],
        state=told["state"],
        units=tuple(Goods(sku=units["sku"], quantity=units["quantity"]) for units in told["units"]),
        carrier=told.get("carrier") or "",
        tracking_number=told.get("tracking_number") or "",
        at=told["changed_at"],
    )


def _units(units: tuple[Goods, ...]) -> list[dict[str, Any]]:
    return [{"sku": goods.sku, "quantity": goods.quantity} for goods in units]
