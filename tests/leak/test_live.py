"""The live stream: of the secret ticket only those who may see it hear anything, and nobody hears a word of it."""

from __future__ import annotations

import time

import pytest

from klardesk.live.actions import be_present, leave
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewArticle
from tests.leak.conftest import MARKERS, Secret
from tests.servers.live import QUIET, Ear, live_server, session_of
from tests.world import SYSTEM, World

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


def everything_happens(secret: Secret, world: World) -> None:
    """Whatever can happen to a ticket while others listen."""
    ticket, anna = secret.ticket, world.actor("anna")
    note = NewArticle(subject="zyxtitle", text="zyxbody", sender="agent", channel="note", visible_to_customer=False)
    actions.add_article(ticket, note, by=anna)
    actions.change_title(ticket, "zyxtitle anew", by=anna)
    actions.change_state(ticket, world.state("open"), by=anna)
    actions.change_priority(ticket, world.priority(5), by=anna)
    actions.lock_ticket(ticket, by=anna)
    be_present(ticket, by=anna, writing=True)
    actions.change_owner(ticket, world.anna, by=SYSTEM)
    actions.move_ticket(ticket, world.hardware, by=anna)
    time.sleep(1)
    leave(ticket, by=anna)


def test_the_stream_is_silent_for_whoever_may_not_see_the_ticket(world: World, secret: Secret) -> None:
    with live_server() as server:
        names = ("anna", "ben", "carla", "root")
        ears = {name: Ear(server, session_of(getattr(world, name))) for name in names}
        everything_happens(secret, world)
        time.sleep(QUIET)
        heard = {name: ear.messages() for name, ear in ears.items()}
        said = "".join(ear.raw for ear in ears.values())
        for ear in ears.values():
            ear.close()
    named = {
        name: {key for one in heard[name] for key in [*one.get("tickets", ()), *one.get("present", ())]}
        for name in heard
    }
    assert secret.ticket.pk in named["anna"]
    assert secret.ticket.pk in named["ben"]
    assert heard["carla"] == heard["root"] == []
    assert [marker for marker in MARKERS if marker in said] == []
