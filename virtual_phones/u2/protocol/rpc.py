"""JSON-RPC 2.0 as jsonrpc4j answers it: single requests, batches, notifications, and what is none of them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from virtual_phones.u2.failures import CallFailed, Crashed, MethodUnknown, NoRequest, NotJson

Outcome = Mapping[str, object]
"""The `result` or the `error` of a call."""

Perform = Callable[[str, object], Awaitable[Outcome]]
"""Carries out a call of a method with its `params`, as they came."""

_INT = 1 << 32
_DECODER, _ENCODER = json.JSONDecoder(), json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def parse(text: str) -> object:
    """Return the first JSON value of a text, what follows it does not count; a failure when there is none."""
    try:
        return _DECODER.raw_decode(text)[0]
    except ValueError:
        return NotJson()


async def answer(message: object, perform: Perform) -> bytes:
    """Return the answer to a request; nothing answers a notification that succeeds.

    Raises:
        Crashed: the request's id is none that jsonrpc4j knows.

    """
    if isinstance(message, NotJson):
        return _line({"jsonrpc": "jsonrpc", "id": "null", "error": message.as_json()})
    if isinstance(message, list):
        return await _batch(cast("list[object]", message), perform)
    return await _single(message, perform)


def method_of(message: object) -> str:
    """Return the method that a request names, if it is a request of one."""
    return str(cast("dict[str, object]", message).get("method", "")) if isinstance(message, dict) else ""


async def _batch(messages: list[object], perform: Perform) -> bytes:
    return b"[" + b",".join([await _single(message, perform) for message in messages]) + b"]"


async def _single(message: object, perform: Perform) -> bytes:
    if not isinstance(message, dict):
        return _line({"jsonrpc": "2.0", "id": "null", "error": NoRequest().as_json()})
    members = cast("dict[str, object]", message)
    number = _id(members.get("id"))
    method = members.get("method")
    try:
        if method is None:
            raise MethodUnknown
        outcome = await perform(str(method), members.get("params"))
    except CallFailed as failure:
        outcome = {"error": failure.as_json()}
    if number is None and "error" not in outcome:
        return b""
    version = members.get("jsonrpc")
    return _line({"jsonrpc": "2.0" if version is None else str(version), "id": number, **outcome})


def _id(value: object) -> object:
    """Return the id as jsonrpc4j repeats it: integers have 32 bits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value + _INT // 2) % _INT - _INT // 2
    if value is None or isinstance(value, float | str):
        return value
    raise Crashed


def _line(value: object) -> bytes:
    return _ENCODER.encode(value).encode("utf-8", "surrogatepass") + b"\n"
