"""`aftercart demo`: the whole system, and three returns and an exchange played through it by its public API."""

from __future__ import annotations

import sys

from cli.consoles import open_console
from cli.failures import stated_plainly
from config.settings import load_settings


def demo() -> None:
    """Run the whole system and play three returns and an exchange through it.

    One return is approved and refunded, one refused with reasons, one comes in two boxes; for dearer goods the customer
    pays the difference.

    Every figure shown is read back over the public API. On a terminal everything stays up until Ctrl-C; otherwise it
    is shut down at the end.

    Example: AFTERCART_DATA_DIR=/tmp/aftercart aftercart demo
    """
    # Brings SQLAlchemy, which every other command would wait for.
    from cli.first_start import keys_file, prepare
    from cli.players import Players
    from cli.supervision import keep_running, running_stack
    from cli.up import addresses
    from cli.walkthrough import WalkThrough

    console = open_console()
    with stated_plainly():
        settings = load_settings()
        try:
            with running_stack(settings, console) as stack:
                keys = prepare(settings)
                with Players(settings, keys) as players:
                    WalkThrough(players, settings, console).play()
                console.print(addresses(stack))
                if sys.stdout.isatty():
                    console.print(f"API keys for every role are in {keys_file(settings)}. Ctrl-C stops everything.")
                    keep_running(stack, console)
        except KeyboardInterrupt:
            return
