"""The keys of this machine: given by settings, or in development made once and kept in the data folder."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.groups import KEY_BYTES, is_set
from config.settings import Environment, Settings

LOCAL_KEY_ID = "local"
ONLY_THE_OWNER = 0o600


@dataclass(frozen=True)
class KeyRing:
    """Encryption keys by id; `active` names the one that encrypts, all of them decrypt."""

    active: str
    keys: dict[str, bytes]

    def __repr__(self) -> str:
        """The ids alone, so that a key never reaches a log."""
        return f"KeyRing(active={self.active!r}, keys={sorted(self.keys)})"


def key_ring(settings: Settings) -> KeyRing:
    """The keys of the settings; in development without any, the one in `data_dir/keys`, made when missing."""
    if settings.encryption.keys:
        keys = {key_id: base64.b64decode(key.get_secret_value()) for key_id, key in settings.encryption.keys.items()}
        return KeyRing(active=settings.encryption.active_key, keys=keys)
    encoded = _kept(
        settings.data_dir, name="payloads.key", new=lambda: base64.b64encode(secrets.token_bytes(KEY_BYTES))
    )
    return KeyRing(active=LOCAL_KEY_ID, keys={LOCAL_KEY_ID: base64.b64decode(encoded)})


def codec_token(settings: Settings) -> str | None:
    """The secret part of the codec address; in production None unless it is set: then there is no such address."""
    if is_set(settings.temporal.codec_token):
        return settings.temporal.codec_token.get_secret_value()
    if settings.environment is Environment.PRODUCTION:
        return None
    return _kept(settings.data_dir, name="codec.token", new=lambda: secrets.token_urlsafe(24).encode()).decode()


def make_data_dir(data_dir: Path) -> None:
    """The data folder exists. A new one is the owner's alone: it will hold customers' names and orders."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)


def _kept(data_dir: Path, *, name: str, new: Callable[[], bytes]) -> bytes:
    """What the file holds. Several processes may start at once: the first one to link its file wins, all read that."""
    folder = data_dir / "keys"
    path = folder / name
    if not path.exists():
        make_data_dir(data_dir)
        folder.mkdir(mode=0o700, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, ONLY_THE_OWNER)
        with os.fdopen(descriptor, "wb") as file:
            file.write(new())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()
