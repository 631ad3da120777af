"""Form-encoded parameters as Stripe's clients send them: `metadata[rma]=...`, `expand[]=...`, `expand[0]=...`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from sandbox.stripe.errors import StripeRefusal, malformed

MAX_METADATA_KEYS = 50
MAX_METADATA_KEY = 40
MAX_METADATA_VALUE = 500
MAX_PAGE = 100
DEFAULT_PAGE = 10


def decode(encoded: str) -> dict[str, Any]:
    """The nested parameters of a query string or form body; list items keep their index as key."""
    decoded: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        key, *rest = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name) or [name]
        place = decoded
        for part in rest:
            place = place.setdefault(key, {})
            key = part or str(len(place))
        place[key] = value
    return decoded


class Params:
    """Parameters with Stripe's checks."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def refuse_unknown(self, *allowed: str) -> None:
        """Raises when there is a parameter that the endpoint does not have; `expand` is known everywhere."""
        for name in self.values:
            if name not in (*allowed, "expand"):
                raise malformed(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)

    def text(self, name: str) -> str | None:
        """A text, or None when it is absent or empty."""
        return str(self.values[name]) if self.values.get(name) else None

    def required(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if value is None:
            raise malformed(f"Missing required param: {name}.", code="parameter_missing", param=name)
        return value

    def positive(self, name: str) -> int | None:
        """A whole number of at least 1, or None when it is absent."""
        value = self.text(name)
        if value is None:
            return None
        if not value.lstrip("-").isdigit() or int(value) < 1:
            raise malformed(f"Invalid positive integer: {value}", code="parameter_invalid_integer", param=name)
        return int(value)

    def flag(self, name: str) -> bool:
        """Whether it is `true`."""
        return self.text(name) == "true"

    def one_of(self, name: str, *choices: str, default: str | None = None) -> str | None:
        """One of the choices."""
        value = self.text(name) or default
        if value is not None and value not in choices:
            raise StripeRefusal(f"Invalid {name}: must be one of {', '.join(choices)}", param=name, remembered=False)
        return value

    def items(self, name: str) -> list[str]:
        """A list of texts."""
        value = self.values.get(name, {})
        return [str(item) for item in value.values()] if isinstance(value, dict) else [str(value)]

    def metadata(self, present: dict[str, str] | None = None) -> dict[str, str]:
        """The metadata with these changes: an empty value removes its key."""
        changes = self.values.get("metadata", {})
        if not isinstance(changes, dict):
            return {} if changes == "" else dict(present or {})
        merged = {**(present or {}), **changes}
        for key, value in merged.items():
            if len(key) > MAX_METADATA_KEY or len(value) > MAX_METADATA_VALUE:
                raise malformed(
                    f"Metadata {key[:MAX_METADATA_KEY]} is too long", code="metadata_invalid", param="metadata"
                )
        kept = {key: value for key, value in merged.items() if value != ""}
        if len(kept) > MAX_METADATA_KEYS:
            raise malformed(
                f"Metadata has more than {MAX_METADATA_KEYS} keys", code="metadata_invalid", param="metadata"
            )
        return kept

    def page(self, documents: list[dict[str, Any]], *, url: str) -> dict[str, Any]:
        """One page of `documents` (newest first) in Stripe's list shape."""
        limit = self.positive("limit") or DEFAULT_PAGE
        if limit > MAX_PAGE:
            raise malformed(f"limit is at most {MAX_PAGE}", code="parameter_invalid_integer", param="limit")
        documents = [document for document in documents if self._within_created(document["created"])]
        start, end, forwards = self._cursor(documents)
        window = documents[start:end]
        page = window[:limit] if forwards else window[-limit:]
        return {"object": "list", "data": page, "has_more": len(window) > len(page), "url": url}

    def _cursor(self, documents: list[dict[str, Any]]) -> tuple[int, int, bool]:
        ids = [document["id"] for document in documents]
        if after := self.text("starting_after"):
            if after not in ids:
                raise StripeRefusal(f"No such object: '{after}'", code="resource_missing", param="starting_after")
            return ids.index(after) + 1, len(ids), True
        if before := self.text("ending_before"):
            if before not in ids:
                raise StripeRefusal(f"No such object: '{before}'", code="resource_missing", param="ending_before")
            return 0, ids.index(before), False
        return 0, len(ids), True

    def _within_created(self, created: int) -> bool:
        bounds = self.values.get("created", {})
        if not isinstance(bounds, dict):
            return created == int(bounds)
        tests = {
            "gt": lambda bound: created > bound,
            "gte": lambda bound: created >= bound,
            "lt": lambda bound: created < bound,
            "lte": lambda bound: created <= bound,
        }
        return all(tests[name](int(bound)) for name, bound in bounds.items() if name in tests)
