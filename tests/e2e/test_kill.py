"""300 mails come in while worker, fetcher, web server and the whole tree are killed at 50 random moments.

Each mail becomes exactly one article, none is lost, the history verifies.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers import dovecot
from tests.servers.desk import Desk, own_database, until

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.skipif(dovecot.PROGRAM is None, reason="Dovecot is not installed (Debian package dovecot-imapd)"),
]
MAILS = 300
KILLS = 50
BATCH = 20
SEED = 20260302
ACCOUNT = "support"
MAILBOX = """
from klardesk.access.actor import Actor
from klardesk.base import secrets
from klardesk.mail.actions import save_setting
from klardesk.mail.models import Mailbox, SystemAddress
from klardesk.tickets.models import Queue

by, raw = Actor.system("test"), Queue.objects.get(name="Raw")
save_setting(SystemAddress(address="support@desk.example", queue=raw), by=by)
mailbox = Mailbox(name="Support", host="127.0.0.1", port=int(sys.argv[1]), security="none", login=sys.argv[2])
mailbox.password = secrets.encrypt(sys.argv[3])
save_setting(mailbox, by=by)
"""
COUNTS = """
import json
from klardesk.mail.models import IncomingMail
from klardesk.tickets.models import Article, Ticket

print(json.dumps({
    "states": list(IncomingMail.objects.values_list("state", flat=True)),
    "reasons": list(IncomingMail.objects.exclude(state="processed").values_list("detail", flat=True)),
    "texts": list(Article.objects.unscoped("test").order_by("pk").values_list("text", "attachments__name", "raw")),
    "tickets": Ticket.objects.unscoped("test").count(),
}))
"""
PROCESSED = "SELECT count(*) FROM mail_incomingmail WHERE state = 'processed'"


@pytest.fixture
def server() -> Iterator[dovecot.Dovecot]:
    """A real IMAP server."""
    with dovecot.running() as one:
        yield one


@pytest.fixture
def desk(tmp_path: Path, server: dovecot.Dovecot) -> Iterator[Desk]:
    """A running desk that empties a mailbox of that server."""
    with own_database() as url:
        one = Desk(tmp_path, url, KLARDESK_WEB_PROCESSES="2")
        try:
            assert one.command("prepare").returncode == 0
            one.python(MAILBOX, str(server.imap), ACCOUNT, dovecot.PASSWORD)
            yield one.start()
        finally:
            one.clean_up()


def token(number: int) -> str:
    """What tells mail from mail."""
    return f"kill-{number:04d}-test"


def mail(number: int, chance: random.Random) -> bytes:
    """Every third answers an earlier one, every fifth has an attachment, every tenth bears a Message-ID twice seen."""
    one = EmailMessage()
    one["From"] = f"Kundin {number % 17} <kundin{number % 17}@kunde.example>"
    one["To"] = "support@desk.example"
    one["Subject"] = f"Störung {number}"
    one["Message-ID"] = f"<{number - 1 if number % 10 == 9 else number}@kunde.example>"
    if number % 3 == 2:
        one["References"] = f"<{chance.randrange(number)}@kunde.example>"
    one.set_content(f"Guten Tag,\n\nes geht um {token(number)}.\n")
    if number % 5 == 4:
        one.add_attachment(f"Anlage zu {token(number)}".encode(), maintype="text", subtype="csv", filename="anlage.csv")
    return one.as_bytes()


class Senders(threading.Thread):
    """Delivers the mails little by little, and looks at pages meanwhile."""

    def __init__(self, server: dovecot.Dovecot, desk: Desk) -> None:
        super().__init__(daemon=True)
        self.server, self.desk, self.answers = server, desk, Counter[int]()
        self.delivered, self.finished = 0, False

    def run(self) -> None:
        """Until all are delivered."""
        chance = random.Random(SEED + 1)
        for start in range(0, MAILS, BATCH):
            batch = [mail(number, chance) for number in range(start, min(start + BATCH, MAILS))]
            self.delivered += len(batch)
            self.server.deliver(ACCOUNT, *batch)
            self.answers[self.desk.status("/login/")] += 1
            time.sleep(chance.uniform(2, 6))
        self.finished = True


def kill_one(desk: Desk, chance: random.Random) -> str:
    """SIGKILL one process, or the parent of all, which its owner then starts again; says which."""
    word = chance.choice(["worker", "worker", "worker", "fetcher", "fetcher", "fetcher", "web", "web process", "up"])
    if word == "up":
        desk.kill_up()
        return word
    killed = desk.kill(word.split()[0], last=word == "web process")
    return word if killed else "nothing: it was just starting or had just ended"


def test_each_mail_becomes_exactly_one_article(desk, server, capsys):
    began, chance = time.monotonic(), random.Random(SEED)
    senders = Senders(server, desk)
    senders.start()
    killed: Counter[str] = Counter()
    on_their_way = 0
    while sum(killed.values()) < KILLS:
        time.sleep(chance.uniform(0.1, 1.6))
        [(processed,)] = desk.rows(PROCESSED)
        if not (word := kill_one(desk, chance)).startswith("nothing"):
            killed[word] += 1
            on_their_way += senders.delivered > processed
    senders.join(120)
    assert senders.finished
    until("the desk is ready", lambda: desk.status("/health/ready") == 200)
    until("the mailbox is empty", lambda: not server.waiting(ACCOUNT), 90)
    until("all is processed", lambda: set(json.loads(desk.python(COUNTS))["states"]) == {"processed"}, 90)
    counts = json.loads(desk.python(COUNTS))
    verified = desk.command("verify")
    assert desk.stop() == 0
    with capsys.disabled():
        print(
            f"\n{MAILS} mails, kills: {dict(killed)}, {on_their_way} of them with mails on their way, "
            f"pages meanwhile: {dict(senders.answers)}, "
            f"tickets: {counts['tickets']}, seconds: {time.monotonic() - began:.0f}\n{verified.stdout.strip()}"
        )
    assert on_their_way > KILLS / 4, "the kills came when nothing was going on"
    assert verified.returncode == 0, verified.stdout
    texts = [text for text, _file, _raw in counts["texts"]]
    found = Counter(number for number in range(MAILS) for text in texts if token(number) in text)
    assert {number: found[number] for number in range(MAILS) if found[number] != 1} == {}
    assert len(texts) == len(counts["states"]) == MAILS
    assert sum(name == "anlage.csv" for _text, name, _raw in counts["texts"]) == MAILS // 5
