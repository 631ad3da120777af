"""Payment issues over HTTP: followed (`reading`) and decided (`events`)."""

from __future__ import annotations

from fastapi import APIRouter

from api.payment_issues import events, reading

router = APIRouter()
router.include_router(reading.router)
router.include_router(events.router)
