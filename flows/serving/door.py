"""The door before Prefect's server: who may ask, from which page, and what may be written.

Prefect's own server lets pages of every origin ask, answers to every name that points at it, asks for a password only
below /api and not at all for its description, and stores texts that it cannot read out again. None of that gets past
here; what does is Prefect's business.
"""

import base64
import binascii
import hmac
import json
import math
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from expectations.sentences import sentence
from flows.serving.address import Address

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST = 16 << 20
"""Bytes a request may bring; Prefect's own clients send tables of some hundred kilobytes and logs of one megabyte."""
DEEPEST = 100
"""Lists within lists; some of Prefect's parsers fall over at some thousand."""
_WRITING = ("POST", "PUT", "PATCH", "DELETE")
_UNREADABLE = 1 << 63
# Nothing of the pages may be shown inside another page, where a click could be led to them.
_HEADERS = (
    (b"x-frame-options", b"DENY"), (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-site"), (b"cross-origin-opener-policy", b"same-origin"),
)  # fmt: skip


@dataclass
class Refusal(Exception):
    """What is answered in the server's place."""

    status: int
    code: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True)
class Door:
    """An application that lets through to another what may be asked of it.

    Attributes:
        inner: Prefect's server.
        address: By which names and from which pages it may be asked.
        password: As name:password; None: none is asked for.
        language: Of what is said to those who may not.
        greets: Whether it says that it is there without a password, as Prefect asks the small server of a run.
    """

    inner: Application
    address: Address
    password: str | None
    language: str
    greets: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] == "lifespan":
            await self.inner(scope, receive, send)
            return
        try:
            self._admit(scope)
            if scope["type"] == "http" and scope["method"] in _WRITING:
                receive = _again(await _body(receive), receive)
        except Refusal as refusal:
            await self._refuse(refusal, scope, send)
            return
        await self.inner(scope, receive, _framed(send) if scope["type"] == "http" else send)

    def _admit(self, scope: Scope) -> None:
        """Look at everything but the body.

        Raises:
            Refusal: It may not be asked so.
        """
        headers = _headers(scope)
        hosts = headers.get("host", [])
        if len(hosts) != 1 or not self.address.names(hosts[0]):
            raise Refusal(421, "door_host")
        origins = headers.get("origin", [])
        if any(one not in self.address.own for one in origins):
            raise Refusal(403, "door_origin")
        # A browser tells the origin of a page that only reads in this header alone. Links lead people here from
        # their mail: opening a page is not asking anything of the interface.
        if not origins and headers.get("sec-fetch-site", ["none"])[0] not in ("none", "same-origin"):
            opened = (scope.get("method"), *(headers.get(f"sec-fetch-{one}", [""])[0] for one in ("mode", "dest")))
            if opened != ("GET", "navigate", "document") or _asks(scope):
                raise Refusal(403, "door_origin")
        if scope["type"] == "http" and _asks(scope) and not _preflight(scope, headers) and not self._greeted(scope):
            self._ask_password(headers)

    def _greeted(self, scope: Scope) -> bool:
        return self.password is None or (self.greets and scope["method"] == "GET" and scope["path"] == "/api/health")

    def _ask_password(self, headers: dict[str, list[str]]) -> None:
        """Compare name and password; a websocket is asked by Prefect itself, in its first message.

        No browser is told to ask for them by itself: it would then send them along from every page.

        Raises:
            Refusal: They are missing or wrong.
        """
        scheme, _, given = (headers.get("authorization") or [""])[0].partition(" ")
        try:
            right = scheme.lower() == "basic" and hmac.compare_digest(
                base64.b64decode(given.strip(), validate=True), (self.password or "").encode()
            )
        except (binascii.Error, ValueError):
            right = False
        if not right:
            raise Refusal(401, "door_password")

    async def _refuse(self, refusal: Refusal, scope: Scope, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        said = sentence(refusal.code, self.language, names=", ".join(sorted(self.address.own)), most=LARGEST >> 20)
        body = json.dumps({"detail": said, "exception_message": said}, ensure_ascii=False).encode()
        headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        # A page under another of the server's own names has to be able to read why.
        origins = _headers(scope).get("origin", [])
        if len(origins) == 1 and origins[0] in self.address.own:
            headers.append((b"access-control-allow-origin", origins[0].encode()))
        await send({"type": "http.response.start", "status": refusal.status, "headers": [*headers, *_HEADERS]})
        await send({"type": "http.response.body", "body": body})


def checked(body: bytes) -> None:
    """Look whether what is to be stored can be read out again: one that cannot would keep all others from being read.

    Raises:
        Refusal: It is no JSON, or holds half a character, a number without end, or lists without end.
    """
    try:
        left = [(json.loads(body.decode("utf-8"), parse_constant=_no_number), 0)]
        while left:
            value, depth = left.pop()
            if depth > DEEPEST:
                raise Refusal(422, "door_unreadable")
            if isinstance(value, dict):
                left += [(part, depth + 1) for pair in value.items() for part in pair]
            elif isinstance(value, list):
                left += [(part, depth + 1) for part in value]
            else:
                _check_leaf(value)
    except (ValueError, RecursionError) as error:
        raise Refusal(422, "door_unreadable") from error


def _check_leaf(value: object) -> None:
    if isinstance(value, str):
        value.encode("utf-8")  # half a character of two raises
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError(value)
    elif isinstance(value, int) and not -_UNREADABLE <= value < _UNREADABLE:
        raise ValueError("more than 64 bits")


def _no_number(text: str) -> float:
    raise ValueError(text)


async def _body(receive: Receive) -> bytes:
    """All of a request's body.

    Raises:
        Refusal: It is too long, or cannot be read out again.
    """
    parts, length = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break  # whoever asked has gone
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > LARGEST:
            raise Refusal(413, "door_too_long")
        if not message.get("more_body"):
            break
    body = b"".join(parts)
    if body:
        checked(body)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Give a body that has been read once more, then whatever else comes."""
    first = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay


def _framed(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *_HEADERS]}
        await send(message)

    return with_headers


def _asks(scope: Scope) -> bool:
    """Whether more is asked for than the files of the pages, which hold nothing of this home."""
    first = scope["path"].strip("/").partition("/")[0]
    return scope.get("method") not in ("GET", "HEAD") or first in ("api", "docs", "redoc", "openapi.json")


def _preflight(scope: Scope, headers: dict[str, list[str]]) -> bool:
    """Whether a browser asks if one of the server's own pages may ask; it never sends a password with that."""
    return scope["method"] == "OPTIONS" and bool(headers.get("origin")) and "access-control-request-method" in headers


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found
