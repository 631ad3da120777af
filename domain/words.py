"""Counts and ends of sentences, as people write them."""

from __future__ import annotations


def say_times(count: int) -> str:
    """How often: once, 2 times."""
    return "once" if count == 1 else f"{count} times"


def say_pieces(count: int, *, more: bool = False) -> str:
    """How much evidence: 1 piece of evidence, 2 more pieces of evidence."""
    return f"{count}{' more' if more else ''} piece{'' if count == 1 else 's'} of evidence"


def as_sentence(text: str) -> str:
    """The text with a full stop, unless it ends a sentence already."""
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."
