"""The fetcher: one thread per mailbox, waiting for news by IDLE or looking in at intervals. Survives everything."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from time import monotonic

import structlog
from django.db import Error, close_old_connections, connection

from klardesk.base.options import option
from klardesk.jobs import wake
from klardesk.mail.actions import PROCESS
from klardesk.mail.log.accounts import Account
from klardesk.mail.log.connections import Journal
from klardesk.mail.models import Mailbox
from klardesk.mail.receive.errors import Temporary
from klardesk.mail.receive.rounds import SERVER_FAILURES, note_failure, open_session, take_all
from klardesk.mail.receive.servers import Session

log = structlog.get_logger("klardesk.mail")
LOOK_AT_SETTINGS = 10.0
"""Seconds between looks at the list of mailboxes."""
IDLE_SLICE = 5.0
"""Seconds after which a waiting thread looks whether it is to end."""
LONGEST_PAUSE = 300.0
_SETTINGS = (
    "protocol",
    "host",
    "port",
    "security",
    "login",
    "password",
    "folder",
    "after_fetch",
    "move_to",
    "queue_id",
)


@dataclass
class _Reader:
    """A running thread and the settings it was started with."""

    settings: tuple[object, ...]
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None


def run(stop: threading.Event) -> None:
    """Read all valid mailboxes until `stop` is set; follows changes of their settings."""
    readers: dict[int, _Reader] = {}
    while not stop.is_set():
        close_old_connections()
        try:
            _follow_settings(readers)
        except Error as error:
            log.warning("mailboxes not listed, trying again", error=str(error).strip())
            connection.close()
        stop.wait(LOOK_AT_SETTINGS)
    connection.close()
    for reader in readers.values():
        reader.stop.set()
    for reader in readers.values():
        if reader.thread is not None:
            reader.thread.join(timeout=2 * IDLE_SLICE)


def _follow_settings(readers: dict[int, _Reader]) -> None:
    wanted = {mailbox.pk: mailbox for mailbox in Mailbox.objects.filter(valid=True)}
    for key, reader in list(readers.items()):
        alive = reader.thread is not None and reader.thread.is_alive()
        if not alive or key not in wanted or reader.settings != _settings_of(wanted[key]):
            reader.stop.set()
            del readers[key]
    for key in wanted.keys() - readers.keys():
        reader = readers[key] = _Reader(_settings_of(wanted[key]))
        reader.thread = threading.Thread(target=_read_on, args=(key, reader.stop), name=f"mailbox {key}", daemon=True)
        reader.thread.start()


def _settings_of(mailbox: Mailbox) -> tuple[object, ...]:
    return tuple(getattr(mailbox, name) for name in _SETTINGS)


def _read_on(key: int, stop: threading.Event) -> None:
    """Read one mailbox until told to stop; after a failure with growing pauses."""
    failures = 0
    while not stop.is_set():
        began, went_well = monotonic(), threading.Event()
        try:
            _read(key, stop, went_well)
            failures = 0
            if not stop.is_set():
                stop.wait(_poll_seconds())
        except (*SERVER_FAILURES, Temporary, Error) as error:
            failures = 1 if monotonic() - began > LONGEST_PAUSE else failures + 1
            _note(key, error)
            # a mailbox that makes headway, though its connections do not last, waits no longer than one without IDLE
            longest = _poll_seconds() if went_well.is_set() else LONGEST_PAUSE
            stop.wait(min(5.0 * 2 ** min(failures - 1, 6), longest))
        finally:
            connection.close()


def _read(key: int, stop: threading.Event, went_well: threading.Event) -> None:
    """One connection: take what is there, and where the server announces new mail stay connected. Sets `went_well` once
    a mail is kept or a whole round is done.
    """
    mailbox = Mailbox.objects.filter(pk=key, valid=True).first()
    if mailbox is None:
        stop.set()
        return
    with Journal(Account.of_mailbox(mailbox)) as journal, open_session(mailbox) as session:
        journal.connected(f"{mailbox.host}:{mailbox.port}", session.greeting, session.protection)
        _take(mailbox, session, journal, went_well)
        looked = monotonic()
        while session.can_wait and not stop.is_set():
            close_old_connections()
            news = session.wait(IDLE_SLICE)
            if news or monotonic() - looked > LONGEST_PAUSE:
                mailbox.refresh_from_db()
                if news:
                    journal.step("announced")
                _take(mailbox, session, journal, went_well)
                looked = monotonic()


def _take(mailbox: Mailbox, session: Session, journal: Journal, went_well: threading.Event) -> None:
    """One round. What was kept before a connection was lost is processed at once too, and counts as headway."""
    kept = threading.Event()
    try:
        take_all(mailbox, session, journal, kept.set)
        went_well.set()
    finally:
        if kept.is_set():
            went_well.set()
            _wake()


def _wake() -> None:
    try:
        wake(PROCESS)
    except Error:
        return  # the sweep's regular round comes


def _poll_seconds() -> float:
    try:
        return float(option("mail.poll_seconds"))
    except Error:
        return 60.0


def _note(key: int, error: Exception) -> None:
    """Show the failure at the mailbox, if the database is there to take it."""
    connection.close()
    try:
        mailbox = Mailbox.objects.filter(pk=key).first()
        if mailbox is not None:
            note_failure(mailbox, error)
    except Error as second:
        log.warning("mailbox not read, and the database is lost", mailbox=key, error=f"{error}; {second}")
