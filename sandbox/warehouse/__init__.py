"""The warehouse: takes goods back, puts goods aside and sends them out; the contract is docs/warehouse-contract.md."""

from __future__ import annotations

from fastapi import APIRouter

from sandbox.warehouse import control, dispositions, reservations, shipments

router = APIRouter()
for part in (dispositions, reservations, shipments, control):
    router.include_router(part.router)
