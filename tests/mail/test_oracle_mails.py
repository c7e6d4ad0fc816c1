"""Every mail of the oracles goes through intake: none raises, each becomes one article or is ignored for a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from klardesk.mail.models import IncomingState, Reason
from klardesk.mail.receive.process import process
from klardesk.mail.receive.store import store_raw
from klardesk.tickets.models import Article
from tests.world import World

FOLDER = Path(os.environ.get("KLARDESK_ORACLES", Path(__file__).parents[3] / "shared" / "oracles")) / "mail" / "raw"

pytestmark = [pytest.mark.oracles, pytest.mark.slow, pytest.mark.django_db]


@pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/oracles is absent")
def test_all_oracle_mails_become_articles(world: World) -> None:
    digests = set()
    for file in sorted(FOLDER.glob("*.eml")):
        kept = store_raw(file.read_bytes(), queue=world.support)
        process(kept.pk)
        kept.refresh_from_db()
        assert kept.state in (IncomingState.PROCESSED, IncomingState.IGNORED), (file.name, kept.detail)
        assert kept.article_id is not None or kept.reason == Reason.EMPTY, file.name
        digests.add(kept.digest)
    assert len(digests) > 100
    assert Article.all_rows.filter(sender="customer").count() == len(digests)
