"""No widget of the start page shows anything of a ticket to those who may not see it, whatever ties them to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from klardesk.base import clock
from klardesk.desk.layouts import offered
from klardesk.tickets import actions
from klardesk.tickets.models import SavedView, Ticket
from tests.leak.conftest import Secret
from tests.leak.test_reading import assert_silent, browser
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["carla", "root"])
def test_no_widget_tells_of_a_ticket_that_is_not_theirs(world: World, secret: Secret, who: str) -> None:
    person = getattr(world, who)
    actions.watch_ticket(secret.ticket, person, by=SYSTEM)
    SavedView.objects.create(owner=person, name="Everything", query="state=all")
    actions.change_state(
        secret.ticket, world.state("pending reminder"), by=SYSTEM, pending_until=clock.now() + timedelta(hours=1)
    )
    for ticket in (secret.ticket, secret.own):
        actions.change_owner(Ticket.all_rows.get(pk=ticket.pk), person, by=SYSTEM)
    client, widgets = browser(world, who), offered(world.actor(who))
    assert len(widgets) >= 10
    for widget in widgets:
        response = client.get(f"/dashboard/widgets/{widget.key}/", HTTP_HX_REQUEST="true")
        assert response.status_code == 200
        assert_silent(response, who, widget.key)
        assert "matter" not in response.content.decode(), widget.key
    keys = "&".join(f"key={widget.key}" for widget in widgets)
    for address in ("/", "/dashboard/", f"/dashboard/widgets/?{keys}"):
        assert_silent(client.get(address), who, address)
