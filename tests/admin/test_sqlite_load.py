"""SQLite with several processes that write and read at once: nobody is turned away, nothing is lost."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.desk import Desk

pytestmark = [pytest.mark.server, pytest.mark.sqlite, pytest.mark.slow]
WRITERS, TICKETS, READERS = 3, 60, 4
WRITE = """
import sys, django
django.setup()
from klardesk.access.actor import Actor
from klardesk.tickets.actions import change_priority, create_ticket
from klardesk.tickets.drafts import NewArticle
from klardesk.tickets.models import Priority, Queue

by, raw, urgent = Actor.system("test"), Queue.objects.get(name="Raw"), Priority.objects.get(level=5)
for number in range(int(sys.argv[1])):
    article = NewArticle(sender="customer", channel="phone", visible_to_customer=True, subject="Load", text="It burns.")
    change_priority(create_ticket(by=by, title=f"Load {number}", queue=raw, article=article), urgent, by=by)
"""
COUNT = """
from klardesk.tickets.models import Ticket
print(Ticket.objects.unscoped("test").count())
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A running desk with two web processes."""
    one = Desk(tmp_path, KLARDESK_WEB_PROCESSES="2")
    yield one.start()
    one.clean_up()


def writer(desk: Desk) -> subprocess.Popen[str]:
    environment = desk.environment | {"DJANGO_SETTINGS_MODULE": "klardesk.settings"}
    words = [sys.executable, "-c", WRITE, str(TICKETS)]
    return subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True)


def read_on(desk: Desk, stop: threading.Event, answers: Counter[int]) -> None:
    """Ask for pages that read the database, over and over."""
    link = desk.link()
    while not stop.is_set():
        try:
            answers[desk.get(link).status] += 1
        except (OSError, http.client.HTTPException):
            answers[0] += 1


def test_writers_and_readers_wait_for_each_other(desk):
    stop, answers = threading.Event(), Counter[int]()
    readers = [threading.Thread(target=read_on, args=(desk, stop, answers)) for _reader in range(READERS)]
    writers = [writer(desk) for _writer in range(WRITERS)]
    for reader in readers:
        reader.start()
    errors = [one.communicate(timeout=120)[1] for one in writers]
    stop.set()
    for reader in readers:
        reader.join()
    assert [one.returncode for one in writers] == [0] * WRITERS, errors
    assert int(desk.python(COUNT)) == WRITERS * TICKETS
    assert set(answers) == {200}
    assert "locked" not in desk.said()
    assert desk.command("verify").returncode == 0
    assert desk.stop() == 0
