"""Holds the open streams and feeds them all from one lookout."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

import structlog
from django.db import Error, close_old_connections, connection

from klardesk.live.listeners import Listener, listener_of
from klardesk.live.lookout import Lookout
from klardesk.live.news import Message

LOOK_SECONDS = 0.5
RETRY_SECONDS = 3.0
"""After a failure of the database; the streams stay open, and say nothing."""
MOST_STREAMS = 2000
MOST_OF_ONE = 20
"""Streams of one person."""
T = TypeVar("T")
log = structlog.get_logger("klardesk.live")


class Full(Exception):
    """No further stream is taken."""


class Stream:
    """One open page. Holds at most one message: what comes before it is read is merged into it."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.waiting = Message()
        self.last = 0
        self.ended = False
        self.stirred = asyncio.Event()

    def tell(self, message: Message) -> None:
        """Put it with what waits."""
        self.waiting.merge(message)
        self.stirred.set()

    def end(self) -> None:
        """Have it closed."""
        self.ended = True
        self.stirred.set()

    def taken(self) -> Message:
        """What waits; afterwards nothing does."""
        message, self.waiting = self.waiting, Message()
        self.stirred.clear()
        return message


class Hub:
    """The streams of this process. Looks at the database only while somebody listens."""

    def __init__(self) -> None:
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-database")
        self._lookout = Lookout()
        self._streams: set[Stream] = set()
        self._looking: asyncio.Task[None] | None = None
        self._begun = asyncio.Event()

    @property
    def count(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    async def listener(self, session: str) -> Listener | None:
        """The agent behind a session. Raises a database error if it cannot be known."""
        return await self._ask(lambda: listener_of(session))

    async def join(self, listener: Listener, after: int | None) -> Stream:
        """A new stream; with `after`, the last event its page knows of, what it missed waits in it. Raises Full."""
        own = sum(1 for one in self._streams if one.listener.person == listener.person)
        if len(self._streams) >= MOST_STREAMS or own >= MOST_OF_ONE:
            raise Full
        stream = Stream(listener)
        self._streams.add(stream)
        try:
            if self._looking is None:
                self._begun.clear()
                self._looking = asyncio.create_task(self._look())
            await self._begun.wait()
            stream.last = self._lookout.last
            if after is not None:
                missed = await self._ask(lambda: self._lookout.missed(after, listener.person))
                if missed:
                    stream.tell(missed)
        except BaseException:
            self.leave(stream)
            raise
        return stream

    def leave(self, stream: Stream) -> None:
        """Forget a stream."""
        self._streams.discard(stream)

    def close(self) -> None:
        """End all streams."""
        for stream in self._streams:
            stream.end()

    async def _look(self) -> None:
        """Until nobody listens any more."""
        begun = False
        try:
            while self._streams:
                try:
                    if not begun:
                        await self._ask(self._lookout.begin)
                        begun = True
                        self._begun.set()
                    await self._one_look()
                except Error as error:
                    log.warning("the database does not answer", error=str(error).splitlines()[:1])
                    self._begun.set()
                    await asyncio.sleep(RETRY_SECONDS)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._looking = None
            self._begun.set()

    async def _one_look(self) -> None:
        streams = list(self._streams)
        listeners = {stream.listener for stream in streams}
        look = await self._ask(lambda: self._lookout.look(listeners))
        for stream in streams:
            stream.last = look.last
            message = look.messages.get(stream.listener.person)
            if stream.listener in look.ended:
                stream.end()
            elif message is not None:
                stream.tell(message)

    async def _ask(self, question: Callable[[], T]) -> T:
        """Ask in the database's own thread; a connection that failed is thrown away."""

        def asked() -> T:
            try:
                return question()
            except Error:
                with suppress(Error):
                    connection.close()
                raise
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._database, asked)
