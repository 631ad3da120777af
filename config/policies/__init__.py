"""Policies as YAML files: the one that comes with Aftercart, and the shop's own."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from domain.policies import Policy

DEFAULT = Path(__file__).with_name("default.yaml")


class PolicyFileError(ValueError):
    """The file is not a policy; the message has a line per mistake with its place in the document."""


def load_policy(path: Path = DEFAULT) -> Policy:
    """The policy in a YAML file. Raises PolicyFileError, OSError."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Policy.model_validate(document)
    except yaml.YAMLError as error:
        raise PolicyFileError(f"{path}: {error}") from None
    except ValidationError as error:
        mistakes = (f"{path}: {'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors())
        raise PolicyFileError("\n".join(mistakes)) from None
