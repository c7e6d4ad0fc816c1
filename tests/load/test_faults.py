"""A small run of the load with faults: none lost, none doubled. The large one is `make load`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load.run import Plan, run
from tests.servers import dovecot, postfix
from tests.servers.desk import own_database

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.skipif(dovecot.PROGRAM is None, reason="Dovecot is not installed (Debian package dovecot-imapd)"),
    pytest.mark.skipif(not postfix.CAN_RUN, reason="Postfix is not installed (Debian package postfix), or not root"),
]
SMALL = Plan(
    mails=90,
    seed=20260303,
    per_second=20,
    pause=1.5,
    pieces=6,
    longest_stall=1.5,
    longest_lock=1.5,
    every_reply=5,
    reply_pause=5,
    patience=90,
)


def test_no_mail_is_lost_or_doubled_while_everything_breaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with own_database() as url:
        outcome = run(SMALL, tmp_path, url)
    with capsys.disabled():
        print(f"\n{outcome.line}")
    assert outcome.count.wrong == []
    assert outcome.count.outgoing > 45
