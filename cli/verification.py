"""Computing the whole database again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

from domain.explanations import CaseBasis, Recomputation, needed_versions, recompute_case
from domain.policies import Conditions
from records.database import SqlRecords


class VerificationReport(BaseModel):
    """How many cases were computed again, and in words what is not as it should be."""

    model_config = ConfigDict(frozen=True)

    cases: int
    computed: dict[str, int]
    differences: tuple[str, ...]
    without_basis: tuple[str, ...]
    contradictions: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether everything comes out as it is stored and no record contradicts another."""
        return not self.differences and not self.contradictions


def verify_records(
    records: SqlRecords, advance: Callable[[int], None], *, conditions: Conditions
) -> VerificationReport:
    """Every case of every merchant computed again, and the records compared with each other."""
    computed: Counter[str] = Counter()
    differences: list[str] = []
    without_basis: list[str] = []
    cases, last = 0, None
    while bases := records.reads.next_bases(last):
        for basis in bases:
            ref = basis.case.ref
            name = f"{ref.merchant} {ref.rma}"
            found = _recomputed(basis, conditions)
            if isinstance(found, str):
                differences.append(f"{name}: {found}")
                continue
            computed.update(what.split()[0] for what in found.computed)
            differences += [
                f"{name} {each.what}: stored {each.stored}, computed {each.computed}" for each in found.differences
            ]
            without_basis += [f"{name}: {what}" for what in found.without_basis]
        cases, last = cases + len(bases), bases[-1].case.ref
        advance(len(bases))
    return VerificationReport(
        cases=cases,
        computed=dict(computed),
        differences=tuple(differences),
        without_basis=tuple(without_basis),
        contradictions=tuple(f"{each.merchant} {each.name}: {each.problem}" for each in records.reads.contradictions()),
    )


def _recomputed(basis: CaseBasis, conditions: Conditions) -> Recomputation | str:
    """What came of it, or in words why it could not be computed at all."""
    if missing := sorted(needed_versions(basis.case) - set(basis.orders)):
        return f"version {missing[0]} of order {basis.case.order_id} is not on record"
    try:
        return recompute_case(basis, conditions=conditions)
    except ValueError as impossible:
        return f"cannot be computed again: {impossible}"
