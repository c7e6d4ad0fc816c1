"""The fetcher: takes what is announced by IDLE at once, follows settings, survives a server that goes away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from klardesk.base.models import Option
from klardesk.jobs.models import SweepState
from klardesk.mail.actions import save_setting
from klardesk.mail.log.accounts import Account
from klardesk.mail.log.connections import Journal
from klardesk.mail.models import IncomingMail, Mailbox, Protocol
from klardesk.mail.receive import fetcher
from klardesk.mail.receive.imap import ImapSession
from klardesk.mail.receive.rounds import open_session
from klardesk.mail.receive.servers import Fetched
from tests.mail.conftest import SYSTEM, login_of, mail, make_mailbox
from tests.servers import dovecot as dovecots
from tests.servers.dovecot import Dovecot
from tests.world import World

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def running(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Starts the fetcher in a thread; stops it at the end."""
    assert world
    monkeypatch.setattr(fetcher, "LOOK_AT_SETTINGS", 0.3)
    monkeypatch.setattr(fetcher, "IDLE_SLICE", 0.5)
    stop = threading.Event()
    thread = threading.Thread(target=fetcher.run, args=(stop,))
    yield thread.start
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


def kept(count: int, seconds: float = 90) -> bool:
    """Whether so many mails are kept before long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if IncomingMail.objects.count() >= count:
            return True
        time.sleep(0.05)
    return False


def test_idle_brings_a_mail_at_once(dovecot: Dovecot, mailbox: Mailbox, running: Callable[[], None]) -> None:
    dovecot.deliver(mailbox.login, mail("Before"))
    SweepState.objects.create(name="mail.process", next_due="2099-01-01T00:00Z")
    running()
    assert kept(1)
    dovecot.deliver(mailbox.login, mail("Announced"))
    assert kept(2, 30)  # long before the next look by the clock
    end = time.monotonic() + 30
    while SweepState.objects.get(name="mail.process").next_due.year == 2099 and time.monotonic() < end:
        time.sleep(0.05)
    assert SweepState.objects.get(name="mail.process").next_due.year != 2099


def test_a_mail_that_comes_during_a_search_is_not_left_until_the_next_look(dovecot: Dovecot, mailbox: Mailbox) -> None:
    with open_session(mailbox) as session:
        assert isinstance(session, ImapSession)
        assert session.pending() == []
        dovecot.deliver(mailbox.login, mail("Meanwhile"))
        session._client.search(["ALL"])  # its answer announces the mail, and IDLE will not do so again
        assert session.wait(0.2)
        assert len(session.pending()) == 1
        assert not session.wait(0.2)


def test_a_new_and_an_ended_mailbox_are_followed(
    dovecot: Dovecot, world: World, request: pytest.FixtureRequest, running: Callable[[], None]
) -> None:
    Option.objects.create(pk="mail.poll_seconds", value=1)
    running()
    mailbox = make_mailbox(dovecot, login_of(request), protocol=Protocol.POP3, port=dovecot.pop3)
    dovecot.deliver(mailbox.login, mail("One"))
    assert kept(1)
    mailbox.valid = False
    save_setting(mailbox, by=SYSTEM)
    time.sleep(2.5)
    dovecot.deliver(mailbox.login, mail("Two"))
    assert not kept(2, 2)


def test_a_server_that_goes_and_comes(
    world: World, request: pytest.FixtureRequest, running: Callable[[], None]
) -> None:
    if dovecots.PROGRAM is None:
        pytest.skip("Dovecot is not installed")
    with dovecots.running() as server:
        mailbox = make_mailbox(server, login_of(request))
        running()
        server.deliver(mailbox.login, mail("One"))
        assert kept(1, 90)
        server.stop()
        end = time.monotonic() + 60
        while not Mailbox.objects.get(pk=mailbox.pk).last_error and time.monotonic() < end:
            time.sleep(0.1)
        assert Mailbox.objects.get(pk=mailbox.pk).last_error
        server.begin()
        server.deliver(mailbox.login, mail("Two"))
        assert kept(2, 90)


@pytest.mark.parametrize(("rounds_succeed", "longest"), [(True, 7.0), (False, 300.0)])
def test_a_mailbox_whose_connections_do_not_last_is_still_read_at_its_interval(
    monkeypatch: pytest.MonkeyPatch, rounds_succeed: bool, longest: float
) -> None:
    pauses: list[float] = []

    class Stop:
        def is_set(self) -> bool:
            return len(pauses) == 10

        def wait(self, seconds: float) -> None:
            pauses.append(seconds)

    def read(_key: int, _stop: object, went_well: threading.Event) -> None:
        if rounds_succeed:
            went_well.set()
        raise ConnectionError("lost")

    monkeypatch.setattr(fetcher, "_read", read)
    monkeypatch.setattr(fetcher, "_note", lambda _key, _error: None)
    monkeypatch.setattr(fetcher, "_poll_seconds", lambda: 7.0)
    fetcher._read_on(1, Stop())  # type: ignore[arg-type]
    assert (pauses[0], max(pauses)) == (5.0, longest)


def test_what_was_kept_before_the_connection_was_lost_counts_and_is_processed(mailbox: Mailbox) -> None:
    class Breaking:
        uid_validity, refused = 1, ()

        def pending(self) -> list[str]:
            return ["1", "2"]

        def settle(self, _uids: list[str]) -> None:
            return

        def fetch(self, _uids: list[str]) -> Iterator[Fetched]:
            yield Fetched("1", mail("First"))
            raise ConnectionError("lost")

    SweepState.objects.create(name="mail.process", next_due="2099-01-01T00:00Z")
    went_well = threading.Event()
    with pytest.raises(ConnectionError):
        fetcher._take(mailbox, Breaking(), Journal(Account.of_mailbox(mailbox)), went_well)  # type: ignore[arg-type]
    assert went_well.is_set()
    assert IncomingMail.objects.count() == 1
    assert SweepState.objects.get(name="mail.process").next_due.year != 2099
