"""`aftercart policy diff`: what is different between two policies, rule by rule."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.consoles import wide_console
from cli.demo_shop import DEMO_MERCHANT
from cli.failures import stated_plainly
from cli.policy.sources import HELP, find_policy


def diff(
    before: Annotated[str, typer.Argument(help=HELP)],
    after: Annotated[str, typer.Argument(help=HELP)],
    merchant: Annotated[str, typer.Option(help="The shop, for versions.")] = DEMO_MERCHANT,
) -> None:
    """Show what is different between two policies: rules added, gone, changed and moved, and other settings.

    Example: aftercart policy diff current acme.yaml --merchant acme
    """
    from domain.policies.differences import compare_policies

    console = wide_console()
    with stated_plainly():
        old, new = (find_policy(wanted, merchant=merchant) for wanted in (before, after))
        found = compare_policies(old, new)
        for difference in found:
            console.print(f"{difference.kind} {difference.place}", markup=False, style="bold")
            for sign, said in (("-", difference.before), ("+", difference.after)):
                if said:
                    console.print(f"  {sign} {said}", markup=False, soft_wrap=True)
        count = len(found)
        console.print(f"{count} difference{'s' if count != 1 else ''}" if found else "No difference")
