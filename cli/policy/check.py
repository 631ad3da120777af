"""`aftercart policy check`: every mistake of a policy file, with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.consoles import wide_console
from cli.failures import FAILED, CommandFailed, stated_plainly

if TYPE_CHECKING:
    from config.policies import PolicyText
    from domain.policies import Policy


def check(
    files: Annotated[list[Path], typer.Argument(help="Policy files.")],
    quiet: Annotated[bool, typer.Option("--quiet", help="Leave out notes.")] = False,
) -> None:
    """Find every mistake in policy files: fields, words and comparisons, rules that never decide.

    Each line names file, line, place and reason, and what was probably meant. Exit code 1 when there are errors.

    Example: aftercart policy check acme.yaml
    """
    console = wide_console()
    with stated_plainly():
        unusable = False
        for file in files:
            written = read_policy_file(file)
            for line in tell_problems(file, written, notes=not quiet):
                console.print(line, markup=False, highlight=False, soft_wrap=True)
            unusable = unusable or any(found.severity == "error" for found in written.problems)
        if unusable:
            raise typer.Exit(FAILED)


def read_policy_file(file: Path) -> PolicyText:
    """The file with all that is wrong with it. Raises CommandFailed when it cannot be read."""
    # The evaluator takes half a second to import, which every other command would pay for.
    from adapters import wiring
    from config.policies import check_text
    from config.settings import load_settings

    try:
        addresses = load_settings().warehouse.addresses
        return check_text(file.read_text(encoding="utf-8"), conditions=wiring.conditions(), warehouses=addresses)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"{file}: {error}") from None


def usable_policy(file: Path) -> Policy:
    """The policy of the file. Raises CommandFailed with its errors."""
    written = read_policy_file(file)
    errors = [found for found in written.problems if found.severity == "error"]
    if written.policy is None or errors:
        raise CommandFailed("\n".join(tell_problems(file, written, notes=False)))
    return written.policy


def tell_problems(file: Path, written: PolicyText, *, notes: bool = True) -> Iterator[str]:
    """A line per problem in the order of the file, and one that counts them."""
    from domain.policies.checking import Severity

    shown = [found for found in written.problems if notes or found.severity is not Severity.NOTE]
    for found in sorted(shown, key=lambda each: written.line_of(each.path)):
        place = f"{found.place}: " if found.path else ""
        hint = f" {found.suggestion}" if found.suggestion else ""
        yield f"{file}:{written.line_of(found.path)}: {found.severity}: {place}{found.reason}.{hint}"
    counts = Counter(found.severity for found in shown)
    said = [
        f"{counts[severity]} {severity}{'s' if counts[severity] > 1 else ''}"
        for severity in Severity
        if counts[severity]
    ]
    yield f"{file}: {', '.join(said) or 'nothing is wrong'}"
