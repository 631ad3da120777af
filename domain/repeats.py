"""Names that must be used once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def refuse_repeats(field: str, names: Iterable[str]) -> None:
    """Raises ValueError where a name is used twice; `field` is where it was written."""
    counts = Counter(names)
    if repeated := sorted(name for name, count in counts.items() if count > 1):
        raise ValueError(f"{field} is used twice: {', '.join(repeated)}")
