"""Who may read what Temporal holds encrypted: the local UI by its secret address, others by an administrator's key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Header, HTTPException
from starlette.testclient import TestClient

from adapters.encryption import EncryptionCodec, encode_json
from api.codec import codec_router
from config.keys import codec_token, key_ring
from config.settings import Settings

CLEAR = {"payloads": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "ImhlbGxvIg=="}]}
UI = "http://127.0.0.1:8233"


def only_root(authorization: Annotated[str, Header()] = "") -> None:
    """Stands for the check of an administrator's API key."""
    if authorization != "Bearer root":
        raise HTTPException(401)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A fresh development installation."""
    return Settings(data_dir=tmp_path)


@pytest.fixture
def client(settings: Settings) -> TestClient:
    """A browser in front of the codec endpoint."""
    app = FastAPI()
    app.include_router(codec_router(settings, admin=Depends(only_root)))
    return TestClient(app)


@pytest.fixture
async def hidden(settings: Settings) -> str:
    """What the Temporal UI has: encrypted payloads as JSON."""
    return await encode_json(EncryptionCodec(key_ring(settings)), json.dumps(CLEAR).encode())


def test_local_ui_reads(client: TestClient, settings: Settings, hidden: str) -> None:
    """The UI on this machine shows the content, and the browser lets it."""
    answer = client.post(f"/codec/{codec_token(settings)}/decode", content=hidden, headers={"origin": UI})

    assert answer.json() == CLEAR
    assert answer.headers["access-control-allow-origin"] == UI


def test_ui_opened_by_name(client: TestClient, settings: Settings) -> None:
    """It makes no difference whether the UI was opened as localhost or as 127.0.0.1."""
    path = f"/codec/{codec_token(settings)}/decode"

    answer = client.options(path, headers={"origin": "http://localhost:8233"})

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "http://localhost:8233"
    assert "x-namespace" in answer.headers["access-control-allow-headers"]


def test_foreign_page(client: TestClient, settings: Settings, hidden: str) -> None:
    """A page from elsewhere that guessed nothing and runs in the same browser is not let in by it."""
    answer = client.post(
        f"/codec/{codec_token(settings)}/decode", content=hidden, headers={"origin": "http://evil.example"}
    )

    assert answer.headers["access-control-allow-origin"] == UI


def test_wrong_token(client: TestClient, hidden: str) -> None:
    """Without the secret part, the address does not exist."""
    assert client.post("/codec/guessed/decode", content=hidden).status_code == 404


def test_administrator_reads(client: TestClient, hidden: str) -> None:
    """An administrator uses the key that he has anyway; others get nothing."""
    assert client.post("/codec/decode", content=hidden).status_code == 401
    assert client.post("/codec/decode", content=hidden, headers={"authorization": "Bearer root"}).json() == CLEAR


def test_encode(client: TestClient, settings: Settings) -> None:
    """What an engineer sends by the Temporal command line is stored encrypted too."""
    answer = client.post(f"/codec/{codec_token(settings)}/encode", json=CLEAR)

    assert answer.status_code == 200
    assert "ImhlbGxvIg==" not in answer.text


def test_nonsense(client: TestClient, settings: Settings) -> None:
    """A body that holds no payloads is the caller's mistake."""
    assert client.post(f"/codec/{codec_token(settings)}/decode", content="hello").status_code == 422


def test_unknown_key(client: TestClient, settings: Settings, tmp_path: Path, hidden: str) -> None:
    """A payload of another installation is said to be that, not an error of ours."""
    foreign = hidden.replace("bG9jYWw=", "b3RoZXI=")

    answer = client.post(f"/codec/{codec_token(settings)}/decode", content=foreign)

    assert answer.status_code == 409
    assert "other" in answer.json()["detail"]
