"""Rows become products: a row for each variant, or for each of its prices; nothing is read or written here."""

from __future__ import annotations

from datetime import UTC
from functools import cache, partial
from typing import Annotated, Any

from pydantic import Field, model_validator

from adapters.storefronts.files.assembling import Assembled, Reading
from adapters.storefronts.files.groups import Group
from adapters.storefronts.files.mapping import NOTHING, FileMapping, require_grouped_by
from adapters.storefronts.files.rows import Row
from adapters.storefronts.files.sections import Fields, Section
from adapters.storefronts.files.values import (
    MappingPart,
    Source,
    boolean,
    fraction,
    local_time,
    minor_units,
    optional,
    required,
    whole,
)
from domain.catalogue import Price, Product, Variant
from domain.money import currency_exponent


class ProductFields(MappingPart):
    """The product itself; read from its first row, and no later row may say otherwise."""

    product_id: Source
    title: Source = NOTHING
    category: Source = NOTHING
    image: Source = NOTHING
    withdrawn: Source = Source(constant="false")
    as_of: Annotated[Source, Field(description="When the shop knew it so; unset: when it is imported.")] = NOTHING


class PriceFields(MappingPart):
    """A price of the row's variant; a row where the amount is empty has none."""

    currency: Source
    amount_minor: Source
    tax_included: Source = Source(constant="true")
    tax_rate: Annotated[Source, Field(description="Unset: that of the line that the goods stand in for.")] = NOTHING


class VariantFields(MappingPart):
    """A row's variant; `options` by the name that customers know, such as size."""

    sku: Source
    gtin: Source = NOTHING
    title: Source = NOTHING
    options: dict[str, Source] = Field({})
    prices: tuple[PriceFields, ...] = ()
    available: Annotated[Source, Field(description="Units that can be bought; empty: nothing is said.")] = NOTHING
    weight_grams: Source = Source(constant="0")
    image: Source = NOTHING
    final_sale: Source = Source(constant="false")


class ProductMapping(FileMapping):
    """How rows become products."""

    product: ProductFields
    variant: VariantFields

    @model_validator(mode="after")
    def _one_product_for_each_group(self) -> ProductMapping:
        require_grouped_by(self.group_by, self.product.product_id, field="product.product_id")
        return self


class ProductAssembler:
    """Makes products as one mapping says."""

    def __init__(self, mapping: ProductMapping) -> None:
        self._mapping = mapping
        moment = optional(local_time(mapping.zone, mapping.product.as_of.format))
        self._head = Section(mapping.product, {"product_id": required, "withdrawn": boolean, "as_of": moment})
        goods = {"sku": required, "available": optional(whole), "weight_grams": whole, "final_sale": boolean}
        self._variant = Section(mapping.variant, goods)
        self._options = [
            (name, Section(_Option(value=source), {"value": required}))
            for name, source in mapping.variant.options.items()
        ]
        self._currencies = [Section(_Currency(currency=each.currency), {}) for each in mapping.variant.prices]
        # Amounts are read by the decimals of their currency.
        self._price = cache(partial(_price_section, mapping))

    def assemble(self, group: Group) -> Assembled[Product]:
        """The product of the group. With any problem there is none, and all problems are named."""
        told = Reading(group, group_by=self._mapping.group_by, noun="product")
        made = Assembled[Product](group.key, group.count, group.rows[0].line, problems=told.problems)
        told.name_faults()
        if told.problems:
            return made
        first = group.rows[0]
        told.compare_heads(self._head)
        head = told.read(self._head, first)
        variants = self._variants(told, group)
        if head is not None and not told.problems:
            as_of = head["as_of"] and head["as_of"].astimezone(UTC)
            made.made = told.make(Product, self._head, first, head | {"as_of": as_of, "variants": variants})
        return made

    def _variants(self, told: Reading, group: Group) -> tuple[Variant, ...]:
        """Rows of one SKU are one variant with several prices; what else they say must be the same."""
        found: dict[str, Fields] = {}
        rows: dict[str, Row] = {}
        for row in group.rows:
            fields = self._row(told, row)
            if fields is None:
                continue
            first = found.setdefault(fields["sku"], fields)
            rows.setdefault(fields["sku"], row)
            if first is fields:
                continue
            if first | {"prices": ()} != fields | {"prices": ()}:
                reason = f"SKU {fields['sku']} was described otherwise in line {rows[fields['sku']].line}"
                told.complain(row, self._variant.column_of("sku"), reason)
                continue
            first["prices"] += fields["prices"]
        made = [told.make(Variant, self._variant, rows[sku], fields) for sku, fields in found.items()]
        return tuple(variant for variant in made if variant)

    def _row(self, told: Reading, row: Row) -> Fields | None:
        fields = told.read(self._variant, row)
        options = {name: told.read(section, row) for name, section in self._options}
        prices = [self._one_price(told, row, number) for number in range(len(self._currencies))]
        if fields is None or None in options.values():
            return None
        return fields | {
            "options": {name: read["value"] for name, read in options.items() if read},
            "prices": tuple(price for price in prices if price),
        }

    def _one_price(self, told: Reading, row: Row, number: int) -> Price | None:
        source = self._mapping.variant.prices[number]
        if not source.amount_minor.text(row.values):
            return None
        section = self._currencies[number]
        read = told.read(section, row)
        if read is None:
            return None
        try:
            currency_exponent(read["currency"])
        except ValueError as error:
            told.complain(row, section.column_of("currency"), str(error))
            return None
        priced = self._price(number, read["currency"])
        fields = told.read(priced, row)
        if fields is None:
            return None
        rate = fields.pop("tax_rate")
        rates: dict[str, Any] = {"tax_rates": (rate,)} if rate is not None else {}
        return told.make(Price, priced, row, fields | rates)


class _Option(MappingPart):
    value: Source


class _Currency(MappingPart):
    currency: Source


def _price_section(mapping: ProductMapping, number: int, currency: str) -> Section:
    parsers = {
        "amount_minor": minor_units(mapping.amounts, currency),
        "tax_included": boolean,
        "tax_rate": optional(fraction),
    }
    return Section(mapping.variant.prices[number], parsers)
