"""The codec endpoint: shows what is encrypted in Temporal, in its web UI and command line, to those who may see it."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable

from fastapi import APIRouter, Depends, HTTPException, Request, Response, params

from adapters.encryption import EncryptionCodec, PayloadNotDecrypted, decode_json, encode_json
from config.keys import codec_token, key_ring
from config.settings import Settings


def codec_router(settings: Settings, *, admin: params.Depends) -> APIRouter:
    """`POST /codec/decode` and `/codec/encode` for callers that `admin` lets in, and `/codec/{token}/...` for the UI.

    The token in the address is the capability of the local UI, which has no API key to send. Where there is no token
    (production, unless it is set) those addresses answer 404.
    """
    router = APIRouter(prefix="/codec", include_in_schema=False)
    codec = EncryptionCodec(key_ring(settings))
    own_token = codec_token(settings)
    ui_origin = settings.temporal.ui_address.rstrip("/")

    def capable(token: str) -> None:
        if own_token is None or not hmac.compare_digest(token.encode(), own_token.encode()):
            raise HTTPException(404, "There is no codec at this address.")

    @router.post("/decode", dependencies=[admin])
    @router.post("/{token}/decode", dependencies=[Depends(capable)])
    async def decode(request: Request) -> Response:
        return await _answer(decode_json(codec, await request.body()), headers=_cors(request, ui_origin))

    @router.post("/encode", dependencies=[admin])
    @router.post("/{token}/encode", dependencies=[Depends(capable)])
    async def encode(request: Request) -> Response:
        return await _answer(encode_json(codec, await request.body()), headers=_cors(request, ui_origin))

    @router.options("/{token}/decode")
    @router.options("/{token}/encode")
    async def preflight(request: Request) -> Response:
        return Response(status_code=204, headers=_cors(request, ui_origin))

    return router


async def _answer(payloads: Awaitable[str], *, headers: dict[str, str]) -> Response:
    try:
        return Response(await payloads, media_type="application/json", headers=headers)
    except ValueError as malformed:
        raise HTTPException(422, str(malformed), headers=headers) from None
    except PayloadNotDecrypted as unreadable:
        raise HTTPException(409, str(unreadable), headers=headers) from None


def _cors(request: Request, ui_origin: str) -> dict[str, str]:
    by_name = ui_origin.replace("//127.0.0.1", "//localhost")
    origin = by_name if request.headers.get("origin") == by_name else ui_origin
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "POST",
        # What the UI sends along; a browser asks for these names before it calls another origin.
        "access-control-allow-headers": "content-type, x-namespace, authorization",
        "vary": "origin",
    }
