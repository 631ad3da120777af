"""The addresses of the dock: sessions about whatever lies in a parcel, and what waits for a person to sort out."""

from __future__ import annotations

from fastapi import APIRouter

from api.receipts import taking, waiting

router = APIRouter()
router.include_router(taking.router)
router.include_router(waiting.router)
