"""Two of everything at once: each mail becomes one article, and leaves once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from klardesk.mail.models import IncomingMail, OutgoingMail, OutgoingState, SystemAddress
from klardesk.mail.receive.process import process_received
from klardesk.mail.receive.store import store_raw
from klardesk.mail.send.delivery import send_due
from klardesk.mail.send.outbox import put_in_outbox
from klardesk.tickets import actions
from klardesk.tickets.models import Article
from tests.mail.conftest import mail
from tests.servers import smtp
from tests.world import SYSTEM, World

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]
WORKERS = 4


def in_parallel(work: Callable[[], object]) -> None:
    """Four threads, each with a connection of its own."""

    def run(_number: int) -> object:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(run, range(WORKERS)))


def test_the_same_mail_kept_by_four(world: World) -> None:
    raw = mail("At once")
    in_parallel(lambda: store_raw(raw))
    assert IncomingMail.objects.count() == 1


def test_four_workers_process_each_mail_once(world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    for number in range(20):
        store_raw(mail(f"Mail {number}"))
    in_parallel(process_received)
    assert sorted(Article.all_rows.values_list("subject", flat=True)) == sorted(
        f"Mail {number}" for number in range(20)
    )


def test_four_workers_send_each_mail_once(world: World, outgoing: smtp.Sink) -> None:
    ticket = world.ticket()
    for number in range(12):
        article = actions.add_article(ticket, world.article(channel="email", sender="agent"), by=SYSTEM)
        put_in_outbox(
            article, f"Subject: {number}\r\n\r\nx\r\n".encode(), kind="reply", message_id=f"<{number}@desk.example>",
            envelope_from="help@desk.example", recipients=["dora@nordlicht.example"],
        )  # fmt: skip
    in_parallel(send_due)
    assert sorted(got.content for got in outgoing.got) == sorted(
        f"Subject: {n}\r\n\r\nx\r\n".encode() for n in range(12)
    )
    assert not OutgoingMail.objects.exclude(state=OutgoingState.SENT).exists()
