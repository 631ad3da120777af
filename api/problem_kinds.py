"""What a kind of problem is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

PREFIX = "/problems/"


class ProblemKind(BaseModel):
    """One kind of problem. `slug` is stable for programs; the sentences are for people and may be improved."""

    model_config = ConfigDict(frozen=True)

    slug: str
    status: int
    title: str
    meaning: str
    remedy: str
    example: str

    @property
    def type(self) -> str:
        """The stable address of the kind, relative to the API: the `type` of a problem document."""
        return PREFIX + self.slug


def kind(slug: str, status: int, title: str, *, meaning: str, remedy: str, example: str) -> ProblemKind:
    """A kind of problem, written in the order in which it is read."""
    return ProblemKind(slug=slug, status=status, title=title, meaning=meaning, remedy=remedy, example=example)
