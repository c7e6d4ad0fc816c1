"""An SMTP server that keeps what it gets, and fails as a test wants it to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.ports import free_ports, wait_for


@dataclass(frozen=True)
class Got:
    """A mail that the server took."""

    sender: str
    recipients: list[str]
    content: bytes


@dataclass
class Sink:
    """What the server got, and how it answers. Answers are SMTP lines such as `550 no such user`."""

    port: int
    got: list[Got] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    """Answers by recipient, in place of taking the recipient."""
    refuse_data: list[str] = field(default_factory=list)
    """Answers to the next mails' contents, in place of taking them."""
    hang_up_after_data: int = 0
    """So many times the mail is taken and the connection is lost before the answer."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(  # noqa: N802 (a name of aiosmtpd)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take or refuse a mail."""
        with self._lock:
            if self.refuse_data:
                return self.refuse_data.pop(0)
            content: Any = envelope.content
            self.got.append(Got(envelope.mail_from or "", list(envelope.rcpt_tos), content))
            if self.hang_up_after_data:
                self.hang_up_after_data -= 1
                server.transport.abort()
        return "250 OK"

    @property
    def url(self) -> str:
        """As for KLARDESK_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def running(port: int = 0) -> Iterator[Sink]:
    """A server for this block."""
    sink = Sink(port or free_ports(1)[0])
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        wait_for(sink.port)
        yield sink
    finally:
        controller.stop()
