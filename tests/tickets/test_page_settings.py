"""Administration of queues, states and priorities."""

from __future__ import annotations

import pytest

from klardesk.ledger.models import Event
from klardesk.tickets.models import Priority, Queue, State
from tests.world import World

pytestmark = pytest.mark.django_db


def queue_form(world: World, **values: object) -> dict[str, object]:
    return {"name": "Network::VPN", "group": world.support_group.pk, "follow_up": "reject", "valid": "on"} | values


def test_a_queue_is_made_and_recorded(root, world: World) -> None:
    assert root.post("/admin/queues/new/", queue_form(world)).status_code == 302
    queue = Queue.objects.get(name="Network::VPN")
    assert (queue.group, queue.follow_up, queue.valid) == (world.support_group, "reject", True)
    assert Event.objects.filter(kind="tickets.setting_created", actor_id=world.root.pk).exists()


def test_a_renamed_queue_takes_its_sub_queues_along(root, world: World) -> None:
    root.post(f"/admin/queues/{world.support.pk}/", queue_form(world, name="Help"))
    assert set(Queue.objects.filter(group=world.support_group).values_list("name", flat=True)) == {
        "Help",
        "Help::Hardware",
    }


def test_what_is_wrong_with_a_name_is_said_and_the_form_kept(root, world: World) -> None:
    for name in ("Support", "A::::B"):
        response = root.post("/admin/queues/new/", queue_form(world, name=name, comment="My comment"))
        assert response.status_code == 422, name
        assert "My comment" in response.content.decode()


def test_a_state_is_made_and_its_type_stays(root, world: World) -> None:
    form = {"name": "parked", "type": "pending_auto", "next_state": world.state("open").pk, "order": "3", "valid": "on"}
    assert root.post("/admin/states/new/", form).status_code == 302
    state = State.objects.get(name="parked")
    assert state.next_state == world.state("open")
    response = root.post(f"/admin/states/{state.pk}/", form | {"type": "open"})
    assert response.status_code == 422
    assert "type of a state stays" in response.content.decode()


def test_a_priority_for_new_tickets_takes_the_place_of_the_old_one(root, world: World) -> None:
    form = {"name": "6 now", "level": "6", "colour": "#ff0000", "default": "on", "valid": "on"}
    assert root.post("/admin/priorities/new/", form).status_code == 302
    assert list(Priority.objects.filter(default=True).values_list("name", flat=True)) == ["6 now"]
    assert root.post("/admin/priorities/new/", form | {"name": "7", "colour": "red"}).status_code == 422


@pytest.mark.parametrize("noun", ["queues", "states", "priorities"])
def test_lists_show_all_and_forms_what_is_stored(root, world: World, noun: str) -> None:
    things = {"queues": "Support", "states": "closed successful", "priorities": "3 normal"}
    assert things[noun] in root.get(f"/admin/{noun}/").content.decode()
    model = {"queues": Queue, "states": State, "priorities": Priority}[noun]
    thing = model.objects.first()
    assert f'value="{thing.name}"' in root.get(f"/admin/{noun}/{thing.pk}/").content.decode()
    assert root.get(f"/admin/{noun}/999999/").status_code == 404
