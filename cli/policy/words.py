"""`aftercart policy words` and `new`: the rules as customers read them, and a file to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.consoles import wide_console
from cli.demo_shop import DEMO_MERCHANT
from cli.failures import CommandFailed, stated_plainly
from cli.policy.sources import HELP, find_policy


def words(
    policy: Annotated[str, typer.Argument(help=HELP)] = "current",
    merchant: Annotated[str, typer.Option(help="The shop, for versions.")] = DEMO_MERCHANT,
) -> None:
    """Say a policy in the words of customers; it is generated from the rules.

    Example: aftercart policy words acme.yaml
    """
    from domain.policies.words import tell_policy

    console = wide_console()
    with stated_plainly():
        for number, section in enumerate(tell_policy(find_policy(policy, merchant=merchant))):
            console.print(f"{chr(10) if number else ''}{section.title}", style="bold", highlight=False)
            for sentence in section.sentences:
                console.print(f"- {sentence.text}", markup=False, highlight=False, soft_wrap=True)


def new(
    file: Annotated[Path, typer.Argument(help="The file to make.")],
    pack: Annotated[str, typer.Option(help="What to begin with: default, apparel, electronics or marketplace.")] = (
        "default"
    ),
    name: Annotated[str, typer.Option(help="What the policy is called; left out: as the file.")] = "",
) -> None:
    """Make a policy file from a ready-made pack. An existing file is left as it is.

    Example: aftercart policy new acme.yaml --pack apparel
    """
    from config.policies import PACKS, pack_text

    with stated_plainly():
        if pack not in PACKS:
            raise CommandFailed(f"There is no pack {pack}; there are {', '.join(PACKS)}.")
        try:
            with file.open("x", encoding="utf-8") as opened:
                opened.write(pack_text(pack, name=name or file.stem))
        except FileExistsError:
            raise CommandFailed(f"{file} exists already; name another file, or remove it.") from None
        except OSError as error:
            raise CommandFailed(f"{file}: {error}") from None
        wide_console().print(f"{file} is made from the pack {pack}. Edit it, then: aftercart policy check {file}")
