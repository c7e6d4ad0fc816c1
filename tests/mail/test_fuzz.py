"""Damaged mails in a child process: none breaks the parser, none costs too much."""

from __future__ import annotations

from tests.fuzz.mutate import one
from tests.fuzz.watch import run


def test_no_damaged_mail_breaks_the_parser():
    outcome = run(mails=600, seed=3, seconds=60)
    assert outcome.failures == []
    assert outcome.mails == 600


def test_a_mail_can_be_made_again_from_its_number():
    assert one(3, 41) == one(3, 41) != one(3, 42)
