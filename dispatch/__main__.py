"""`python -m dispatch`: moves what must move even if nobody calls, until it is told to stop."""

from __future__ import annotations

import asyncio

from config.logging import configure_logging
from config.settings import load_settings
from dispatch.process import serve


def main() -> None:
    """The process of dispatch."""
    settings = load_settings()
    configure_logging(settings, process="dispatch")
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
