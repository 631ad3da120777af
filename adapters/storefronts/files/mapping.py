"""A mapping: how the rows of one kind of file become orders or credit notes. Written in YAML, checked before use.

Fields are named as in `PUT /v1/orders`; each says where its value comes from (see `values.Source`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from adapters.storefronts.files.rows import Layout
from adapters.storefronts.files.values import AmountUnit, MappingPart, Source

Found = TypeVar("Found", bound="FileMapping")
NOTHING = Source(constant="")
Days = Annotated[int, Field(ge=0, le=3650)]


class MappingError(ValueError):
    """The file is no mapping; the message has a line per mistake with its place in the document."""


class FileMapping(MappingPart):
    """What mappings of orders and of credit notes share."""

    encoding: Annotated[str, Field(description="Of the text, such as utf-8 or cp1252.")] = "utf-8"
    delimiter: Annotated[str, Field(max_length=1, description="Of a CSV; unset: a comma, in a .tsv a tab.")] = ""
    items: Annotated[
        str, Field(description="A column with a JSON list: each item counts as a row, its fields as `items.field`.")
    ] = ""
    group_by: Annotated[str, Field(min_length=1, description="The column whose value rows of one document share.")]
    time_zone: Annotated[str, Field(description="Of times without an offset.")] = "UTC"
    amounts: Annotated[AmountUnit, Field(description="minor: 1230; major: 12.30.")] = AmountUnit.MINOR

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{name!r} is not a time zone such as Europe/London") from None
        return name

    @field_validator("encoding")
    @classmethod
    def _encoding_exists(cls, name: str) -> str:
        try:
            "".encode(name)
        except LookupError:
            raise ValueError(f"{name!r} is not an encoding such as utf-8 or cp1252") from None
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times without an offset."""
        return ZoneInfo(self.time_zone)

    @property
    def layout(self) -> Layout:
        """How the file is written."""
        return Layout(encoding=self.encoding, delimiter=self.delimiter, items=self.items)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a file must have, by name."""
        named = {column for source in _sources(self) for column in source.columns} | {self.group_by}
        own = {column for column in named if self.items and column.startswith(f"{self.items}.")}
        return tuple(sorted(named - own | ({self.items} if self.items else set())))

    @property
    def fingerprint(self) -> str:
        """Equal for mappings that mean the same."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class OrderFields(MappingPart):
    """The order itself; read from its first row, and no later row may say otherwise."""

    order_id: Source
    placed_at: Source
    currency: Source
    tax_included: Source = Source(constant="true")


class AddressFields(MappingPart):
    """Where the customer lives; `country` as two letters."""

    name: Source = NOTHING
    street1: Source = NOTHING
    street2: Source = NOTHING
    city: Source = NOTHING
    region: Source = NOTHING
    postal_code: Source = NOTHING
    country: Source = NOTHING


class CustomerFields(MappingPart):
    """Who bought; read from the first row of the order."""

    customer_id: Source = NOTHING
    name: Source = NOTHING
    email: Source = NOTHING
    address: AddressFields = AddressFields()


class TaxFields(MappingPart):
    """One tax of a row; a row where it comes to nothing has none."""

    rate: Source
    amount_minor: Source


class LineFields(MappingPart):
    """A row that is goods."""

    line_id: Source
    sku: Source
    title: Source = NOTHING
    category: Source = NOTHING
    quantity: Source
    unit_price_minor: Source
    discount_minor: Source = Source(constant="0")
    final_sale: Source = Source(constant="false")
    weight_grams: Source = Source(constant="0")
    hs_code: Source = NOTHING
    origin_country: Source = NOTHING
    customs_description: Source = NOTHING
    taxes: tuple[TaxFields, ...] = ()


class ShippingFields(MappingPart):
    """A row that is a charge for delivery."""

    shipping_id: Source
    amount_minor: Source
    taxes: tuple[TaxFields, ...] = ()


class DiscountFields(MappingPart):
    """A row that is a discount on the order; whether the file writes it with a minus does not matter."""

    discount_id: Source
    title: Source = NOTHING
    amount_minor: Source


class RowKind(StrEnum):
    """What a row is to the order."""

    GOODS = "goods"
    SHIPPING = "shipping"
    DISCOUNT = "discount"
    SKIP = "skip"
    REFUSE = "refuse"


class RowRules(MappingPart):
    """What each row is. Without a column, all are goods."""

    kind: Annotated[str, Field(description="The column that says what a row is.")] = ""
    kinds: dict[str, RowKind] = Field({}, description="What its words mean.")
    otherwise: Annotated[RowKind, Field(description="What a row is whose word is not among them.")] = RowKind.REFUSE
    zero_quantity: Annotated[RowKind, Field(description="Goods of quantity 0: skip or refuse.")] = RowKind.REFUSE
    negative_quantity: Annotated[RowKind, Field(description="Goods below 0: skip or refuse.")] = RowKind.REFUSE
    negative_price: Annotated[RowKind, Field(description="Goods at a price below 0: skip, refuse or discount.")] = (
        RowKind.REFUSE
    )
    charges_alone: Annotated[
        RowKind, Field(description="Shipping of an order without goods: goods, so that it can be refunded, or refuse.")
    ] = RowKind.REFUSE

    @model_validator(mode="after")
    def _answers_fit(self) -> Self:
        drop = {RowKind.SKIP, RowKind.REFUSE}
        fitting = {
            "zero_quantity": drop,
            "negative_quantity": drop,
            "negative_price": drop | {RowKind.DISCOUNT},
            "charges_alone": {RowKind.GOODS, RowKind.REFUSE},
        }
        for name, allowed in fitting.items():
            if (chosen := getattr(self, name)) not in allowed:
                raise ValueError(f"{name} cannot be {chosen}; it is one of: {', '.join(sorted(allowed))}")
        if self.kinds and not self.kind:
            raise ValueError("kinds need the column that says what a row is: name it as `kind`")
        return self


class ParcelFields(MappingPart):
    """The parcel to the customer, of everything. Days are counted from the order, where the file has no time."""

    parcel_id: Source = Source(constant="1")
    carrier: Source = NOTHING
    tracking_number: Source = NOTHING
    shipped_at: Source = NOTHING
    shipped_days_after_order: Days | None = None
    delivered_at: Source = NOTHING
    delivered_days_after_order: Days | None = None


class PaymentFields(MappingPart):
    """The payment; without `captured_minor` it is of the order's total, and an order that cost nothing has none."""

    payment_id: Source = Source(constant="1")
    method: Source = Source(constant="card")
    provider: Source = Source(constant="stripe")
    reference: Source
    captured_minor: Source | None = None


class OrderMapping(FileMapping):
    """How rows become orders."""

    order: OrderFields
    customer: CustomerFields = CustomerFields()
    rows: RowRules = RowRules()
    line: LineFields
    shipping: ShippingFields | None = None
    discount: DiscountFields | None = None
    parcel: ParcelFields | None = None
    payment: PaymentFields | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a file must have, by name."""
        return tuple(sorted({*super().columns, self.rows.kind} - {""}))

    @model_validator(mode="after")
    def _kinds_have_fields(self) -> Self:
        rules = self.rows
        used = {*rules.kinds.values(), rules.otherwise, rules.negative_price}
        for kind, fields in ((RowKind.SHIPPING, self.shipping), (RowKind.DISCOUNT, self.discount)):
            if kind in used and fields is None:
                raise ValueError(f"rows may be {kind}, so a section `{kind}` must say how they are read")
        return self

    @model_validator(mode="after")
    def _one_order_for_each_group(self) -> Self:
        require_grouped_by(self.group_by, self.order.order_id, field="order.order_id")
        return self


def require_grouped_by(column: str, source: Source, *, field: str) -> None:
    """Raises ValueError when rows of two groups could get the same id, or rows of one group two."""
    if set(source.columns) != {column} or source.translate or source.default:
        raise ValueError(f"{field} must be made of {column!r} alone, the column by which rows are grouped, as it is")


def load_mapping(path: Path, kind: type[Found]) -> Found:
    """The mapping in a YAML file. Raises MappingError, OSError."""
    try:
        return kind.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"{path}: {error}") from None
    except ValidationError as error:
        raise MappingError("\n".join(f"{path}: {_mistake(found)}" for found in error.errors())) from None


def _mistake(found: Any) -> str:
    place = ".".join(map(str, found["loc"]))
    reason = found["msg"].removeprefix("Value error, ")
    if found["type"] == "extra_forbidden":
        reason = "there is no field of this name"
    elif found["type"] == "missing":
        reason = "this is missing"
    return f"{place}: {reason}" if place else reason


def _sources(part: BaseModel) -> Iterator[Source]:
    for value in (getattr(part, name) for name in type(part).model_fields):
        for each in _members(value):
            if isinstance(each, Source):
                yield each
            elif isinstance(each, BaseModel):
                yield from _sources(each)


def _members(value: Any) -> Iterable[Any]:
    match value:
        case tuple():
            return value
        case dict():
            return value.values()
        case _:
            return (value,)
