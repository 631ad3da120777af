"""Whether the process lives and whether it can work."""

from __future__ import annotations

from sqlalchemy import create_engine, text

from tests.api.house import House, problem_of


def test_alive(house: House) -> None:
    """The process is alive whatever else is down."""
    house.gateway.is_down = True

    assert house.nobody.get("/healthz").json() == {"status": "alive"}


def test_ready(house: House) -> None:
    """With database and Temporal there, work can be done."""
    answer = house.nobody.get("/readyz")

    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ready", "checks": {"database": "ok", "temporal": "ok"}},
    )


def test_temporal_down(house: House) -> None:
    """Without Temporal nothing moves: the probe says which part it is."""
    house.gateway.is_down = True

    answer = house.nobody.get("/readyz")

    assert (answer.status_code, problem_of(answer)) == (503, "not-ready")
    assert answer.json()["checks"] == {"database": "ok", "temporal": "unreachable"}


def test_old_database(house: House) -> None:
    """A database that needs a migration is said to need one."""
    engine = create_engine(house.settings.database_url.get_secret_value())
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    assert house.nobody.get("/readyz").json()["checks"]["database"] == "not migrated"


def test_database_away(house: House) -> None:
    """A database that cannot be reached is said to be so."""
    house.lose_database()

    assert house.nobody.get("/readyz").json()["checks"]["database"] == "unreachable"
