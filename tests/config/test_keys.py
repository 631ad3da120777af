"""A development machine makes its keys once; production uses none that it was not given."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from config.keys import codec_token, key_ring
from config.settings import Settings
from tests.config.test_settings import PRODUCTION


def local_key(data_dir: Path) -> bytes:
    """The key that a process on this data folder encrypts with."""
    return key_ring(Settings(data_dir=data_dir)).keys["local"]


def test_made_once(tmp_path: Path) -> None:
    """After a restart yesterday's cases are still readable, and the token in the UI's address is the same."""
    settings = Settings(data_dir=tmp_path)

    assert len(local_key(tmp_path)) == 32
    assert local_key(tmp_path) == local_key(tmp_path)
    assert codec_token(settings) == codec_token(settings)


def test_processes_that_start_together(tmp_path: Path) -> None:
    """API, worker and dispatcher start at the same moment on a fresh folder and agree on one key."""
    with ProcessPoolExecutor(max_workers=4) as processes:
        assert len(set(processes.map(local_key, [tmp_path] * 16))) == 1


def test_for_the_owner_alone(tmp_path: Path) -> None:
    """Other users of the machine cannot read the keys, nor anything else in the data folder."""
    folder = tmp_path / "data"
    local_key(folder)
    codec_token(Settings(data_dir=folder))

    files = sorted((folder / "keys").iterdir())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [file.name for file in files] == ["codec.token", "payloads.key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_given_keys(tmp_path: Path) -> None:
    """An installation with keys of its own uses those and makes none."""
    key = base64.b64encode(bytes(range(32))).decode()
    settings = Settings.model_validate(
        {"data_dir": tmp_path, "encryption": {"keys": {"2026": key}, "active_key": "2026"}}
    )

    assert key_ring(settings).keys == {"2026": bytes(range(32))}
    assert not (tmp_path / "keys").exists()


def test_no_token_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """In production there is no address that decrypts without an administrator's key, unless someone asks for it."""
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)

    assert codec_token(Settings()) is None
    monkeypatch.setenv("AFTERCART_TEMPORAL__CODEC_TOKEN", "chosen")
    assert codec_token(Settings()) == "chosen"
