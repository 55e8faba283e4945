"""Who may speak to the page."""

from __future__ import annotations

import asyncio

import pytest

from slopt.app.guard import Guard

TOKEN = "t0ken"
HOST = ("host", "127.0.0.1:8000")
COOKIE = ("cookie", f"other=1; slopt_app_8000={TOKEN}")


async def _inner(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        return
    headers = [(b"access-control-allow-origin", b"*"), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"inside"})


def ask(*headers, path="/", query="", kind="http"):
    """The messages that the guard sends back."""
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": kind,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    asyncio.run(Guard(_inner, 8000, TOKEN)(scope, receive, send))
    return sent


def test_the_token_gives_a_cookie_and_leaves_the_address():
    """The first request is sent on to the page without the token, with a cookie for it alone."""
    start = ask(HOST, query=f"token={TOKEN}")[0]
    headers = dict(start["headers"])
    assert start["status"] == 303
    assert headers[b"location"] == b"/"
    assert b"HttpOnly" in headers[b"set-cookie"]
    assert b"SameSite=Strict" in headers[b"set-cookie"]


def test_the_cookie_lets_in_and_opens_nothing_to_others():
    """With the cookie the page answers, with a policy and without leave for other sites."""
    start = ask(HOST, COOKIE)[0]
    headers = dict(start["headers"])
    assert start["status"] == 200
    assert b"access-control-allow-origin" not in headers
    assert b"default-src 'self'" in headers[b"content-security-policy"]


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ([HOST], ""),
        ([HOST], "token=wrong"),
        ([HOST], f"token={TOKEN}&token={TOKEN}"),
        ([HOST, ("cookie", "slopt_app_8000=wrong")], ""),
        ([HOST, ("cookie", f"slopt_app_8001={TOKEN}")], ""),
        ([("host", "evil.example:8000"), COOKIE], ""),
        ([("host", "127.0.0.1:9000"), COOKIE], ""),
        ([COOKIE], ""),
        ([HOST, HOST, COOKIE], ""),
        ([HOST, COOKIE, ("origin", "http://evil.example")], ""),
        ([HOST, COOKIE, ("origin", "null")], ""),
        ([HOST, COOKIE, ("origin", "https://127.0.0.1:8000")], ""),
        ([HOST, ("cookie", "\x7f=;;;=")], ""),
    ],
)
def test_all_others_are_refused(headers, query):
    """Without the token, under another name, or from another site: 403, and nothing is told."""
    sent = ask(*headers, query=query)
    assert sent[0]["status"] == 403
    assert b"inside" not in sent[1]["body"]


def test_the_token_counts_at_the_front_door_only():
    """A token in the address of anything but the page itself gives nothing."""
    assert ask(HOST, path="/_nicegui/x", query=f"token={TOKEN}")[0]["status"] == 403


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ([HOST, COOKIE, ("origin", "http://127.0.0.1:8000")], "websocket.accept"),
        ([HOST, COOKIE, ("origin", "http://evil.example")], "websocket.close"),
        ([("host", "evil.example:8000"), COOKIE], "websocket.close"),
        ([HOST], "websocket.close"),
    ],
)
def test_websockets_are_held_to_the_same(headers, answer):
    """Browsers let any site open a WebSocket, so Host, Origin and cookie count there too."""
    assert ask(*headers, kind="websocket", path="/_nicegui_ws/")[0]["type"] == answer
