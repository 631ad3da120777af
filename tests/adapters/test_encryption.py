"""What Temporal stores of us is unreadable without our keys, and readable with them for as long as we keep them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf import json_format
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError

from adapters.encryption import (
    EncryptionCodec,
    PayloadNotDecrypted,
    decode_json,
    encode_json,
    encrypting_converter,
)
from config.keys import KeyRing

OLD = KeyRing(active="2025", keys={"2025": bytes(range(32))})
NEW = KeyRing(active="2026", keys={"2025": bytes(range(32)), "2026": bytes(range(32, 64))})


class Letter(BaseModel):
    """Something that must not be read by others."""

    to: str


SECRET = Letter(to="jane.doe@example.com")


async def encoded(converter: DataConverter, value: Any = SECRET) -> list[Payload]:
    """The payloads that go to Temporal for one value."""
    return await converter.encode([value])


async def test_nothing_in_clear() -> None:
    """Whoever reads the Temporal database sees neither the content nor what kind of thing it is."""
    [payload] = await encoded(encrypting_converter(NEW))

    assert b"jane" not in payload.SerializeToString()
    assert b"json" not in payload.SerializeToString()


async def test_round_trip() -> None:
    """What we store comes back as it was."""
    converter = encrypting_converter(NEW)

    assert await converter.decode(await encoded(converter), [Letter]) == [SECRET]


async def test_same_content_looks_different() -> None:
    """Two customers with the same address cannot be recognised as such."""
    converter = encrypting_converter(NEW)

    assert (await encoded(converter))[0].data != (await encoded(converter))[0].data


async def test_old_key_still_decrypts() -> None:
    """After a change of keys, the returns that wait since last year go on."""
    payloads = await encoded(encrypting_converter(OLD))

    assert await encrypting_converter(NEW).decode(payloads, [Letter]) == [SECRET]
    assert (await encoded(encrypting_converter(NEW)))[0].metadata["key-id"] == b"2026"


async def test_key_taken_away() -> None:
    """When a key was removed too early, the message says which key is missing and where it belongs."""
    payloads = await encoded(encrypting_converter(NEW))

    with pytest.raises(PayloadNotDecrypted, match=r"'2026'.*AFTERCART_ENCRYPTION__KEYS"):
        await EncryptionCodec(OLD).decode(payloads)


async def test_key_id_exchanged() -> None:
    """The name of another key on a payload is noticed even when that key has the same bytes."""
    same_bytes = KeyRing(active="a", keys={"a": bytes(32), "b": bytes(32)})
    [payload] = await encoded(encrypting_converter(same_bytes))
    payload.metadata["key-id"] = b"b"

    with pytest.raises(PayloadNotDecrypted, match="not what key 'b' encrypted"):
        await EncryptionCodec(same_bytes).decode([payload])


@pytest.mark.parametrize("keep", [-1, 20, 3, 0])
async def test_content_changed(keep: int) -> None:
    """A changed or a missing byte is noticed and never read as something else."""
    [payload] = await encoded(encrypting_converter(NEW))
    payload.data = payload.data[:keep] + (b"\0" if keep else b"")

    with pytest.raises(PayloadNotDecrypted):
        await EncryptionCodec(NEW).decode([payload])


@pytest.mark.parametrize(
    "foreign",
    [
        pytest.param(Payload(metadata={"encoding": b"json/plain"}, data=b'"by hand"'), id="clear"),
        pytest.param(Payload(metadata={"encoding": b"binary/encrypted"}, data=b"theirs"), id="another system's"),
        pytest.param(Payload(), id="empty"),
    ],
)
async def test_foreign_payload_passes(foreign: Payload) -> None:
    """What someone typed in by hand, or another system stored, reaches the program as it is."""
    assert await EncryptionCodec(NEW).decode([foreign]) == [foreign]


async def test_failures_are_encrypted() -> None:
    """An error text that quotes a customer is not readable in Temporal, its type is."""
    converter = encrypting_converter(NEW)
    failure = Failure()

    await converter.encode_failure(ApplicationError("no parcel for jane.doe@example.com", type="NoParcel"), failure)

    assert b"jane" not in failure.SerializeToString()
    assert failure.application_failure_info.type == "NoParcel"
    assert "jane.doe@example.com" in str(await converter.decode_failure(failure))


async def test_json_of_the_codec_endpoint() -> None:
    """The Temporal UI gets back readable what it shows encrypted, and the other way round."""
    codec = EncryptionCodec(NEW)
    clear = json.dumps({"payloads": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "ImhlbGxvIg=="}]})

    hidden = await encode_json(codec, clear.encode())

    assert json_format.Parse(hidden, Payloads()).payloads[0].metadata["cipher"] == b"aftercart/aes-256-gcm"
    assert json.loads(await decode_json(codec, hidden.encode())) == json.loads(clear)


async def test_json_that_is_none() -> None:
    """Nonsense is answered as nonsense."""
    with pytest.raises(ValueError, match="not the JSON of Temporal payloads"):
        await decode_json(EncryptionCodec(NEW), b"[1]")


def test_keys_never_printed() -> None:
    """A key ring in a log line shows which keys there are, not the keys."""
    assert repr(NEW) == "KeyRing(active='2026', keys=['2025', '2026'])"
