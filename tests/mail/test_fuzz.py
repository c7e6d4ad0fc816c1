"""Damaged mails: none breaks the parser, none costs too much, and each is kept, whatever becomes of it."""

from __future__ import annotations

import pytest

from klardesk.base import blobs
from klardesk.ledger.verify import verify
from klardesk.mail.models import IncomingMail, IncomingState, Reason
from klardesk.mail.receive.process import process_received
from klardesk.mail.receive.store import store_raw
from klardesk.tickets.models import Article
from tests.fuzz.mutate import CHANGES, SEEDS, one
from tests.fuzz.watch import run
from tests.world import World

KEPT = 150


def test_no_damaged_mail_breaks_the_parser():
    outcome = run(mails=600, seed=3, seconds=300)
    assert outcome.failures == []
    assert (outcome.mails, outcome.next) == (600, 600)


def test_a_run_goes_on_where_the_last_one_ended():
    assert run(mails=40, seed=3, seconds=300, first=570).next == 610


def test_a_mail_can_be_made_again_from_its_number():
    assert one(3, 41) == one(3, 41) != one(3, 42)


@pytest.mark.parametrize("change", CHANGES)
def test_every_kind_of_damage_damages(change):
    from random import Random

    assert any(change(raw, Random(number)) != raw for raw in SEEDS for number in range(10))


@pytest.mark.django_db
def test_each_damaged_mail_is_kept_and_becomes_an_article_or_is_listed(world: World) -> None:
    raws = {store_raw(raw, queue=world.support).pk: raw for raw in (one(11, number) for number in range(KEPT))}
    process_received()
    rows = {mail.pk: mail for mail in IncomingMail.objects.all()}
    assert rows.keys() == raws.keys()
    for key, mail in rows.items():
        assert blobs.get(mail.digest) == raws[key]
        if mail.state == IncomingState.PROCESSED:
            assert mail.article_id, key
        else:
            assert (mail.state, mail.reason) == (IncomingState.IGNORED, Reason.EMPTY), (key, mail.detail)
    assert Article.all_rows.filter(raw__in={mail.digest for mail in rows.values()}).count() >= KEPT * 0.9
    assert list(verify().findings) == []
