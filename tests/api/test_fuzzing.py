"""Whatever a machine makes up from our own description is answered as the description says, never by an accident."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from domain.cases import Role
from tests.api.house import House
from tests.api.test_roles import ROUTES
from tests.builders import MERCHANT
from tests.fakes.storefront import FakeStorefront
from tests.records.databases import new_sqlite

ORDER = "A-1001"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory, template_folder: Path) -> Iterator[House]:
    """One installation for all made-up requests, with an order and a return that some of them hit."""
    folder = tmp_path_factory.mktemp("fuzzed")
    with new_sqlite(folder, template_folder / "template.db") as address:
        house = House(address, folder, api={"rate_limit": "1000000/second"})
        house.has_return()
        # No shop listens anywhere, and "come back later" would hide what a made-up question does.
        services = house.app.state.services
        house.app.state.services = replace(services, storefronts={MERCHANT: FakeStorefront()}.get)
        yield house
        house.close()


@pytest.fixture(scope="module")
def described(fuzzed: House) -> schemathesis.BaseSchema:
    """Our own description of the API."""
    return schemathesis.openapi.from_asgi("/openapi.json", fuzzed.app)


@pytest.fixture(scope="module")
def admin_key(fuzzed: House) -> str:
    """A key that may do everything, so that nothing ends at the door."""
    return fuzzed.key_of(Role.ADMIN)


@pytest.mark.parametrize("way", ["sense", "aimed", "nonsense"])
@pytest.mark.parametrize(("method", "path"), ROUTES, ids=str)
def test_made_up_requests(
    fuzzed: House, described: schemathesis.BaseSchema, admin_key: str, method: str, path: str, way: str
) -> None:
    """Nonsense gets a problem document; sense gets what the reference promises, also about things that exist."""
    mode = GenerationMode.NEGATIVE if way == "nonsense" else GenerationMode.POSITIVE
    rma = fuzzed.records.reads.returns(MERCHANT).returns[0].case.ref.rma

    # The same requests on every run: a failure that comes and goes would teach everybody to look away.
    @settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case[Any]) -> None:
        if way == "aimed":
            aim(case, rma)
        # What was made up about the key is sent as it is; everything else is not stopped at the door.
        headers = {} if "Authorization" in spoilt_parts(case) else {"Authorization": f"Bearer {admin_key}"}
        case.call_and_validate(headers=headers, checks=CHECKS)

    send()


def aim(case: schemathesis.Case[Any], rma: str) -> None:
    """The made-up request is about the order and the return that exist."""
    existing = {"rma": rma, "order_id": ORDER}
    for name in set(case.path_parameters or ()) & set(existing):
        case.path_parameters[name] = existing[name]
    if isinstance(case.body, dict) and "order_id" in case.body:
        case.body["order_id"] = ORDER


def spoilt_parts(case: schemathesis.Case[Any]) -> set[str]:
    """The parameters by name that the made-up request breaks on purpose."""
    assert case.meta is not None
    return {mutation.parameter for mutation in getattr(case.meta.phase.data, "mutations", ()) if mutation.parameter}
