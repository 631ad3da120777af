"""A search for customers' names, addresses and e-mails where none may be: Temporal's database and the logs."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cli.failures import CommandFailed
from domain.orders import Order

# Shorter words than this are found anywhere by chance.
SHORTEST = 6


@dataclass(frozen=True)
class Search:
    """How many values were searched for, in how many files, and in which of them one was found."""

    values: int
    files: int
    found_in: tuple[Path, ...]


def personal_values(orders: Iterable[Order]) -> set[str]:
    """What must not leak of these orders' customers."""
    return {value for order in orders for value in _of(order) if len(value) >= SHORTEST}


def watched_files(data_dir: Path) -> list[Path]:
    """Temporal's database with its journals, and every log."""
    return sorted([*data_dir.glob("temporal.db*"), *data_dir.glob("logs/*")])


def search(values: set[str], files: list[Path]) -> Search:
    """Where any of the values stands, as written or as JSON writes it."""
    grep = shutil.which("grep")
    if grep is None:
        raise CommandFailed("The search for personal data needs the program `grep`.")
    written = values | {json.dumps(value)[1:-1] for value in values}
    with tempfile.NamedTemporaryFile("w", suffix=".patterns") as patterns:
        patterns.write("\n".join(sorted(written)))
        patterns.flush()
        command = [
            grep,
            "--text",
            "--fixed-strings",
            "--ignore-case",
            "--files-with-matches",
            "-f",
            patterns.name,
            "--",
        ]
        result = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    if result.returncode > 1:
        raise CommandFailed(f"grep failed: {result.stderr}")
    return Search(len(values), len(files), tuple(map(Path, result.stdout.splitlines())))


def _of(order: Order) -> Iterator[str]:
    customer = order.customer
    yield from (
        customer.name,
        customer.email,
        customer.address.name,
        customer.address.street1,
        customer.address.street2,
    )
