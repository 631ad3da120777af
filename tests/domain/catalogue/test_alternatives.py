"""What a customer may have instead: the same product in another variant, with price and stock."""

from __future__ import annotations

from domain.catalogue import find_alternatives
from tests.builders import an_order, an_order_line
from tests.goods import KNOWN, a_product, a_variant, an_entry

LINE = an_order_line(sku="MUG-S-BLUE")
ORDER = an_order(lines=(LINE,))


def test_other_variants() -> None:
    """Every other variant is offered with what differs, what it costs, and what is known of its stock."""
    found = find_alternatives(an_entry(), ORDER, LINE, quantity=2)

    assert [(each.sku, each.changes) for each in found] == [
        ("MUG-S-RED", {"colour": "red"}),
        ("MUG-L-BLUE", {"size": "L"}),
        ("MUG-L-RED", {"size": "L", "colour": "red"}),
    ]
    assert [each.price.total_minor if each.price else None for each in found] == [2400, 3000, 3000]
    assert [each.enough for each in found] == [False, True, None]
    assert found[1].availability is not None
    assert found[1].availability.as_of == KNOWN


def test_enough_for_so_many() -> None:
    """Four are there: five are not."""
    (large,) = find_alternatives(an_entry(), ORDER, LINE, quantity=5, same=["colour"])

    assert large.enough is False


def test_same_colour() -> None:
    """Who wants another size of the same colour sees no other colour."""
    assert [each.sku for each in find_alternatives(an_entry(), ORDER, LINE, quantity=1, same=["colour"])] == [
        "MUG-L-BLUE"
    ]


def test_withdrawn_product() -> None:
    """Of a product that is no longer sold nothing is offered."""
    assert find_alternatives(an_entry(a_product(withdrawn=True)), ORDER, LINE, quantity=1) == ()


def test_sold_variant_is_gone() -> None:
    """Where the sold size is no longer listed, the others are still offered; but nothing is known to be like it."""
    entry = an_entry(a_product("mug", a_variant("MUG-XL", size="XL")))

    assert [each.sku for each in find_alternatives(entry, ORDER, LINE, quantity=1)] == ["MUG-XL"]
    assert find_alternatives(entry, ORDER, LINE, quantity=1, same=["colour"]) == ()
