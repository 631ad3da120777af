"""Which line of an order goods belong to, by what can be read on them."""

from __future__ import annotations

from collections.abc import Container

from domain.goods_back.dock import AsSeen, DockSession, DockUnits
from domain.goods_back.parts import LONGEST_TEXT
from domain.goods_back.scans import Scan, ScanKind
from domain.orders import Order, OrderLine


def seen_units(session: DockSession, scans: tuple[Scan, ...]) -> tuple[DockUnits, ...]:
    """What was in the parcel: as it was counted, else each scanned code of goods is one unit.

    A serial number that was scanned twice is one unit all the same.
    """
    if session.units:
        return session.units
    found: dict[object, DockUnits] = {}
    for number, scan in enumerate(scans):
        if scan.kind is not ScanKind.RMA and scan.raw:
            unit = DockUnits(
                sku=_visible(scan.text or scan.raw),
                gtin=scan.gtin,
                serial_number=_visible(scan.serial_number),
                lot=_visible(scan.lot),
                note=scan.problem or ("" if _visible(scan.raw) else "A code without a visible character was scanned."),
            )
            found[unit.serial_number or number] = unit
    return tuple(found.values())


def _visible(text: str) -> str:
    """What a person could read of it: scanners separate fields by control characters."""
    return "".join(character for character in text if character >= " " and character != "\x7f")[:LONGEST_TEXT]


def find_line(units: DockUnits, order: Order, *, wanted: Container[str]) -> str | None:
    """The order line of the goods: as the dock says, else by serial number, GTIN or SKU; those wanted come first."""
    if units.line_id is not None:
        return units.line_id
    for is_it in (_has_serial, _has_number):
        found = [line.line_id for line in order.lines if is_it(line, units)]
        if found:
            return next((line for line in found if line in wanted), found[0])
    return None


def is_another_unit(units: AsSeen, line: OrderLine | None) -> bool:
    """Whether the serial number shows that this is not one of the units that were sold on the line."""
    if line is None or not units.serial_number or not line.serial_numbers:
        return False
    return units.serial_number not in line.serial_numbers


def same_gtin(one: str, other: str) -> bool:
    """Whether two spellings are the same GTIN; leading zeros do not matter."""
    return bool(one) and one.lstrip("0") == other.lstrip("0")


def _has_serial(line: OrderLine, units: DockUnits) -> bool:
    return bool(units.serial_number) and units.serial_number in line.serial_numbers


def _has_number(line: OrderLine, units: DockUnits) -> bool:
    return same_gtin(units.gtin, line.gtin) or (bool(units.sku) and units.sku.casefold() == line.sku.casefold())
