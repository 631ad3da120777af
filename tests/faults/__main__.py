"""`make faults`: a run from the command line, its figures as one line of JSON on standard output."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from cli.failures import CommandFailed
from cli.replay.throwaway import throwaway_settings
from tests.faults.plan import make_plan
from tests.faults.run import run

DEFAULT_SEED = 1
DEFAULT_REFUNDS = 300


def main() -> int:
    """0 when every payout is exactly one refund and nothing else differs."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="the same seed makes the same plan")
    parser.add_argument("--refunds", type=int, default=DEFAULT_REFUNDS, help="at least so many")
    asked = parser.parse_args()
    console = Console(stderr=True)
    plan = make_plan(asked.seed, refunds=asked.refunds)
    console.print(f"Seed {plan.seed}, plan {plan.digest}: {len(plan.returns)} returns, {plan.refunds} refunds.")
    try:
        with throwaway_settings(console, name="faults") as (settings, keep):
            figures = run(plan, settings, console)
            if figures.differences:
                keep()
    except CommandFailed as failure:
        console.print(str(failure), style="red", markup=False, soft_wrap=True)
        return 1
    for difference in figures.differences:
        console.print(difference, style="red", markup=False, soft_wrap=True)
    print(figures.model_dump_json())
    return 1 if figures.differences else 0


if __name__ == "__main__":
    sys.exit(main())
