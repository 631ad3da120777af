"""Adjustments over HTTP: asked for (`opening`), decided (`events`) and followed (`reading`)."""

from __future__ import annotations

from fastapi import APIRouter

from api.adjustments import events, opening, reading

router = APIRouter()
router.include_router(opening.router)
router.include_router(reading.router)
router.include_router(events.router)
