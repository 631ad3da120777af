"""The sections of a mapping as readers: a row goes in, the fields of one part of an order come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from adapters.storefronts.files.mapping import OrderMapping, ParcelFields, ShippingFields, TaxFields
from adapters.storefronts.files.rows import Values
from adapters.storefronts.files.values import (
    Amount,
    MappingPart,
    Source,
    Value,
    boolean,
    fraction,
    local_time,
    minor_units,
    optional,
    required,
    text,
    whole,
)

Parse = Callable[[str], Any]
Fields = dict[str, Any]


class Section:
    """The fields of one part, each with where it comes from and what it must be."""

    def __init__(self, part: MappingPart, parsers: Mapping[str, Parse], *, taxes: tuple[Section, ...] = ()) -> None:
        sources = {name: getattr(part, name) for name in type(part).model_fields}
        self._values: dict[str, Value[Any]] = {
            name: (Amount if name.endswith("_minor") else Value)(source, parsers.get(name, text))
            for name, source in sources.items()
            if isinstance(source, Source)
        }
        self.columns = frozenset(column for value in self._values.values() for column in value.columns)
        self._taxes = taxes

    def column_of(self, field: str) -> str:
        """The column behind a field; empty when it comes from none."""
        return self._values[field].column if field in self._values else ""

    def read(self, values: Values) -> Fields:
        """The fields as the row says. Raises BadValue."""
        fields = {name: value.of(values) for name, value in self._values.items()}
        if self._taxes:
            taxes = (tax.read(values) for tax in self._taxes)
            fields["taxes"] = tuple(tax for tax in taxes if tax["amount_minor"])
        return fields


class OrderSections:
    """Every section of a mapping, for orders in one currency."""

    def __init__(self, mapping: OrderMapping, currency: str) -> None:
        amount = minor_units(mapping.amounts, currency)
        goods = {"quantity": whole, "unit_price_minor": amount, "discount_minor": amount, "final_sale": boolean}
        words = {"line_id": required, "sku": required, "weight_grams": whole}
        charged, paid = {"amount_minor": amount}, {"captured_minor": amount}
        self.customer = Section(mapping.customer, {})
        self.address = Section(mapping.customer.address, {})
        self.line = Section(mapping.line, goods | words, taxes=_taxes(mapping.line.taxes, amount))
        self.shipping = _charges(mapping.shipping, charged, amount) if mapping.shipping else None
        self.discount = Section(mapping.discount, charged) if mapping.discount else None
        self.parcel = Section(mapping.parcel, _times(mapping.parcel, mapping.zone)) if mapping.parcel else None
        self.payment = Section(mapping.payment, paid) if mapping.payment else None


def head_section(mapping: OrderMapping) -> Section:
    """The order itself, before its currency is known; `placed_at` stays in the zone in which it was said."""
    times = {"placed_at": local_time(mapping.zone, mapping.order.placed_at.format)}
    return Section(mapping.order, {"order_id": required, "currency": required, "tax_included": boolean, **times})


def _charges(shipping: ShippingFields, parsers: Mapping[str, Parse], amount: Parse) -> Section:
    return Section(shipping, parsers, taxes=_taxes(shipping.taxes, amount))


def _times(parcel: ParcelFields, zone: ZoneInfo) -> dict[str, Parse]:
    return {
        "shipped_at": optional(local_time(zone, parcel.shipped_at.format)),
        "delivered_at": optional(local_time(zone, parcel.delivered_at.format)),
    }


def _taxes(taxes: tuple[TaxFields, ...], amount: Parse) -> tuple[Section, ...]:
    return tuple(Section(tax, {"rate": fraction, "amount_minor": amount}) for tax in taxes)
