"""Ordered decision tables: the first rule whose condition holds decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Generic, Self, TypeVar, cast

from pydantic import Field, model_validator

from domain.policies.conditions import find_text_problem
from domain.policies.parts import PolicyPart, Sentence, Slug

Then = TypeVar("Then", bound=PolicyPart)

# A table is read by people; the cost of a decision grows with it.
MOST_RULES = 200


class Rule(PolicyPart, Generic[Then]):
    """One row: a name, a condition in CEL (none: always), and what it decides."""

    rule: Slug
    title: Annotated[Sentence, Field(description="How customers are told about it; else its name is.")] = ""
    when: str = ""
    then: Then

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.when and (problem := find_text_problem(self.when)):
            raise ValueError(f"when: {problem}")
        return self

    @property
    def words(self) -> str:
        """How the rule is called in a sentence."""
        return self.title or self.rule.replace("_", " ")


def always(then: Then, *, rule: str = "standard") -> tuple[Rule[Then], ...]:
    """A table that decides the same for everything."""
    made: Rule[Then] = cast(Any, Rule)[type(then)](rule=rule, then=then)
    return (made,)


def refuse_unusable(table: str, rules: Sequence[Rule[Then]]) -> None:
    """Raises ValueError when a table has too many rules, or two of one name."""
    if len(rules) > MOST_RULES:
        raise ValueError(f"{table}: {len(rules)} rules; at most {MOST_RULES} are allowed")
    names = [rule.rule for rule in rules]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{table}: two rules are called {', '.join(repeated)}")
