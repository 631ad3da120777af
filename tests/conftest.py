"""What holds for every test: how long a generated example takes says nothing on a machine that others use as well."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("aftercart", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("aftercart")
