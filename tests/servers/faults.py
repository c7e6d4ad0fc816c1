"""Proxies between the desk and real servers that cut, reset, delay and stall connections and swallow last answers.

Which fault meets a connection, and after how many bytes, is drawn from a seed.
"""

from __future__ import annotations

import asyncio
import random
import re
import socket
import struct
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.servers.ports import free_ports

CHUNK = 64 * 1024
FATES = {"none": 10, "cut": 25, "reset": 20, "delay": 10, "stall": 10, "swallow": 25}
"""How often each is drawn. `swallow`: the server hears the last words and answers, the client never learns it."""
SLOW_CHUNKS = 20
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]*>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is peculiar to a protocol: after how many bytes a fault strikes, and the client's words whose answer counts."""

    least: int
    most: int
    last_words: re.Pattern[bytes]


IMAP = Kind(5_000, 2_000_000, re.compile(rb"EXPUNGE|STORE", re.IGNORECASE))
POP3 = Kind(2_000, 500_000, re.compile(rb"QUIT|DELE", re.IGNORECASE))
SMTP = Kind(2_000, 100_000, re.compile(rb"\r\n\.\r\n\Z"))
POSTGRESQL = Kind(50_000, 10_000_000, re.compile(rb"COMMIT"))


class Storm:
    """All proxies of a run, on one thread. `calm` ends the faults; connections go on."""

    def __init__(self, seed: int, longest_stall: float) -> None:
        self.counts: Counter[str] = Counter()
        self.chance = random.Random(seed)
        self.longest_stall = longest_stall
        self.calm = False
        self._proxies: list[Proxy] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="storm", daemon=True)

    def proxy(self, kind: Kind, target: int) -> Proxy:
        """A proxy before this port of loopback; it listens when this returns."""
        proxy = Proxy(self, kind, target, free_ports(1)[0])
        self._do(proxy.listen())
        self._proxies.append(proxy)
        return proxy

    def outage(self, proxy: Proxy, seconds: float) -> None:
        """Reset every connection of a proxy, and refuse new ones for so long."""
        self._do(proxy.outage(seconds))

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End every connection."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _end(self) -> None:
        for proxy in self._proxies:
            await proxy.close()


@dataclass(eq=False)
class Proxy:
    """Takes connections on `port` and passes them on to `target`."""

    storm: Storm
    kind: Kind
    target: int
    port: int
    unacknowledged: Counter[str] = field(default_factory=Counter)
    """SMTP: how often the connection ended after a mail was handed over whole and before the client went on, by
    Message-ID. Nobody can know then, on the client's side, whether the server took it."""
    _links: set[Link] = field(default_factory=set)
    _refuses: bool = False
    _listener: asyncio.Server | None = None

    async def listen(self) -> None:
        """Take connections from now on."""
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def close(self) -> None:
        """Take none any more, and end those at hand."""
        if self._listener is not None:
            self._listener.close()
        while self._links:
            for link in list(self._links):
                link.reset()
            await asyncio.sleep(0.02)

    async def outage(self, seconds: float) -> None:
        """See `Storm.outage`."""
        self.storm.counts["outage"] += 1
        self._refuses = True
        for link in list(self._links):
            self.storm.counts["reset"] += 1
            link.reset()
        asyncio.get_running_loop().call_later(seconds, self._accept)

    def _accept(self) -> None:
        self._refuses = False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses and not self.storm.calm:
            _reset(writer)
            return
        try:
            behind = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            _reset(writer)
            return
        link = Link(self, writer, behind[1])
        self._links.add(link)
        try:
            await link.run(reader, behind[0])
        finally:
            self._links.discard(link)
            if link.handed_over:
                self.unacknowledged[link.handed_over] += 1


class Link:
    """One connection and its fate."""

    def __init__(self, proxy: Proxy, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._storm, self._kind = proxy.storm, proxy.kind
        self._client, self._server = client, server
        self._stalled = self._swallows = False
        self._slow = 0
        self._mail: bytearray | None = None
        self._pumps: set[asyncio.Task[None]] = set()
        self.handed_over = ""
        self._draw()

    async def run(self, client: asyncio.StreamReader, server: asyncio.StreamReader) -> None:
        """Until either side ends."""
        self._pumps = {
            asyncio.create_task(self._pump(client, up=True)), asyncio.create_task(self._pump(server, up=False)),
        }  # fmt: skip
        await asyncio.wait(self._pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        self._client.close()
        self._server.close()

    def reset(self) -> None:
        """RST to both sides."""
        _reset(self._client)
        _reset(self._server)
        for pump in self._pumps:
            pump.cancel()

    def _draw(self) -> None:
        chance = self._storm.chance
        self._fate = chance.choices(list(FATES), list(FATES.values()))[0]
        self._left = int(self._kind.least * (self._kind.most / self._kind.least) ** chance.random())

    async def _pump(self, reader: asyncio.StreamReader, *, up: bool) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if not await self._pass_on(data, up=up):
                    return

    async def _pass_on(self, data: bytes, *, up: bool) -> bool:
        """Whether the connection goes on."""
        if self._stalled:
            await asyncio.sleep(3600)
        if self._swallows and not up and not self._storm.calm:
            return self._strike("swallow", reset=True)
        self._left -= len(data)
        if self._left <= 0 and self._fate != "none" and not self._storm.calm:
            going_on = await self._meet(data, up=up)
        else:
            going_on = await self._write(data, up=up)
        if self._slow and going_on:
            self._slow -= 1
            await asyncio.sleep(self._storm.chance.uniform(0.01, 0.2))
        return going_on

    async def _meet(self, data: bytes, *, up: bool) -> bool:
        """The fault's moment has come."""
        if self._fate == "swallow":
            self._swallows = up and self._kind.last_words.search(data) is not None
            return await self._write(data, up=up)
        if self._fate == "delay":
            self._storm.counts["delay"] += 1
            self._slow = SLOW_CHUNKS
            self._draw()
            return await self._write(data, up=up)
        await self._write(data[: self._storm.chance.randrange(len(data) + 1)], up=up)
        if self._fate == "stall":
            self._stalled = True
            await asyncio.sleep(self._storm.chance.uniform(0.5, self._storm.longest_stall))
        return self._strike(self._fate, reset=self._fate != "cut")

    def _strike(self, fate: str, *, reset: bool) -> bool:
        self._storm.counts[fate] += 1
        if reset:
            self.reset()
        return False

    async def _write(self, data: bytes, *, up: bool) -> bool:
        writer = self._server if up else self._client
        if up and self._kind is SMTP:
            self._watch(data)
        writer.write(data)
        await writer.drain()
        return True

    def _watch(self, data: bytes) -> None:
        """What the client tells an SMTP server: which mail, once it is told whole, waits for its answer."""
        if not data:
            return
        if self._mail is None:
            self.handed_over = ""  # the client goes on: it has its answer and has kept it
            if data.strip().upper() == b"DATA":
                self._mail = bytearray(b"\r\n")
            return
        self._mail += data
        if self._mail.endswith(b"\r\n.\r\n"):
            found = _MESSAGE_ID.search(self._mail)
            self.handed_over = found[1].decode() if found else "?"
            self._mail = None


def _reset(writer: asyncio.StreamWriter) -> None:
    one = writer.get_extra_info("socket")
    if one is not None and not writer.transport.is_closing():
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def storm(seed: int, longest_stall: float) -> Iterator[Storm]:
    """For this block."""
    one = Storm(seed, longest_stall)
    one.start()
    try:
        yield one
    finally:
        one.stop()
