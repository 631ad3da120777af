"""`python -m sandbox`: the counterparties on one loopback port, with their state in one file.

Example: python -m sandbox --port 8010 --data .data/sandbox.db
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvicorn

from config.settings import SettingsError, load_settings
from sandbox.app import create_app
from sandbox.connections import DroppableConnection, listen
from sandbox.store import Store


def main() -> int:
    """The server runs until it is told to stop; 1 when the port is taken, 2 when the settings are wrong."""
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=settings.sandbox.port, help="port to listen on; 0 takes a free one")
    parser.add_argument("--data", type=Path, default=settings.data_dir / "sandbox.db", help="SQLite file of its state")
    options = parser.parse_args()
    try:
        listener = listen(settings.sandbox.host, options.port)
    except OSError as error:
        sys.stderr.write(f"the sandbox cannot listen on port {options.port}: {error.strerror}\n")
        return 1
    host, port = listener.getsockname()
    sys.stdout.write(f"sandbox http://{host}:{port}\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        create_app(Store(options.data)), http=DroppableConnection, log_level="warning", access_log=False
    )
    uvicorn.Server(config).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
