"""The communication log's connections: each round with its steps, quiet ones counted, no secret ever, kept for a while."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, connection
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from klardesk.base.secrets import encrypt
from klardesk.mail.actions import save_setting
from klardesk.mail.log import stories
from klardesk.mail.log.accounts import Account
from klardesk.mail.log.connections import Journal
from klardesk.mail.log.entries import MOST, added, entry
from klardesk.mail.log.forgetting import forget_old
from klardesk.mail.log.overview import overview
from klardesk.mail.log.queries import Connections, connections, is_broken_off
from klardesk.mail.models import (
    IncomingMail,
    Mailbox,
    MailConnection,
    OutgoingMail,
    OutgoingServer,
    Protocol,
    Security,
    SystemAddress,
)
from klardesk.mail.receive import rounds
from klardesk.mail.receive.errors import Temporary
from klardesk.mail.receive.rounds import fetch_mailbox
from klardesk.mail.send.delivery import send_due
from klardesk.texts.models import AutoResponse, QueueTexts
from tests.conftest import Clock
from tests.mail.conftest import SYSTEM, login_of, mail, make_mailbox
from tests.mail.taking import take
from tests.servers import dovecot as dovecots
from tests.servers import smtp
from tests.world import World

pytestmark = pytest.mark.django_db
SECRET = "Spr1ng-Rolls & Söhne"


def rows() -> list[MailConnection]:
    """All connections, in order."""
    return list(MailConnection.objects.order_by("pk"))


def story(row: MailConnection) -> str:
    """The steps of a connection, as its page shows them."""
    return "\n".join(line.text for line in stories.of_connection(row))


@pytest.mark.server
def test_a_round_with_mails_names_its_steps_and_its_mails(dovecot: dovecots.Dovecot, mailbox: Mailbox) -> None:
    dovecot.deliver(mailbox.login, mail("One"), mail("Two"))
    assert fetch_mailbox(mailbox) == 2
    [row] = rows()
    assert (row.state, row.kind, row.mails, row.mailbox) == ("done", "imap", 2, mailbox)
    assert set(IncomingMail.objects.values_list("connection", flat=True)) == {row.pk}
    told = story(row)
    assert f"127.0.0.1:{dovecot.imap} let the desk in as {mailbox.login} (without encryption)." in told
    assert "Dovecot" in told
    assert "Mails on the server: 2, known already: 0." in told
    assert "New mails kept: 2; they are deleted on the server." in told


@pytest.mark.server
@pytest.mark.parametrize("protocol", [Protocol.IMAP, Protocol.POP3])
def test_quiet_rounds_do_not_grow_the_table(
    dovecot: dovecots.Dovecot, world: World, request: pytest.FixtureRequest, protocol: str
) -> None:
    assert world
    port = dovecot.imap if protocol == Protocol.IMAP else dovecot.pop3
    mailbox = make_mailbox(dovecot, login_of(request), protocol=protocol, port=port)
    for _round in range(5):
        fetch_mailbox(mailbox)
    [row] = rows()
    assert (row.state, row.rounds, row.mails) == ("done", 5, 0)
    dovecot.deliver(mailbox.login, mail("One"))
    fetch_mailbox(mailbox)
    fetch_mailbox(mailbox)
    fetch_mailbox(mailbox)
    assert [(each.rounds, each.mails) for each in rows()] == [(5, 0), (1, 1), (2, 0)]


@pytest.mark.server
def test_failures_that_are_alike_share_a_row(dovecot: dovecots.Dovecot, mailbox: Mailbox) -> None:
    mailbox.port = 1
    for _round in range(3):
        fetch_mailbox(mailbox)
    mailbox.port = dovecot.imap
    mailbox.password = encrypt("wrong")
    fetch_mailbox(mailbox)
    refused, wrong = rows()
    assert (refused.state, refused.rounds) == (wrong.state, 3) == ("failed", 3)
    assert "refused" in refused.words
    assert "AUTH" in wrong.words.upper()
    assert connections(Connections(account=f"mailbox-{mailbox.pk}", state="failed")).rows == [wrong, refused]


@pytest.mark.server
def test_a_day_later_a_quiet_round_begins_a_new_row(dovecot: dovecots.Dovecot, mailbox: Mailbox, clock: Clock) -> None:
    assert dovecot
    fetch_mailbox(mailbox)
    clock.move(hours=25)
    fetch_mailbox(mailbox)
    assert [row.rounds for row in rows()] == [1, 1]


@pytest.mark.server
def test_a_round_that_the_own_disk_ends_says_so_and_how_far_it_came(
    dovecot: dovecots.Dovecot, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver(mailbox.login, mail("One"), mail("Two"))
    kept = rounds.store_raw

    def full(content: bytes, **values: Any) -> IncomingMail:
        if b"Two" in content:
            raise OSError(28, "No space left on device")
        return kept(content, **values)

    monkeypatch.setattr(rounds, "store_raw", full)
    with pytest.raises(Temporary):
        fetch_mailbox(mailbox)
    [row] = rows()
    assert (row.state, row.mails) == ("failed", 1)
    assert "No space left" in row.words


@pytest.mark.server
def test_a_log_that_cannot_be_written_stops_no_mail(
    dovecot: dovecots.Dovecot, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_args: object) -> int:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(Journal, "_inserted", lost)
    dovecot.deliver(mailbox.login, mail("One"))
    assert fetch_mailbox(mailbox) == 1
    assert rows() == []
    assert IncomingMail.objects.get().connection is None


def test_a_connection_whose_program_was_killed_is_broken_off_and_its_mails_name_it(
    mailbox_at: Mailbox, clock: Clock
) -> None:
    journal = Journal(Account.of_mailbox(mailbox_at))
    journal.step("waiting", count=2, known=0)
    kept = take(mail("One"), mailbox=mailbox_at, connection=journal.key())  # and here the program ends
    [row] = rows()
    assert row.state == "open"
    assert not is_broken_off(row)
    clock.move(hours=1)
    assert is_broken_off(row)
    assert kept.connection == row


@pytest.fixture
def mailbox_at(world: World) -> Mailbox:
    """A mailbox of a server that nobody asks."""
    assert world
    values = {"host": "127.0.0.1", "port": 1, "security": Security.NONE, "login": "desk@desk.example"}
    return save_setting(Mailbox(name="Desk", password=encrypt(SECRET), **values), by=SYSTEM)


@pytest.fixture
def answered(world: World, address: Callable[..., SystemAddress]) -> None:
    """Every new ticket is answered."""
    address("help@desk.example", world.support)
    answer = AutoResponse.objects.create(name="Thanks", occasion="new", subject="Thanks", text="We have it.")
    QueueTexts.objects.create(queue=world.support, on_new=answer)


@pytest.mark.server
def test_a_delivery_names_its_server_and_what_that_said(outgoing: smtp.Sink, answered: None) -> None:
    take(mail("One"))
    take(mail("Two", From="Otto <otto@suedwind.example>"))
    assert send_due() == 2
    [row] = [each for each in rows() if each.kind == "smtp"]
    assert (row.state, row.mails) == ("done", 2)
    assert set(OutgoingMail.objects.values_list("connection", flat=True)) == {row.pk}
    assert f"127.0.0.1:{outgoing.port} let the desk in" in story(row)
    assert "Mails taken: 2 of 2." in story(row)


@given(
    secret=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=3, max_size=30),
    before=st.text(max_size=20), after=st.text(max_size=20), form=st.sampled_from(("bare", "base64", "plain", "twice")),
)  # fmt: skip
@hypothesis_settings(max_examples=60)
def test_a_secret_that_a_server_repeats_is_never_told(secret: str, before: str, after: str, form: str) -> None:
    account = Account("imap", "Desk", login="desk@desk.example", bare=(secret,))
    spoken = {
        "bare": secret, "twice": f"{secret} {secret}", "base64": base64.b64encode(secret.encode()).decode(),
        "plain": base64.b64encode(f"\0desk@desk.example\0{secret}".encode()).decode(),
    }[form]  # fmt: skip
    told = account.scrubbed(f"{before} {spoken} {after}")
    hidden = " ".join(spoken.split()) if form in ("bare", "twice") else spoken.rstrip("=")
    if len(" ".join(secret.split())) >= 3:
        assert hidden not in told


@pytest.mark.server
def test_no_row_of_the_database_has_a_password(
    outgoing: smtp.Sink, mailbox_at: Mailbox, answered: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KLARDESK_SMTP_URL = ""
    server = OutgoingServer(name="Out", host="127.0.0.1", port=1, security="none", login="me", password=encrypt(SECRET))
    save_setting(server, by=SYSTEM)
    take(mail("One"))
    send_due()
    OutgoingServer.objects.update(port=outgoing.port)
    OutgoingMail.objects.update(next_attempt_at="2020-01-01T00:00Z")
    send_due()  # the sink knows no log-in

    def chatty(*_args: object) -> Any:
        raise OSError(f"LOGIN desk@desk.example {SECRET} failed {base64.b64encode(SECRET.encode()).decode()}")

    monkeypatch.setattr(rounds, "open_session", chatty)
    fetch_mailbox(mailbox_at)
    assert len(rows()) >= 3
    told = _everything()
    assert "LOGIN desk@desk.example … failed …" in told
    for form in (SECRET, base64.b64encode(SECRET.encode()).decode().rstrip("=")):
        assert form not in told


def _everything() -> str:
    """All that the tables of mail hold, as text."""
    held = []
    with connection.cursor() as cursor:
        for model in apps.get_app_config("mail").get_models():
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            held += [str(row) for row in cursor.fetchall()]
    return "\n".join(held)


def test_old_entries_are_forgotten_and_the_mails_stay(mailbox_at: Mailbox, clock: Clock) -> None:
    kept = take(mail("Old"), mailbox=mailbox_at, connection=Journal(Account.of_mailbox(mailbox_at)).key())
    clock.move(days=27)
    assert forget_old() == 0
    young = take(mail("Young"), mailbox=mailbox_at)
    clock.move(days=2)
    assert forget_old() == 2
    kept.refresh_from_db()
    young.refresh_from_db()
    assert kept.log is None
    assert kept.subject == "Old"
    assert young.log
    assert rows() == []
    assert stories.of_incoming(kept)[-1].code == "forgotten"
    assert forget_old() == 0


def test_the_overview_tells_who_does_not_look_any_more(mailbox_at: Mailbox, clock: Clock) -> None:
    def state() -> tuple[str, str]:
        [fare] = [each for each in overview().accounts if each.account == f"mailbox-{mailbox_at.pk}"]
        return str(fare.state), fare.tone

    assert state() == ("not looked into yet", "warning")
    Mailbox.objects.update(last_round_at=clock.now())
    assert state() == ("fine", "good")
    clock.move(hours=1)
    assert state()[1] == "danger"
    Mailbox.objects.update(last_round_at=clock.now(), last_error="no")
    assert state() == ("failing", "danger")
    take(mail("One"), mailbox=mailbox_at)
    [fare] = [each for each in overview().accounts if each.account == f"mailbox-{mailbox_at.pk}"]
    assert (fare.done, fare.waiting, fare.failed) == (1, 0, 0)
    assert fare.mail == clock.now()


def test_a_log_stays_short_and_keeps_its_beginning_and_its_end() -> None:
    log = added([], [entry("filter", name=str(number)) for number in range(500)], "2026-03-02T09:00:00+00:00")
    assert len(log) == MOST
    assert (log[0]["name"], log[-1]["name"]) == ("0", "499")
    again = added(log, [entry("filter", name="499")], "2026-03-03T09:00:00+00:00")
    assert len(again) == MOST
    assert (again[-1]["times"], again[-1]["last"][:10]) == (2, "2026-03-03")


def test_the_pipe_shares_a_row_a_day(world: World, clock: Clock) -> None:
    import io

    from klardesk.mail.receive.pipe import read_mail

    assert world
    for number in range(3):
        assert read_mail(io.BytesIO(mail(f"Mail {number}"))) == 0
    assert read_mail(io.BytesIO(mail("Lost")), queue="nowhere") == 75
    assert [(row.kind, row.state, row.mails) for row in rows()] == [("pipe", "done", 3), ("pipe", "failed", 0)]
    clock.move(hours=25)
    read_mail(io.BytesIO(mail("Tomorrow")))
    assert [row.mails for row in rows()] == [3, 0, 1]
    assert timedelta(0) == rows()[0].last_at - rows()[0].started_at
