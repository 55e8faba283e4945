"""Who may speak to the page: this machine, by its own name, with the token of this start.

A page of some other site may send requests to this machine; it can neither know the token nor
read or send the cookie, and its Origin gives it away. A name of another site that was pointed at
this machine (DNS rebinding) shows in Host. WebSockets, which browsers let any site open, are held
to the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
REFUSED = (
    b"This page is for the person who started slopt app. Open the address that it printed, token "
    b"and all."
)


class Guard:
    """Wraps an application; see the module. `port` is where it listens."""

    def __init__(self, app: App, port: int, token: str) -> None:
        self._app = app
        self._token = token
        self._cookie = f"slopt_app_{port}"
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, give it the cookie, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        if not self._is_from_here(headers):
            await _refuse(scope, receive, send)
        elif self._has_cookie(headers):
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "http" and scope["path"] == "/" and self._has_token(scope):
            await _give(send, f"{self._cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict")
        else:
            await _refuse(scope, receive, send)

    def _is_from_here(self, headers: dict[str, list[str]]) -> bool:
        hosts, origins = headers.get("host", []), headers.get("origin", [])
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts or len(origins) > 1:
            return False
        return not origins or origins[0].lower() in self._origins

    def _has_cookie(self, headers: dict[str, list[str]]) -> bool:
        for text in headers.get("cookie", []):
            try:
                found = SimpleCookie(text).get(self._cookie)
            except CookieError:
                continue
            if found is not None and self._is_token(found.value):
                return True
        return False

    def _has_token(self, scope: Scope) -> bool:
        found = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        return len(found) == 1 and self._is_token(found[0])

    def _is_token(self, text: str) -> bool:
        return secrets.compare_digest(text.encode(), self._token.encode())


def _with_headers(send: Send) -> Send:
    """Our headers on every answer, and none that opens it to other sites."""

    async def tell(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            kept = [
                (name, value)
                for name, value in message.get("headers", [])
                if not name.lower().startswith(b"access-control-")
                and name.lower().decode("latin-1") not in HEADERS
            ]
            message = {**message, "headers": [*kept, *_encoded(HEADERS.items())]}
        await send(message)

    return tell


def _encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers]


async def _give(send: Send, cookie: str) -> None:
    """The cookie, and the address without the token."""
    headers = _encoded([("location", "/"), ("set-cookie", cookie), ("cache-control", "no-store")])
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = _encoded([("content-type", "text/plain; charset=utf-8"), *HEADERS.items()])
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": REFUSED})
