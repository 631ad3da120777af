"""A warehouse that speaks our own small contract, docs/warehouse-contract.md."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2

from domain.errors import OutcomeUnknown, PortError, Rejected, Unavailable
from domain.ports import StockInstruction

CONNECT_SECONDS = 5
# The contract asks for an answer within 10 seconds.
ANSWER_SECONDS = 10

# A wrong token is a mistake in our settings, not a verdict on the instruction; somebody has to mend it first.
AFTER_MISCONFIGURATION = timedelta(minutes=5)
NEVER_CONNECTED = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class RestWarehouse:
    """The Warehouse port over HTTP."""

    def __init__(self, *, base_url: str, token: str) -> None:
        self._client = httpx2.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx2.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        )

    def dispose(self, instruction: StockInstruction) -> None:
        try:
            response = self._client.post(
                "/v1/dispositions",
                json=disposition_body(instruction),
                headers={"Idempotency-Key": instruction.key},
            )
        except NEVER_CONNECTED as error:
            raise Unavailable(f"the warehouse cannot be reached: {type(error).__name__}") from error
        except httpx2.TransportError as error:
            raise OutcomeUnknown(f"the warehouse did not answer: {type(error).__name__}") from error
        if refusal := parse_refusal(response):
            raise refusal


def disposition_body(instruction: StockInstruction) -> dict[str, Any]:
    """What the warehouse is told; raises Rejected (`unknown_sku`) for a line without a SKU."""
    if unknown := [units.line_id for units in instruction.units if not instruction.skus.get(units.line_id)]:
        raise Rejected("unknown_sku", f"no SKU is known for line {', '.join(unknown)}")
    units = [
        {
            "sku": instruction.skus[units.line_id],
            "quantity": units.quantity,
            "disposition": units.disposition.value,
        }
        for units in instruction.units
    ]
    return {
        "merchant": instruction.merchant,
        "rma": instruction.rma,
        "warehouse": instruction.warehouse,
        "units": units,
    }


def parse_refusal(response: httpx2.Response) -> PortError | None:
    """What an answer means for the caller; None when the goods are dealt with."""
    status = response.status_code
    code, detail = _problem(response)
    if status in (200, 201, 204):
        return None
    if status in (429, 503):
        return Unavailable(detail, retry_after=_retry_after(response))
    if status in (401, 403):
        return Unavailable(detail, retry_after=AFTER_MISCONFIGURATION)
    if 400 <= status < 500:
        return Rejected(code, detail)
    return OutcomeUnknown(detail)


def _problem(response: httpx2.Response) -> tuple[str, str]:
    try:
        problem = response.json()
    except ValueError:
        problem = None
    facts = problem if isinstance(problem, dict) else {}
    code = str(facts.get("code") or f"http_{response.status_code}")
    return code, f"warehouse: {facts.get('detail') or code}"


def _retry_after(response: httpx2.Response) -> timedelta | None:
    seconds = response.headers.get("Retry-After", "")
    return timedelta(seconds=int(seconds)) if seconds.isdigit() else None
