"""One parcel with goods of several cases: who gets which units of the session at the dock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.cases import CaseKind
from domain.goods_back.dock import DockSession, DockUnits
from domain.goods_back.matching import find_line, seen_units
from domain.goods_back.parts import UnitCount
from domain.goods_back.scans import Scan
from domain.orders import Order


@dataclass(frozen=True)
class Addressee:
    """A case that the parcel may be for: the number on its paper, and its order with what is still to come, if known.

    A number that nobody knows is taken for that of a return.
    """

    rma: str
    kind: CaseKind = CaseKind.RETURN
    order: Order | None = None
    outstanding: Counter[str] | None = None


def share_session(
    session: DockSession, scans: tuple[Scan, ...], addressees: Sequence[Addressee]
) -> list[tuple[Addressee, DockSession]]:
    """The session of each addressee that has one: each unit once, where it is expected, else where it was sold, else at the first.

    A session without a word of its content tells each of them that its parcel came; an empty parcel likewise.
    """
    units: list[list[DockUnits]] = [[] for _ in addressees]
    missing: list[list[UnitCount]] = [[] for _ in addressees]
    left = [Counter(each.outstanding or {}) for each in addressees]
    for item in seen_units(session, scans):
        for index, part in _places(item, addressees, left):
            units[index].append(part)
    for gap in session.missing:
        index = next((number for number, open_units in enumerate(left) if open_units[gap.line_id] > 0), 0)
        missing[index].append(gap)
    anything = any(units) or any(missing)
    return [
        (each, session.model_copy(update={"units": tuple(own), "missing": tuple(gaps)}))
        for each, own, gaps in zip(addressees, units, missing, strict=True)
        if own or gaps or not anything
    ]


def _places(item: DockUnits, addressees: Sequence[Addressee], left: list[Counter[str]]) -> list[tuple[int, DockUnits]]:
    """The item in parts, each with the number of the addressee that gets it."""
    parts: list[tuple[int, DockUnits]] = []
    rest, sold_by = item.quantity, []
    for index, each in enumerate(addressees):
        line_id = find_line(item, each.order, wanted=+left[index]) if each.order is not None else None
        if line_id is None or each.order is None or each.order.line(line_id) is None:
            continue
        sold_by.append(index)
        if taken := max(0, min(rest, left[index][line_id])):
            left[index][line_id] -= taken
            rest -= taken
            parts.append((index, item.model_copy(update={"quantity": taken})))
    if rest:
        parts.append((sold_by[0] if sold_by else 0, item.model_copy(update={"quantity": rest})))
    return parts
