"""`aftercart settings`: what this installation runs with."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from cli.consoles import open_console
from cli.failures import stated_plainly
from config.environment import Variable, masked, variables
from config.settings import Settings, load_settings

INTRODUCTION = """\
# Settings

Every setting is an environment variable; none has to be set in development. `aftercart settings` shows what is in force.
This page is written by `aftercart settings --markdown`.

| Variable | Default | Meaning |
|---|---|---|
"""


def settings(
    markdown: Annotated[bool, typer.Option(help="Print the reference page instead, with defaults.")] = False,
) -> None:
    """Show every setting with its value; secrets only as set or not set. What each one means: docs/settings.md.

    Example: AFTERCART_LOG__LEVEL=DEBUG aftercart settings
    """
    if markdown:
        print(reference_page(), end="")
        return
    with stated_plainly():
        open_console().print(in_force(load_settings()), soft_wrap=True)


def reference_page() -> str:
    """The settings as a Markdown page."""
    return INTRODUCTION + "".join(f"{_row(variable)}\n" for variable in variables())


def in_force(current: Settings) -> Table:
    """The settings as they are, secrets masked."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for variable in variables():
        table.add_row(variable.name, masked(current, variable))
    return table


def _row(variable: Variable) -> str:
    default = f"`{variable.default}`" if variable.default else ""
    return f"| `{variable.name}` | {default} | {variable.description} |"
