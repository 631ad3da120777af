"""A case whose customer sends goods back: a return, an exchange, a claim."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self, TypeVar

from domain.case_documents import CaseDocument
from domain.goods_back.facts import GoodsBack, UnitCount


class CaseWithGoods(CaseDocument):
    """What the way of the goods needs to know of its owner: the facts so far, and what is expected."""

    goods: GoodsBack = GoodsBack()

    @property
    @abstractmethod
    def expected(self) -> tuple[UnitCount, ...]:
        """What the customer promised to send."""

    def with_goods(self, **facts: Any) -> Self:
        """The same case with those facts about its goods added."""
        return self.with_facts(goods=self.goods.with_facts(**facts))

    def with_delivery(self, number: int, **facts: Any) -> Self:
        """The same case with those facts about one of its reverse deliveries added."""
        return self.with_facts(goods=self.goods.with_delivery(number, **facts))


GoodsCaseT = TypeVar("GoodsCaseT", bound=CaseWithGoods)
