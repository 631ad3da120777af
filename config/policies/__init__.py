"""Policies as YAML files: those that come with Aftercart, and the shop's own."""

from __future__ import annotations

import json
from pathlib import Path

from config.policies.documents import PolicyText, check_text, parse_policy
from domain.policies import Policy

FOLDER = Path(__file__).parent
DEFAULT = FOLDER / "default.yaml"
# That of the demonstration's shop: the default one with exchanges.
DEMO = FOLDER / "demo.yaml"
# The documents that a shop can begin with, by name.
PACKS = {name: FOLDER / f"{name}.yaml" for name in ("default", "apparel", "electronics", "marketplace")}

__all__ = [
    "DEFAULT",
    "DEMO",
    "FOLDER",
    "PACKS",
    "PolicyFileError",
    "PolicyText",
    "check_text",
    "load_policy",
    "pack_text",
    "parse_policy",
]


class PolicyFileError(ValueError):
    """The file is not a policy; the message has a line per mistake with its place in the document."""


def load_policy(path: Path = DEFAULT) -> Policy:
    """The policy in a YAML file. Raises PolicyFileError, OSError."""
    written = parse_policy(path.read_text(encoding="utf-8"))
    if written.policy is None:
        problems = ((written.line_of(found.path), found) for found in written.problems)
        raise PolicyFileError("\n".join(f"{path}:{line}: {found.place}: {found.reason}" for line, found in problems))
    return written.policy


def pack_text(pack: str, *, name: str) -> str:
    """The document of a pack under the name of a shop. Raises KeyError for an unknown pack."""
    text = PACKS[pack].read_text(encoding="utf-8")
    return text.replace(f"\nname: {pack}\n", f"\nname: {json.dumps(name)}\n", 1)
