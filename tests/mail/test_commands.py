"""`klardesk mail parse | fetch | send`, as other programs rely on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from klardesk.cli import main
from klardesk.mail.models import Mailbox
from klardesk.mail.receive import rounds
from klardesk.mail.receive.errors import Temporary
from klardesk.tickets.models import Ticket
from tests.mail.conftest import mail
from tests.mail.test_delivery import queued
from tests.servers import smtp
from tests.servers.dovecot import Dovecot

__all__ = ["queued"]
FIELDS = {
    "from", "reply_to", "to", "cc", "subject", "message_id", "references", "date", "text", "html", "attachments", "problems",
}  # fmt: skip


def test_parse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / "one.eml", tmp_path / "two.eml"]
    for file in files:
        file.write_bytes(mail(file.stem))
    assert main(["mail", "parse", *map(str, files), "--json"]) == 0
    seen = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["subject"] for each in seen] == ["one", "two"]
    assert all(set(each) == FIELDS for each in seen)
    assert main(["mail", "parse", str(tmp_path / "none.eml")]) == 2


@pytest.mark.server
@pytest.mark.django_db
def test_fetch(
    dovecot: Dovecot, mailbox: Mailbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver(mailbox.login, mail("One"), mail("Two"))
    assert main(["mail", "fetch", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"new_mails": 2, "processed_mails": 2, "failed_mails": 0, "failed_mailboxes": []}
    assert Ticket.all_rows.count() == 2
    Mailbox.objects.update(port=1)
    assert main(["mail", "fetch", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["failed_mailboxes"] == [mailbox.name]

    def fail(_mailbox: Mailbox) -> int:
        raise Temporary("disk full")

    monkeypatch.setattr(rounds, "fetch_mailbox", fail)
    assert main(["mail", "fetch"]) == 2


@pytest.mark.server
@pytest.mark.django_db
def test_send(outgoing: smtp.Sink, queued: Any, capsys: pytest.CaptureFixture[str]) -> None:
    queued()
    assert main(["mail", "send", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"handled": 1, "waiting": 0, "sending": 0, "failed": 0}
    outgoing.refuse["gone@x.example"] = "550 no such user"
    queued("gone@x.example")
    assert main(["mail", "send"]) == 1
    assert "failed: 1" in capsys.readouterr().out
