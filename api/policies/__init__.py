"""A shop's rules over HTTP: read (`reading`), shown to customers (`pages`) and changed (`changing`)."""

from __future__ import annotations

from fastapi import APIRouter

from api.policies import changing, reading

router = APIRouter()
router.include_router(changing.router)
router.include_router(reading.router)
