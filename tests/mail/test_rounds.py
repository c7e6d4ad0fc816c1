"""Fetching over IMAP and POP3 from a real server: kept first, forgotten there afterwards."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from django.db import OperationalError

from klardesk.base import blobs
from klardesk.base.secrets import encrypt
from klardesk.mail.models import AfterFetch, IncomingMail, Mailbox, Protocol, Security
from klardesk.mail.receive import rounds, store
from klardesk.mail.receive.errors import Temporary
from klardesk.mail.receive.imap import ImapSession
from klardesk.mail.receive.pop3 import Pop3Session
from klardesk.mail.receive.rounds import fetch_mailbox
from klardesk.mail.receive.servers import Fetched
from tests.mail.conftest import login_of, mail, make_mailbox
from tests.servers.dovecot import Dovecot

pytestmark = [pytest.mark.server, pytest.mark.django_db]


def contents() -> list[bytes]:
    """The kept mails, in the order they came."""
    return [blobs.get(each.digest) for each in IncomingMail.objects.order_by("pk")]


def test_mails_are_kept_and_deleted(dovecot: Dovecot, mailbox: Mailbox) -> None:
    mails = [mail(f"Printer {number}") for number in range(3)]
    dovecot.deliver(mailbox.login, *mails)
    assert fetch_mailbox(mailbox) == 3
    assert contents() == mails
    assert dovecot.waiting(mailbox.login) == []
    mailbox.refresh_from_db()
    assert (mailbox.last_error, mailbox.last_uid) == ("", 3)
    assert mailbox.last_round_at is not None


def test_the_same_message_id_with_other_words_is_another_mail(dovecot: Dovecot, mailbox: Mailbox) -> None:
    dovecot.deliver(mailbox.login, mail(text="one", Message_ID="<a@b>"), mail(text="two", Message_ID="<a@b>"))
    assert fetch_mailbox(mailbox) == 2
    assert len(contents()) == 2


def test_pop3_deletes_at_the_end(dovecot: Dovecot, world: object, request: pytest.FixtureRequest) -> None:
    mailbox = make_mailbox(dovecot, login_of(request), protocol=Protocol.POP3, port=dovecot.pop3)
    long_line = mail(text="ä" * 5000)
    dovecot.deliver(mailbox.login, mail("One"), long_line)
    assert fetch_mailbox(mailbox) == 2
    assert contents() == [mail("One"), long_line]
    assert dovecot.waiting(mailbox.login) == []


def test_pop3_of_a_failed_round_leaves_all(
    dovecot: Dovecot, world: object, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = make_mailbox(dovecot, login_of(request), protocol=Protocol.POP3, port=dovecot.pop3)
    dovecot.deliver(mailbox.login, mail("One"), mail("Two"))
    with monkeypatch.context() as patch:
        _fail_at(patch, 2, OSError(28, "No space left on device"))
        with pytest.raises(Temporary):
            fetch_mailbox(mailbox)
    assert len(dovecot.waiting(mailbox.login)) == 2
    fetch_mailbox(mailbox)
    assert dovecot.waiting(mailbox.login) == []
    assert len(contents()) == 2


def test_marking_leaves_the_mails_there(dovecot: Dovecot, world: object, request: pytest.FixtureRequest) -> None:
    mailbox = make_mailbox(dovecot, login_of(request), after_fetch=AfterFetch.SEEN)
    dovecot.deliver(mailbox.login, mail("One"))
    assert fetch_mailbox(mailbox) == 1
    assert len(dovecot.waiting(mailbox.login)) == 1
    dovecot.deliver(mailbox.login, mail("Two"))
    with dovecot.client(mailbox.login) as client:
        client.add_flags(client.search(), [b"\\Seen"])  # somebody reads it before the desk looks
    assert fetch_mailbox(mailbox) == 1
    assert fetch_mailbox(mailbox) == 0
    assert len(contents()) == 2


def test_moving(dovecot: Dovecot, world: object, request: pytest.FixtureRequest) -> None:
    mailbox = make_mailbox(dovecot, login_of(request), after_fetch=AfterFetch.MOVE, move_to="Kept")
    with dovecot.client(mailbox.login) as client:
        client.create_folder("Kept")
    dovecot.deliver(mailbox.login, mail("One"))
    assert fetch_mailbox(mailbox) == 1
    assert dovecot.waiting(mailbox.login) == []
    assert dovecot.waiting(mailbox.login, "Kept") == [mail("One")]


def test_a_new_uid_validity_brings_nothing_twice(
    dovecot: Dovecot, world: object, request: pytest.FixtureRequest
) -> None:
    mailbox = make_mailbox(dovecot, login_of(request), after_fetch=AfterFetch.SEEN)
    dovecot.deliver(mailbox.login, mail("One"), mail("Two"))
    assert fetch_mailbox(mailbox) == 2
    before = mailbox.uid_validity
    _renumber(dovecot.folder / "mail" / mailbox.login)
    dovecot.deliver(mailbox.login, mail("Three"))
    fetch_mailbox(mailbox)
    assert mailbox.uid_validity != before
    assert contents() == [mail("One"), mail("Two"), mail("Three")]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OperationalError("server closed")])
def test_a_full_disk_or_a_lost_database_leaves_the_mail_there(
    dovecot: Dovecot, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    dovecot.deliver(mailbox.login, mail("One"), mail("Two"))
    with monkeypatch.context() as patch:
        _fail_at(patch, 2, error)
        with pytest.raises((Temporary, OperationalError)):
            fetch_mailbox(mailbox)
    assert len(contents()) == 1
    assert len(dovecot.waiting(mailbox.login)) == 2
    fetch_mailbox(mailbox)
    assert contents() == [mail("One"), mail("Two")]
    assert dovecot.waiting(mailbox.login) == []


def test_a_wrong_password_stands_at_the_mailbox(
    dovecot: Dovecot, world: object, request: pytest.FixtureRequest
) -> None:
    mailbox = make_mailbox(dovecot, login_of(request), password="")
    assert fetch_mailbox(mailbox) == 0
    mailbox.refresh_from_db()
    assert "uthentication" in mailbox.last_error


def test_a_server_that_is_away_stands_at_the_mailbox(mailbox: Mailbox) -> None:
    mailbox.port = 1
    assert fetch_mailbox(mailbox) == 0
    assert "refused" in mailbox.last_error


def test_certificates_are_verified(
    dovecot: Dovecot, world: object, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = make_mailbox(dovecot, login_of(request), security=Security.TLS, host="localhost", port=dovecot.imaps)
    dovecot.deliver(mailbox.login, mail())
    assert fetch_mailbox(mailbox) == 0
    assert "certificate" in mailbox.last_error.lower()
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    assert fetch_mailbox(mailbox) == 1
    pop3 = make_mailbox(
        dovecot,
        login_of(request),
        protocol=Protocol.POP3,
        security=Security.STARTTLS,
        host="localhost",
        port=dovecot.pop3,
    )
    dovecot.deliver(mailbox.login, mail("Two"))
    assert fetch_mailbox(pop3) == 1


def _fail_at(patch: pytest.MonkeyPatch, turn: int, error: Exception) -> None:
    """From its `turn`th call on, storing fails."""
    calls: list[int] = []

    def failing(content: bytes, **values: object) -> IncomingMail:
        calls.append(1)
        if len(calls) >= turn:
            raise error
        return store.store_raw(content, **values)  # type: ignore[arg-type]

    patch.setattr(rounds, "store_raw", failing)


def _renumber(maildir: Path) -> None:
    """As after a restore on another server: the same mails, other UIDs under another validity."""
    for file in maildir.glob("dovecot.*"):
        file.unlink()
    names = maildir / "dovecot-uidlist"
    lines = names.read_text().splitlines()
    names.write_text("\n".join([lines[0].replace(" V", " V9", 1).replace(" N3", " N1", 1)]) + "\n")


def test_a_line_that_breaks_again_and_again_still_brings_some(
    dovecot: Dovecot, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver(mailbox.login, *(mail(f"Mail {number}") for number in range(6)))
    asked: list[int] = []
    fetched = ImapSession._fetched

    def break_at_three(session: ImapSession, uids: list[int]) -> list[Fetched]:
        asked.append(len(uids))
        if len(uids) > 2:
            raise ConnectionError("lost")
        return fetched(session, uids)

    monkeypatch.setattr(ImapSession, "_fetched", break_at_three)
    for _round in range(2):
        fetch_mailbox(mailbox)
    assert asked == [1, 2, 3, 1, 2]
    assert IncomingMail.objects.count() == 6


def test_a_pop3_connection_that_ends_is_lost_and_nothing_was_refused(world: object) -> None:
    def hang_up_at_the_first_mail(listener: socket.socket) -> None:
        connection, _address = listener.accept()
        with connection, connection.makefile("rwb", buffering=0) as lines:
            for answer in (b"+OK", b"+OK", b"+OK", b"+OK\r\n1 one\r\n2 two\r\n."):
                lines.write(answer + b"\r\n")
                lines.readline()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=hang_up_at_the_first_mail, args=(listener,))
        server.start()
        box = Mailbox(
            protocol=Protocol.POP3, host="127.0.0.1", port=listener.getsockname()[1], security=Security.NONE,
            login="dora", password=encrypt("secret"),
        )  # fmt: skip
        session = Pop3Session(box)
        with pytest.raises(ConnectionError), session:
            list(session.fetch(session.pending()))
        server.join()
    assert session.refused == {}
