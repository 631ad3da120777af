"""The promises of a case, as a step sees them: part of the `Transaction` port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.cases import CaseRef
from domain.promises.models import Promise


class Promises(Protocol):
    """What customers were told. The case is locked before."""

    def promises(self, ref: CaseRef) -> tuple[Promise, ...]:
        """Every promise of the case, also those that are over, the first one first."""
        ...

    def keep_promises(self, ref: CaseRef, order_id: str, promises: Sequence[Promise]) -> None:
        """These promises are on record as they are here, new ones and those that changed."""
        ...
