"""Goods that were bought for somebody else: who got them, and how that person shows it without the buyer."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.addresses import Address
from domain.repeats import refuse_repeats

Code = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9 -]*$")]
Email = Annotated[str, Field(max_length=320)]
PostalCode = Annotated[str, Field(max_length=20)]


class GiftPart(BaseModel):
    """Parts of a gift are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Recipient(GiftPart):
    """Who got it; personal data, never logged and never sent to Temporal in clear."""

    customer_id: Annotated[str, Field(max_length=64, description="As the shop knows them; empty for a guest.")] = ""
    name: Annotated[str, Field(max_length=200)] = ""
    email: Email = ""
    postal_code: PostalCode = ""


class Gift(GiftPart):
    """Lines of the order that were given to one person, and what that person can show for it."""

    gift_id: Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] = "gift"
    line_ids: Annotated[tuple[str, ...], Field(description="The lines that were given; none means all.")] = ()
    code: Annotated[Code, Field(description="On the gift receipt; whoever has it opens the return with it alone.")] = ""
    recipient: Recipient = Recipient()

    @model_validator(mode="after")
    def _can_be_shown(self) -> Self:
        if not (_plain(self.code) or self.recipient.email or self.recipient.postal_code):
            raise ValueError(f"gift {self.gift_id}: it needs a code, or the recipient's e-mail or postal code")
        return self


class GiftProof(GiftPart):
    """What the recipient shows: the code, or else e-mail and postal code as far as the shop knows them."""

    code: Code = ""
    email: Email = ""
    postal_code: PostalCode = ""
    ship_to: Annotated[
        Address | None,
        Field(
            description="Where new goods go that the gift is exchanged for.", exclude_if=lambda address: address is None
        ),
    ] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (_plain(self.code) or _plain(self.email) or _plain(self.postal_code)):
            raise ValueError("name the code of the gift receipt, or the recipient's e-mail or postal code")
        return self


class GiftReturn(GiftPart):
    """That the recipient of a gift asked for a return: of which gift, and the credit account that it is paid to."""

    gift_id: str
    account: str
    customer_id: str = ""
    ship_to: Annotated[Address | None, Field(exclude_if=lambda address: address is None)] = None


def check_gifts(gifts: Sequence[Gift], *, buyer_id: str) -> None:
    """Raises ValueError where two gifts cannot be told apart, or one goes to whoever bought it."""
    refuse_repeats("gift_id", (gift.gift_id for gift in gifts))
    refuse_repeats("gifts[].line_ids", (name for gift in gifts for name in gift.line_ids))
    refuse_repeats("gifts[].code", (code for gift in gifts if (code := _plain(gift.code))))
    for gift in gifts:
        if buyer_id and gift.recipient.customer_id == buyer_id:
            raise ValueError(f"gift {gift.gift_id}: its recipient is the buyer")


def find_gift(gifts: Iterable[Gift], proof: GiftProof, line_ids: Iterable[str]) -> Gift | None:
    """The gift that the proof opens, if all those lines belong to it; None says nothing about what was wrong."""
    wanted = set(line_ids)
    fitting = (gift for gift in gifts if is_shown(gift, proof) and (not gift.line_ids or wanted <= set(gift.line_ids)))
    return next(fitting, None)


def is_shown(gift: Gift, proof: GiftProof) -> bool:
    """Whether all that was told is right, and enough was told: the code, or all else that the shop knows."""
    pairs = [
        (gift.recipient.email, proof.email),
        (gift.recipient.postal_code, proof.postal_code),
    ]
    if _plain(proof.code):
        told = [(gift.code, proof.code), *(pair for pair in pairs if _plain(pair[1]))]
    else:
        told = [(known, given) for known, given in pairs if _plain(known) or _plain(given)]
    return bool(told) and all(_is_same(known, given) for known, given in told)


def _is_same(known: str, given: str) -> bool:
    """In a time that says nothing about how much of it is right."""
    return bool(_plain(known)) and hmac.compare_digest(_plain(known).encode(), _plain(given).encode())


def _plain(text: str) -> str:
    """As people write it down: case, spaces and hyphens say nothing."""
    return text.casefold().replace(" ", "").replace("-", "")
