"""The door before Prefect's server, without the server: who gets through, and what may be written."""

import asyncio
import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.serving.address import Address
from flows.serving.door import DEEPEST, LARGEST, Door, Refusal, checked

PASSWORD = "chian:long enough"
KNOWN = {"Authorization": "Basic " + base64.b64encode(PASSWORD.encode()).decode()}
HOST = {"Host": "127.0.0.1:4200"}
OWN = "http://127.0.0.1:4200"
# What a server would have to read out again: texts of whole characters, finite numbers, not too deep.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)  # fmt: skip


async def inner(scope: Any, receive: Any, send: Any) -> None:
    """A server that says what it was sent."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    body = (await receive()).get("body", b"")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def asked(
    method: str, path: str, *parts: bytes, kind: str = "http", greets: bool = False, **headers: str
) -> tuple[int, bytes, dict[bytes, bytes]]:
    """Status, body and headers of an answer."""
    said: list[Any] = []
    left = list(parts) or [b""]

    async def receive() -> Any:
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": kind, "path": path, "headers": [(n.lower().replace("_", "-").encode(), v.encode("latin-1"))
                                                     for n, v in headers.items()]}  # fmt: skip
    if kind == "http":
        scope["method"] = method
    asyncio.run(Door(inner, Address("127.0.0.1", 4200), PASSWORD, "en", greets)(scope, receive, send))
    if kind == "websocket":
        return {"websocket.accept": 101, "websocket.close": 403}[said[0]["type"]], b"", {}
    return said[0]["status"], said[1]["body"], dict(said[0]["headers"])


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/api/flows/filter", "/api", "/api/", "/docs", "/openapi.json", "//api/health"])
def test_everything_but_the_pages_asks_for_the_password(method: str, path: str) -> None:
    assert asked(method, path, **HOST)[0] == 401
    assert asked(method, path, **HOST, **KNOWN)[0] == 200


@pytest.mark.parametrize(
    "given", ["", "Basic", "Basic x", "Bearer x", "Basic é", "Basic " + "A" * 10_000, "basic Og=="]
)
def test_what_is_no_password_is_401(given: str) -> None:
    status, body, headers = asked("GET", "/api/health", Authorization=given, **HOST)
    assert status == 401
    assert "serve.password" in json.loads(body)["detail"]
    assert b"www-authenticate" not in headers  # a browser that is told to ask sends it along from every page


def test_the_pages_are_open_and_in_no_frame() -> None:
    status, _, headers = asked("GET", "/dashboard", **HOST)
    assert status == 200
    assert headers[b"x-frame-options"] == b"DENY"
    assert asked("POST", "/dashboard", **HOST)[0] == 401


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1", "https://127.0.0.1:4200",
                                    "http://127.0.0.1:42000", "http://127.0.0.1:4200.evil.example"])  # fmt: skip
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_other_origins_get_nothing_even_with_the_password(origin: str, kind: str) -> None:
    for path in ("/", "/api/flows/"):
        assert asked("POST", path, kind=kind, Origin=origin, **HOST, **KNOWN)[0] == 403


@pytest.mark.parametrize("origin", [OWN, "http://localhost:4200", "http://[::1]:4200"])
def test_the_servers_own_pages_get_through(origin: str) -> None:
    assert asked("POST", "/api/flows/", Origin=origin, **HOST, **KNOWN)[0] == 200
    assert asked("OPTIONS", "/api/flows/", Origin=origin, Access_Control_Request_Method="POST", **HOST)[0] == 200
    status, _, headers = asked("POST", "/api/flows/", Origin=origin, **HOST)
    assert (status, headers[b"access-control-allow-origin"]) == (401, origin.encode())


def test_a_page_that_only_reads_is_told_by_its_browsers_word_for_it() -> None:
    for site in ("cross-site", "same-site"):
        for mode, dest in (("no-cors", "image"), ("navigate", "iframe"), ("cors", "empty")):
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
            assert asked("GET", "/", **HOST, **headers)[0] == 403
        link = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        assert asked("GET", "/runs", **HOST, **link)[0] == 200
        assert asked("GET", "/api/health", **HOST, **link, **KNOWN)[0] == 403


def test_one_host_and_only_the_servers() -> None:
    assert asked("GET", "/")[0] == 421
    assert asked("GET", "/", Host="evil.example:4200")[0] == 421
    assert asked("GET", "/", kind="websocket", Host="evil.example:4200")[0] == 403


def test_a_runs_small_server_says_that_it_is_there_and_nothing_more() -> None:
    assert asked("GET", "/api/health", greets=True, **HOST)[0] == 200
    assert asked("POST", "/api/health", greets=True, **HOST)[0] == 401
    assert asked("GET", "/api/version", greets=True, **HOST)[0] == 401


@pytest.mark.slow
@given(VALUES)
def test_what_can_be_read_out_again_gets_through_unchanged(value: Any) -> None:
    body = json.dumps(value).encode()
    half = len(body) // 2
    assert asked("POST", "/api/x", body[:half], body[half:], **HOST, **KNOWN)[:2] == (200, body)


@pytest.mark.parametrize(
    "text",
    ['"\\ud800"', '{"\\udfff": 1}', '["a", {"b": "\\ud83d"}]', "NaN", "[-Infinity]", "1e999", "-1e999", "9" * 30,
     "9" * 5000, "[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), "[" * 100_000, '{"a":' * 5000 + "1" + "}" * 5000, "text",
     '{"a": 1'],
)  # fmt: skip
def test_what_cannot_be_read_out_again_is_not_taken(text: str) -> None:
    assert asked("POST", "/api/x", text.encode(), **HOST, **KNOWN)[0] == 422


@given(st.binary(max_size=60))
def test_whatever_comes_is_taken_or_refused(body: bytes) -> None:
    try:
        checked(body)
    except Refusal:
        return
    if body:
        json.dumps(json.loads(body), allow_nan=False, ensure_ascii=False).encode("utf-8")


def test_a_request_without_end_is_not_read_to_its_end() -> None:
    part = b" " * (LARGEST // 4)
    assert asked("POST", "/api/x", *[part] * 4, b" ", **HOST, **KNOWN)[0] == 413
