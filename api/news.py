"""What every piece of news says about itself, whatever case it is for."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.idempotency import KEY_PATTERN
from domain.orders import Moment

EventId = Annotated[str, Field(min_length=1, max_length=200, pattern=KEY_PATTERN)]


class News(BaseModel):
    """What every piece of news may say about itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: EventId | None = Field(
        default=None, description="Your id of the event: the same event sent twice is one.", examples=["dock-3:000451"]
    )
    occurred_at: Moment | None = Field(default=None, description="When it happened, if not now.")
