"""The customers of the world with tickets of theirs, and what runs in the background."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import Any

import pytest

from klardesk.base import blobs
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.tickets.models import Ticket
from tests.world import World


@pytest.fixture
def address(world: World) -> SystemAddress:
    """The desk can send."""
    return SystemAddress.objects.create(
        address="support@desk.example", address_key="support@desk.example", display_name="Support", queue=world.support
    )


def mails() -> list[tuple[str, str]]:
    """Recipient and text of everything in the outbox, oldest first."""
    found = []
    for row in OutgoingMail.objects.order_by("pk"):
        mail = message_from_bytes(blobs.get(row.digest), policy=policy.default)
        body: Any = mail.get_body(("plain",))
        found.append((row.recipients[0]["address"], body.get_content()))
    return found


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    return re.search(r"http://testserver(/\S+)", text)[1]


def newest() -> Ticket:
    return Ticket.all_rows.order_by("-pk").first()
