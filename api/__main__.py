"""`python -m api`: serves the HTTP API until it is told to stop."""

from __future__ import annotations

import asyncio

import uvicorn

from adapters import wiring
from adapters.clock import SystemClock
from adapters.temporal import connect
from api.app import create_app
from config.logging import configure_logging
from config.settings import Settings, load_settings
from records.database import open_records
from workflows.gateway import CaseGateway


async def serve(settings: Settings) -> None:
    """Requests are answered; on a signal the open ones are finished first."""
    # Lazy: reads must be served while Temporal is down, and the API may start before it.
    client = await connect(settings, lazy=True)
    records = open_records(settings.database_url.get_secret_value())
    app = create_app(
        settings, records, CaseGateway(client, settings.temporal.task_queue), SystemClock(), wiring.conditions()
    )
    # One log line per request is written by the app itself; the server's own would hold addresses and searches.
    config = uvicorn.Config(
        app,
        host=settings.api.host,
        port=settings.api.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=15,
    )
    try:
        await uvicorn.Server(config).serve()
    finally:
        records.close()


def main() -> None:
    """The process of the API."""
    settings = load_settings()
    configure_logging(settings, process="api")
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
