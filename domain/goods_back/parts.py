"""What all facts about goods share: they are values, they count units of order lines, and they rest on evidence."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.orders import VISIBLE, Identifier, Quantity

LONGEST_TEXT = 128
Text = Annotated[str, Field(max_length=LONGEST_TEXT, pattern=VISIBLE)]
Note = Annotated[str, Field(max_length=2000)]

# What a phone or a scanner makes, and a browser shows.
EVIDENCE_KINDS = ("image/jpeg", "image/png", "image/webp", "image/heic", "video/mp4", "application/pdf")
# A minute of video; above that nobody looks at it.
LARGEST_EVIDENCE = 25_000_000


class GoodsPart(BaseModel):
    """Parts are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class UnitCount(GoodsPart):
    """Some units of one order line."""

    line_id: Identifier
    quantity: Quantity


class Evidence(GoodsPart):
    """A photo, a film or a paper, kept by whoever took it: we hold where it is and what it says about itself."""

    reference: Annotated[
        str, Field(min_length=1, max_length=200, pattern=VISIBLE, description="Where it is kept: an address or an id.")
    ]
    media_type: Annotated[str, Field(max_length=64, pattern=VISIBLE, description="Such as image/jpeg.")] = "image/jpeg"
    size_bytes: Annotated[int, Field(ge=0, description="0 when unknown.")] = 0


def find_evidence_problem(evidence: tuple[Evidence, ...]) -> str:
    """Why a piece of evidence cannot be used and what to do, in words; nothing when all of it can."""
    for piece in evidence:
        if piece.media_type not in EVIDENCE_KINDS:
            return f"{piece.reference} is {piece.media_type}; send one of {', '.join(EVIDENCE_KINDS)}."
        if piece.size_bytes > LARGEST_EVIDENCE:
            most = LARGEST_EVIDENCE // 1_000_000
            return f"{piece.reference} has {piece.size_bytes / 1_000_000:.1f} MB; make it smaller than {most} MB."
    return ""
