"""Groups of rows become orders, or problems with line, column and reason; nothing is read or written here."""

from __future__ import annotations

from datetime import UTC, timedelta
from functools import cache, partial

from adapters.storefronts.files.assembling import Assembled, Reading
from adapters.storefronts.files.groups import Group
from adapters.storefronts.files.mapping import OrderMapping, RowKind
from adapters.storefronts.files.rows import Row
from adapters.storefronts.files.sections import Fields, OrderSections, head_section
from domain.money import currency_exponent
from domain.orders import Order, OrderDiscount, OrderLine, Payment, ShippingCharge


class OrderAssembler:
    """Makes orders as one mapping says."""

    def __init__(self, mapping: OrderMapping) -> None:
        self.mapping = mapping
        self.head = head_section(mapping)
        # Amounts are read by the decimals of their currency.
        self.sections = cache(partial(OrderSections, mapping))

    def assemble(self, group: Group) -> Assembled[Order]:
        """The order of the group. With any problem there is none, and all problems are named."""
        return _Draft(self, group).finish()


class _Draft:
    """One order in the making."""

    def __init__(self, assembler: OrderAssembler, group: Group) -> None:
        self._assembler, self._mapping, self._group = assembler, assembler.mapping, group
        self._told = Reading(group, group_by=self._mapping.group_by, noun="order")
        self._made = Assembled[Order](group.key, group.count, group.rows[0].line, problems=self._told.problems)
        self._lines: dict[str, OrderLine] = {}
        self._shipping: list[ShippingCharge] = []
        self._discounts: list[OrderDiscount] = []
        self._charges: list[Row] = []

    def finish(self) -> Assembled[Order]:
        """The outcome."""
        first = self._group.rows[0]
        self._told.name_faults()
        if self._made.problems:
            return self._made
        self._told.compare_heads(self._assembler.head)
        head = self._told.read(self._assembler.head, first)
        if head is None or self._made.problems:
            return self._made
        try:
            currency_exponent(head["currency"])
        except ValueError as error:
            self._told.complain(first, self._assembler.head.column_of("currency"), str(error))
            return self._made
        self._sections = self._assembler.sections(head["currency"])
        self._take_rows()
        if not self._made.problems:
            self._made.made = self._whole(first, head)
        return self._made

    def _take_rows(self) -> None:
        for row in self._group.rows:
            self._take(row)
        if not self._lines and self._charges and self._mapping.rows.charges_alone is RowKind.GOODS:
            self._shipping.clear()
            for row in self._charges:
                self._goods(row)
        if not self._lines and not self._made.problems:
            self._told.complain(self._group.rows[0], "", "the order has no goods")

    def _take(self, row: Row) -> None:
        rules = self._mapping.rows
        word = row.values.get(rules.kind, "").strip()
        match rules.kinds.get(word, rules.otherwise) if rules.kind else RowKind.GOODS:
            case RowKind.GOODS:
                self._goods(row)
            case RowKind.SHIPPING:
                self._charges.append(row)
                self._charge(row)
            case RowKind.DISCOUNT:
                self._discount(row)
            case RowKind.SKIP:
                self._made.skipped[f"{rules.kind} {word}"] += 1
            case RowKind.REFUSE:
                self._told.complain(row, rules.kind, f"the mapping does not say what a row of kind {word!r} is")

    def _goods(self, row: Row) -> None:
        section, rules = self._sections.line, self._mapping.rows
        fields = self._told.read(section, row)
        if fields is None:
            return
        quantity, price = fields["quantity"], fields["unit_price_minor"]
        if quantity <= 0:
            rule = rules.negative_quantity if quantity else rules.zero_quantity
            self._leave_out(row, section.column_of("quantity"), quantity, rule)
        elif price < 0 and rules.negative_price is RowKind.DISCOUNT:
            self._discount(row)
        elif price < 0:
            self._leave_out(row, section.column_of("unit_price_minor"), price, rules.negative_price)
        elif fields["line_id"] in self._lines:
            self._told.complain(row, section.column_of("line_id"), f"line {fields['line_id']} is there twice")
        elif line := self._told.make(OrderLine, section, row, fields):
            self._lines[line.line_id] = line

    def _leave_out(self, row: Row, column: str, value: int, rule: RowKind) -> None:
        what = "below zero" if value else "zero"
        if rule is RowKind.SKIP:
            self._made.skipped[f"{column} {what}"] += 1
        else:
            self._told.complain(row, column, f"{value} is {what}")

    def _charge(self, row: Row) -> None:
        section = self._sections.shipping
        fields = self._told.read(section, row)
        if section and fields and (charge := self._told.make(ShippingCharge, section, row, fields)):
            self._shipping.append(charge)

    def _discount(self, row: Row) -> None:
        section = self._sections.discount
        fields = self._told.read(section, row)
        if section and fields:
            fields["amount_minor"] = abs(fields["amount_minor"])
            if discount := self._told.make(OrderDiscount, section, row, fields):
                self._discounts.append(discount)

    def _whole(self, first: Row, head: Fields) -> Order | None:
        customer, address = (
            self._told.read(self._sections.customer, first),
            self._told.read(self._sections.address, first),
        )
        parcel = self._parcel(first, head)
        if customer is None or address is None or (self._mapping.parcel and parcel is None):
            return None
        fields = {
            **head,
            "placed_at": head["placed_at"].astimezone(UTC),
            "customer": {**customer, "address": address},
            "parcels": (parcel,) if parcel else (),
            "lines": tuple(self._lines.values()),
            "shipping": tuple(self._shipping),
            "discounts": tuple(self._discounts),
        }
        order = self._told.make(Order, self._assembler.head, first, fields)
        return self._paid(first, order) if order else None

    def _parcel(self, first: Row, head: Fields) -> Fields | None:
        mapped, section = self._mapping.parcel, self._sections.parcel
        parcel = self._told.read(section, first)
        if mapped is None or parcel is None:
            return None
        for name, days in (
            ("shipped_at", mapped.shipped_days_after_order),
            ("delivered_at", mapped.delivered_days_after_order),
        ):
            if parcel[name] is None and days is not None:
                # In the order's own zone, so that the time of day stays when clocks change.
                parcel[name] = head["placed_at"] + timedelta(days=days)
            parcel[name] = parcel[name] and parcel[name].astimezone(UTC)
        return parcel

    def _paid(self, first: Row, order: Order) -> Order | None:
        section = self._sections.payment
        if section is None:
            return order
        fields = self._told.read(section, first)
        if fields is None:
            return None
        captured = fields.setdefault("captured_minor", total_minor(order))
        payment = self._told.make(Payment, section, first, fields)
        return order.model_copy(update={"payments": (payment,) if captured else ()}) if payment else None


def total_minor(order: Order) -> int:
    """What the customer paid: goods less discounts, shipping, duties, and taxes that are not in the prices."""
    total = order.goods_minor - sum(discount.amount_minor for discount in order.discounts)
    total += sum(charge.amount_minor - charge.discount_minor for charge in order.shipping)
    total += sum(line.duties_minor for line in order.lines)
    taxes = [tax for line in order.lines for tax in line.taxes]
    taxes += [tax for charge in order.shipping for tax in charge.taxes]
    return total if order.tax_included else total + sum(tax.amount_minor for tax in taxes)
