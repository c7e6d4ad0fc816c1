"""Two desks that answer each other's automatic mails: it stops by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from klardesk.mail.parse import classify, parse
from tests.mail.conftest import mail
from tests.servers import smtp
from tests.servers.desk import Desk, own_database

pytestmark = [pytest.mark.server, pytest.mark.django_db]

SET_UP = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from klardesk.admin.setup import create_first_data
from klardesk.access.actions import first_administrator
first_administrator()
create_first_data()
from klardesk.access.actor import Actor
from klardesk.mail.actions import save_setting
from klardesk.mail.models import SystemAddress
from klardesk.texts.actions import save_text
from klardesk.texts.models import AutoResponse, QueueTexts
from klardesk.tickets.models import Queue
by = Actor.system("test")
queue = Queue.objects.filter(valid=True).order_by("pk").first()
save_setting(SystemAddress(address=sys.argv[1], display_name="Desk", queue=queue), by=by)
row = save_text(AutoResponse(name="Loop test", occasion="new", subject="We have it", text="Got it."), by=by)
row2 = save_text(AutoResponse(name="Loop test 2", occasion="follow_up", subject="More", text="Got it."), by=by)
texts = QueueTexts.objects.filter(queue=queue).first() or QueueTexts(queue=queue)
texts.on_new, texts.on_follow_up = row, row2
save_text(texts, by=by)
"""


def test_automatic_mails_bear_every_mark_and_are_known_by_each(world: object) -> None:
    assert world
    for name, value in (
        ("Auto_Submitted", "auto-generated"), ("Precedence", "bulk"), ("X_Auto_Response_Suppress", "All"), ("X_Loop", "yes"),
    ):  # fmt: skip
        assert not classify(parse(mail(**{name: value}))).may_answer, name
    assert classify(parse(mail(Auto_Submitted="no"))).may_answer


def test_two_desks_that_mail_each_other_stop_within_three_mails(tmp_path: Path) -> None:
    with own_database() as first, own_database() as second, smtp.running() as sink:
        desks = {}
        for address, url in (("help@first.example", first), ("help@second.example", second)):
            folder = tmp_path / address
            folder.mkdir()
            desks[address] = Desk(folder, url, KLARDESK_SMTP_URL=sink.url)
            desks[address].python(SET_UP, address)
        start = mail("Printer", From="help@second.example", To="help@first.example")
        waiting, handed_over = [("help@first.example", start)], 0
        while waiting:
            address, raw = waiting.pop()
            desk = desks[address]
            assert desk.command("mail", "read", text=raw.decode()).returncode == 0
            desk.command("mail", "fetch")
            desk.command("mail", "send")
            new = sink.got[handed_over:]
            handed_over = len(sink.got)
            waiting += [(to, got.content) for got in new for to in got.recipients]
            assert handed_over <= 3
        assert handed_over == 1
        assert b"Auto-Submitted: auto-replied" in sink.got[0].content
        assert desks["help@second.example"].rows("SELECT count(*) FROM tickets_ticket") == [(1,)]
