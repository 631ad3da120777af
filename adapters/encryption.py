"""Everything that Aftercart gives to Temporal is encrypted: arguments, results, memos, summaries and failure texts."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

from config.keys import KeyRing, key_ring
from config.settings import Settings

# The encoding's name is Temporal's convention, so its UI says "encrypted" where no key is at hand.
ENCODING = b"binary/encrypted"
CIPHER = b"aftercart/aes-256-gcm"
# 96 bits, which NIST SP 800-38D names for random nonces: good for 2^32 payloads per key.
NONCE_BYTES = 12


class PayloadNotDecrypted(Exception):
    """A payload of ours cannot be read: its key is not among the keys of this process, or it was tampered with."""


class EncryptionCodec(PayloadCodec):
    """Encrypts each payload with AES-256-GCM; the id of the key stands beside it and is authenticated with it."""

    def __init__(self, ring: KeyRing) -> None:
        self._active = ring.active
        self._ciphers = {key_id: AESGCM(key) for key_id, key in ring.keys.items()}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload encrypted under the active key."""
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload that this codec encrypted, in clear; any other one as it came.

        Raises PayloadNotDecrypted when the key is unknown or the content was changed.
        """
        return [self._decrypt(payload) if _is_ours(payload) else payload for payload in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._active].encrypt(nonce, payload.SerializeToString(), _bound_to(self._active))
        metadata = {"encoding": ENCODING, "cipher": CIPHER, "key-id": self._active.encode()}
        return Payload(metadata=metadata, data=nonce + sealed)

    def _decrypt(self, payload: Payload) -> Payload:
        key_id = payload.metadata["key-id"].decode()
        if key_id not in self._ciphers:
            raise PayloadNotDecrypted(f"no key {key_id!r} here; add it to AFTERCART_ENCRYPTION__KEYS")
        nonce, sealed = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        try:
            return Payload.FromString(self._ciphers[key_id].decrypt(nonce, sealed, _bound_to(key_id)))
        except (InvalidTag, ValueError):
            raise PayloadNotDecrypted(f"the payload is not what key {key_id!r} encrypted") from None


def data_converter(settings: Settings) -> DataConverter:
    """The converter that every client, worker and replayer needs: Pydantic models, encrypted, failures included."""
    return encrypting_converter(key_ring(settings))


def encrypting_converter(ring: KeyRing) -> DataConverter:
    """The same converter on given keys."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(ring),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def encode_json(codec: PayloadCodec, payloads: bytes) -> str:
    """The JSON of a list of payloads, encrypted. Raises ValueError when it is no such JSON."""
    return _to_json(await codec.encode(_from_json(payloads)))


async def decode_json(codec: PayloadCodec, payloads: bytes) -> str:
    """The JSON of a list of payloads, in clear. Raises ValueError for other JSON, PayloadNotDecrypted as the codec does."""
    return _to_json(await codec.decode(_from_json(payloads)))


def _from_json(payloads: bytes) -> Sequence[Payload]:
    try:
        return json_format.Parse(payloads, Payloads()).payloads
    except json_format.ParseError as error:
        raise ValueError(f"not the JSON of Temporal payloads: {error}") from None


def _to_json(payloads: Iterable[Payload]) -> str:
    return json_format.MessageToJson(Payloads(payloads=payloads))


def _is_ours(payload: Payload) -> bool:
    return payload.metadata.get("encoding") == ENCODING and payload.metadata.get("cipher") == CIPHER


def _bound_to(key_id: str) -> bytes:
    return CIPHER + b":" + key_id.encode()
