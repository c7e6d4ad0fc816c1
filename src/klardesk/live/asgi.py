"""The stream as an ASGI application: server-sent events (WHATWG HTML, section 9.2) for whoever is logged in as an agent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import Error

from klardesk.live.address import PATH, may_read
from klardesk.live.hub import Full, Hub, Stream

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

BEAT_SECONDS = 20.0
"""A comment goes out this often where nothing happens, so that proxies and dead connections notice."""
RETRY_MILLISECONDS = 3000
STREAM_HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
}


class Application:
    """GET /live/: the stream. GET /live/health: how many streams are open, for whoever watches the process."""

    def __init__(self) -> None:
        self.hub = Hub()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or the process's start and end."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                self.hub.close()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["method"] != "GET":
            return await refuse(send, HTTPStatus.METHOD_NOT_ALLOWED)
        if scope["path"] == f"{PATH}health":
            return await refuse(send, HTTPStatus.OK, f"{self.hub.count}\n")
        if scope["path"] != PATH:
            return await refuse(send, HTTPStatus.NOT_FOUND)
        origin = headers.get("origin", "")
        if origin and not may_read(origin):
            return await refuse(send, HTTPStatus.FORBIDDEN)
        try:
            stream = await self._joined(scope, headers)
        except (Error, Full):
            return await refuse(send, HTTPStatus.SERVICE_UNAVAILABLE, origin=origin)
        if stream is None:
            return await refuse(send, HTTPStatus.UNAUTHORIZED, origin=origin)
        try:
            await serve(stream, origin, receive, send)
        finally:
            self.hub.leave(stream)

    async def _joined(self, scope: Scope, headers: dict[str, str]) -> Stream | None:
        session = _cookie(headers.get("cookie", ""))
        listener = await self.hub.listener(session) if session else None
        return None if listener is None else await self.hub.join(listener, _after(scope, headers))


async def serve(stream: Stream, origin: str, receive: Receive, send: Send) -> None:
    """Pass on what the stream hears until the browser goes or the session ends."""
    head = {**STREAM_HEADERS, **_readable(origin)}
    await send({"type": "http.response.start", "status": 200, "headers": _encoded(head)})
    gone = asyncio.create_task(_gone(receive))
    try:
        await _say(send, f"retry: {RETRY_MILLISECONDS}\nevent: hello\nid: {stream.last}\ndata: {{}}\n\n")
        while not (gone.done() or stream.ended):
            stirred = asyncio.create_task(stream.stirred.wait())
            await asyncio.wait({stirred, gone}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            stirred.cancel()
            if gone.done() or stream.ended:
                break
            message = stream.taken()
            await _say(send, f"id: {stream.last}\ndata: {message.text()}\n\n" if message else ":\n\n")
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()


async def refuse(send: Send, status: HTTPStatus, text: str = "", origin: str = "") -> None:
    """Answer shortly. A browser then leaves the stream alone, and its page goes by reloading."""
    head = {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store", **_readable(origin)}
    await send({"type": "http.response.start", "status": int(status), "headers": _encoded(head)})
    await send({"type": "http.response.body", "body": (text or f"{status.phrase}\n").encode()})


async def _gone(receive: Receive) -> None:
    """Return when the browser has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def _readable(origin: str) -> dict[str, str]:
    """What lets a page of the desk read an answer that comes from another port."""
    if not origin:
        return {}
    return {"access-control-allow-origin": origin, "access-control-allow-credentials": "true", "vary": "Origin"}


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def _cookie(header: str) -> str:
    """The session's key; empty if there is none."""
    try:
        morsel = SimpleCookie(header).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel is not None and morsel.value.isalnum() else ""


def _after(scope: Scope, headers: dict[str, str]) -> int | None:
    """The last event the page knows of: told by the browser that reconnects, or by the page in `after`."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("after", [""])[0]
    for text in (headers.get("last-event-id", ""), asked):
        if text.isascii() and text.isdigit() and len(text) < 19:
            return int(text)
    return None
