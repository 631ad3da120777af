"""A shop in memory that can be asked about its goods."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalogue import Availability, NewsSource, Product
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Faults


class FakeStorefront:
    """`products` by id, `stock` by SKU; `asked` are the questions."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.faults = Faults()
        self.products: dict[str, Product] = {}
        self.stock: dict[str, int] = {}
        self.asked: list[str] = []
        self._clock = clock or FakeClock()

    def find_product(self, product_id: str) -> Product | None:
        self.asked.append(product_id)
        return self.faults.around(lambda: (self._product(product_id),))[0]

    def availability(self, skus: Sequence[str]) -> list[Availability]:
        self.asked.extend(skus)
        return self.faults.around(lambda: [self._count(sku) for sku in dict.fromkeys(skus) if sku in self.stock])

    def _product(self, product_id: str) -> Product | None:
        product = self.products.get(product_id)
        if product is None:
            return None
        variants = [each.model_copy(update={"available": self.stock.get(each.sku)}) for each in product.variants]
        return product.model_copy(update={"variants": tuple(variants), "as_of": self._clock.now()})

    def _count(self, sku: str) -> Availability:
        return Availability(sku=sku, available=self.stock[sku], as_of=self._clock.now(), source=NewsSource.ASKED)
