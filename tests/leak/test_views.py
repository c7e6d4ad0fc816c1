"""A saved view shows nobody more than their own lists, and itself to those alone with whom it is shared."""

from __future__ import annotations

import pytest

from klardesk.tickets import actions
from klardesk.tickets.models import SavedView
from tests.leak.conftest import Secret
from tests.leak.test_reading import assert_silent, browser
from tests.world import World

pytestmark = pytest.mark.django_db


def view(world: World, secret: Secret, *groups: object) -> SavedView:
    """A view of Anna's about the secret ticket's customer."""
    made = SavedView(owner=world.anna, name="zyxtitle view", query=f"state=all&customer={secret.ticket.customer_id}")
    actions.save_view(made, groups, by=world.actor("anna"))  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize("who", ["nobody", "dora", "emil", "carla", "root"])
def test_it_is_not_there_for_others(who: str, world: World, secret: Secret) -> None:
    made, client = view(world, secret, world.support_group), browser(world, who)
    for address in ("/tickets/", f"/tickets/?saved={made.pk}", f"/tickets/views/{made.pk}/", "/tickets/?saved=0"):
        assert_silent(client.get(address, follow=True), who, address)
    for address in (f"/tickets/views/{made.pk}/", f"/tickets/views/{made.pk}/deletion/"):
        client.post(address, {"name": "Taken", "start": "on"})
    made.refresh_from_db()
    assert made.name == "zyxtitle view"


def test_whoever_reads_the_group_sees_it_and_changes_nothing(world: World, secret: Secret) -> None:
    made, client = view(world, secret, world.support_group), browser(world, "ben")
    assert b"zyxtitle view" in client.get("/tickets/").content
    assert client.post(f"/tickets/views/{made.pk}/deletion/").status_code == 403
    assert client.post(f"/tickets/views/{made.pk}/", {"name": "Taken"}).status_code == 302
    made.refresh_from_db()
    assert made.name == "zyxtitle view"


def test_it_shows_each_reader_their_own_lists(world: World, secret: Secret) -> None:
    """Shared too with a group that Carla reads: she sees the view, and nothing of the ticket or its customer."""
    from klardesk.access.models import PersonGrant

    PersonGrant.objects.create(person=world.carla, group=world.users, right="ro")
    made = SavedView(owner=world.anna, name="Plain name", query=f"state=all&customer={secret.ticket.customer_id}")
    actions.save_view(made, [world.users], by=world.actor("anna"))
    response = browser(world, "carla").get(f"/tickets/?saved={made.pk}", follow=True)
    assert b"Plain name" in response.content
    assert_silent(response, "carla", "a shared view")
