"""Reading a mail costs what it may and no more: beyond that it is kept and listed, and the desk goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from klardesk.mail import queries
from klardesk.mail.models import IncomingMail, IncomingState, Reason
from klardesk.mail.parse import Phrases, parse
from klardesk.mail.receive import bounded
from klardesk.mail.receive.bounded import TooCostly, read_bounded
from klardesk.mail.receive.process import process_received
from klardesk.mail.receive.reading import read
from klardesk.mail.receive.store import store_raw
from tests.fuzz.nasty import CASES
from tests.mail.samples import GERMAN, mail
from tests.mail.taking import take

QUICK = (
    "100,000 parts", "10,000 containers within each other", "a header of 20 MB", "a header folded a million times",
    "a million addresses", "a subject of a million encoded words", "subjects of words in turning character sets",
    "a file name in 500,000 continuations", "an invitation of a million lines",
    "a winmail.dat of 100,000 files", "ids without end", "HTML of open tags", "HTML of scripts",
    "files by the hundred thousand in a text", "a text in zlib", "a text in punycode", "a report of blank lines", "200 MB",
)  # fmt: skip


@pytest.fixture
def small_bounds(monkeypatch):
    """A fifth of a second, and 30 MB."""
    program = "from klardesk.mail.receive import reader; reader.SECONDS, reader.MEGABYTES = 0.2, 30; reader.main()"
    monkeypatch.setattr(bounded, "COMMAND", [sys.executable, "-c", program])
    bounded.end_waiting()
    yield
    bounded.end_waiting()


def test_it_reads_what_the_parser_reads_with_all_bytes_of_the_files():
    found = read_bounded(GERMAN, Phrases())
    assert found == read(GERMAN, len(GERMAN), Phrases())
    assert found.parsed == parse(GERMAN)
    assert found.parsed.attachments[-1].content == b"%PDF-1"


def test_one_process_reads_one_mail_after_the_other():
    read_bounded(GERMAN, Phrases())
    first = bounded._waiting[-1]
    read_bounded(mail(), Phrases())
    assert bounded._waiting[-1] is first


def test_a_process_that_was_ended_is_replaced():
    read_bounded(GERMAN, Phrases())
    bounded._waiting[-1]._process.kill()
    bounded._waiting[-1]._process.wait()
    assert read_bounded(GERMAN, Phrases()).parsed.message_id == "<one@nordlicht.example>"


@pytest.mark.parametrize("name", QUICK)
def test_a_mail_made_to_cost_is_read_within_the_bounds(name):
    assert read_bounded(CASES[name](), Phrases()).parsed.from_


@pytest.mark.usefixtures("small_bounds")
def test_too_much_computing_ends_the_reading_and_not_the_desk():
    with pytest.raises(TooCostly, match="seconds"):
        read_bounded(CASES["HTML of 2 MB, nested tables"](), Phrases())
    assert read_bounded(GERMAN, Phrases()).parsed.subject


@pytest.mark.usefixtures("small_bounds")
def test_too_much_memory_ends_the_reading_and_not_the_desk():
    with pytest.raises(TooCostly, match="memory"):
        read_bounded(mail(body=b"a" * 40_000_000), Phrases())
    assert read_bounded(GERMAN, Phrases()).parsed.subject


@pytest.mark.usefixtures("small_bounds")
@pytest.mark.django_db
def test_a_mail_too_costly_is_kept_and_listed_and_the_next_one_becomes_an_article(world):
    costly = store_raw(CASES["HTML of 2 MB, nested tables"](), queue=world.support)
    after = store_raw(GERMAN, queue=world.support)
    result = process_received()
    costly.refresh_from_db()
    after.refresh_from_db()
    assert (result.done, result.failed) == (1, 1)
    assert (costly.state, costly.reason) == (IncomingState.FAILED, Reason.COSTLY)
    assert "seconds" in costly.detail
    assert costly.next_attempt_at is not None
    assert after.article_id
    assert list(queries.problems(IncomingState.FAILED)) == [costly]


@pytest.mark.django_db
def test_a_mail_read_in_part_becomes_an_article_and_is_listed(world):
    kept = take(CASES["a million addresses"](), queue=world.support)
    assert (kept.state, kept.reason) == (IncomingState.PROCESSED, Reason.PARTLY)
    assert kept.article_id
    assert list(queries.partly_read()) == [kept]
    assert not IncomingMail.objects.filter(state=IncomingState.FAILED).exists()


def test_the_process_knows_no_database_and_no_settings():
    program = "import sys, klardesk.mail.receive.reader; sys.exit('django' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], check=False, env={"PATH": os.environ["PATH"]})
    assert ended.returncode == 0


def test_no_process_outlives_a_desk_that_is_killed(tmp_path):
    program = (
        "import sys, time\nfrom klardesk.mail.receive import bounded\nfrom klardesk.mail.parse import Phrases\n"
        "bounded.read_bounded(b'From: a@b.example\\n\\nx', Phrases())\n"
        "print(bounded._waiting[-1]._process.pid, flush=True)\ntime.sleep(600)\n"
    )
    desk = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    with desk:
        assert desk.stdout
        child = int(desk.stdout.readline())
        assert _lives(child)
        desk.send_signal(signal.SIGKILL)
    until = monotonic() + 30
    while _lives(child) and monotonic() < until:
        sleep(0.05)
    assert not _lives(child)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
