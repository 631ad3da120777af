"""Replacement shipments over HTTP: followed (`reading`), told of and cancelled (`events`)."""

from __future__ import annotations

from fastapi import APIRouter

from api.replacement_shipments import events, reading

router = APIRouter()
router.include_router(reading.router)
router.include_router(events.router)
