"""Where goods go: a postal address, of a customer, a warehouse or whoever got a gift."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Address(BaseModel):
    """A postal address; personal data, never logged and never sent to Temporal in clear."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(max_length=200)] = ""
    street1: Annotated[str, Field(max_length=200)] = ""
    street2: Annotated[str, Field(max_length=200)] = ""
    city: Annotated[str, Field(max_length=100)] = ""
    region: Annotated[str, Field(max_length=100)] = ""
    postal_code: Annotated[str, Field(max_length=20)] = ""
    country: Annotated[str, Field(max_length=2, description="ISO 3166-1 alpha-2, such as GB.")] = ""

    @property
    def is_usable(self) -> bool:
        """Whether a parcel could find it."""
        return bool(self.street1 and self.country)
