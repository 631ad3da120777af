"""Callers by key, remembered for a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.keys import Caller, KeyRing
from domain.cases import Actor, Role

KEY = "ak_0123456789abcdef"
HOLDER = Caller(
    key_id="key_1",
    prefix="ak_012345678",
    merchant="demo",
    actor=Actor(name="shop", role=Role.STOREFRONT),
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
)


class Drawer:
    """Records with at most one key, which count how often they are asked."""

    def __init__(self) -> None:
        self.holder: Caller | None = HOLDER
        self.asked = 0

    def find(self, key: str) -> Caller | None:
        """The holder of the one key."""
        self.asked += 1
        return self.holder if key == KEY else None


def test_busy_key() -> None:
    """A key that is used again at once is not looked up again."""
    drawer = Drawer()
    ring = KeyRing(drawer.find)

    assert ring.recall(KEY) is None
    assert ring.look_up(KEY) == HOLDER
    assert ring.recall(KEY) == HOLDER
    assert drawer.asked == 1


def test_forgotten_key() -> None:
    """After a moment it is looked up again, so that a revoked key ends soon."""
    drawer = Drawer()
    ring = KeyRing(drawer.find, remembered=timedelta(0))
    ring.look_up(KEY)
    drawer.holder = None

    assert ring.recall(KEY) is None
    assert ring.look_up(KEY) is None


def test_unknown_key() -> None:
    """An unknown key is never remembered."""
    ring = KeyRing(Drawer().find)

    assert ring.look_up("ak_somebody_elses_key") is None
    assert ring.recall("ak_somebody_elses_key") is None


def test_no_key_at_all() -> None:
    """What cannot be a key costs no question to the records."""
    drawer = Drawer()
    ring = KeyRing(drawer.find)

    for text in (
        "",
        "ak_",
        "sk_0123456789abcdef",
        "ak_with blank inside",
        "ak_" + "x" * 1000,
        "ak_\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9",
    ):
        assert ring.look_up(text) is None
    assert drawer.asked == 0


def test_key_itself_is_not_kept() -> None:
    """A dump of the memory holds no key that could be used."""
    ring = KeyRing(Drawer().find)
    ring.look_up(KEY)

    assert KEY not in str(vars(ring))
