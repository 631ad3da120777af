"""A warehouse in memory: carries out each instruction once per key."""

from __future__ import annotations

from collections import Counter

from domain.errors import Rejected
from domain.policies import Disposition
from domain.ports import StockInstruction
from tests.fakes.faults import Faults


class FakeWarehouse:
    """`instructions` are the calls, `done` what was carried out by key, `stock` the units by (sku, disposition)."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.instructions: list[StockInstruction] = []
        self.done: dict[str, StockInstruction] = {}
        self.stock: Counter[tuple[str, Disposition]] = Counter()

    def dispose(self, instruction: StockInstruction) -> None:
        self.instructions.append(instruction)
        self.faults.around(lambda: self._dispose(instruction))

    def _dispose(self, instruction: StockInstruction) -> bool:
        if earlier := self.done.get(instruction.key):
            if earlier != instruction:
                raise Rejected("idempotency_key_reused", "this key was used for another instruction")
            return True
        if unknown := [units.line_id for units in instruction.units if units.line_id not in instruction.skus]:
            raise Rejected("unknown_sku", f"no SKU for {', '.join(unknown)}")
        for units in instruction.units:
            self.stock[instruction.skus[units.line_id], units.disposition] += units.quantity
        self.done[instruction.key] = instruction
        return True
