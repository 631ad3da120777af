"""What customers are asked to pay: for the storefront, which lets them confirm it."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api import examples_money
from api.dependencies import Parts, needs
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.viewers import ViewedBy, Viewer
from domain.collections import CollectionKind, CollectionState
from domain.orders import Identifier
from records.money_reads import CollectedMoney

router = APIRouter(prefix="/v1", tags=["Collections"])


class CollectionView(BaseModel):
    """One payment or hold that a case asks the customer for."""

    model_config = ConfigDict(frozen=True)

    rma: str
    number: int
    kind: CollectionKind
    state: CollectionState
    amount_minor: int
    currency: str
    captured_minor: int
    decided_minor: int | None = Field(description="What is to be charged of a hold; 0 lets it go.")
    confirm_by: AwareDatetime | None = Field(description="Until when the customer can confirm.")
    lapses_at: AwareDatetime | None = Field(description="Until when the bank keeps a hold.")
    payment_id: str = Field(description="Its name among the order's payments, once it was paid.")
    provider_reference: str
    failure: str
    client_secret: str | None = Field(
        description="For the customer's browser, while there is something to confirm. Keep it out of logs and links."
    )

    @classmethod
    def of(cls, found: CollectedMoney, *, client_secret: str | None) -> Self:
        """The collection as the storefront sees it."""
        shown = found.collection.model_dump(include=set(cls.model_fields))
        return cls(**shown, rma=found.rma, payment_id=found.payment_id, client_secret=client_secret)


class CollectionList(BaseModel):
    """What the cases of an order asked its customer for, oldest first."""

    model_config = ConfigDict(frozen=True)

    collections: list[CollectionView]


@router.get(
    "/collections",
    operation_id="list_collections",
    summary="What the customer is asked to pay",
    responses={
        200: {"content": {"application/json": {"example": examples_money.COLLECTION_LIST}}},
        **problem_responses(),
    },
)
def list_collections(
    caller: Annotated[Caller, needs(Permission.OPEN_RETURNS)],
    parts: Parts,
    order_id: Annotated[Identifier, Query(description="The order whose cases ask.", examples=["1042"])],
    viewer: ViewedBy = Viewer.SHOP,
) -> CollectionList:
    """Each with where it stands; one in state `requested` carries what the provider's page needs to confirm it."""
    money = parts.records.reads.money
    shown = []
    for found in money.collections(caller.merchant, order_id, for_buyer=viewer is Viewer.BUYER):
        is_confirmable = found.collection.state is CollectionState.REQUESTED
        secret = money.client_secret(caller.merchant, found.rma, found.collection.number) if is_confirmable else None
        shown.append(CollectionView.of(found, client_secret=secret))
    return CollectionList(collections=shown)
