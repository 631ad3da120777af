"""The shop that a fresh installation has."""

from __future__ import annotations

DEMO_MERCHANT = "demo"
