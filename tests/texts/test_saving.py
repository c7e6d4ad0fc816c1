"""Texts are saved by administrators, with a record, and chosen per queue."""

from __future__ import annotations

import pytest

from klardesk.access.policy import Refused
from klardesk.ledger.models import Event
from klardesk.texts.actions import save_text
from klardesk.texts.models import AutoResponse, Occasion, QueueTexts, Salutation
from klardesk.texts.queries import frame_of, response_for
from tests.world import World

pytestmark = pytest.mark.django_db


def test_saving_is_recorded_once(world: World) -> None:
    salutation = save_text(Salutation(name="Hello", text="Hello"), by=world.actor("root"))
    save_text(salutation, by=world.actor("root"))
    salutation.text = "Good morning"
    save_text(salutation, by=world.actor("root"))
    events = Event.objects.filter(kind="texts.saved").order_by("pk")
    assert [event.payload.created for event in events] == [True, False]
    assert [(change.name, change.new) for change in events[1].payload.changes] == [("text", "Good morning")]


@pytest.mark.parametrize("name", ["anna", "ben", "carla"])
def test_only_administrators_save(world: World, name: str) -> None:
    with pytest.raises(Refused):
        save_text(Salutation(name="Hello", text="Hello"), by=world.actor(name))
    assert not Salutation.objects.exists()


def test_a_queue_uses_its_valid_texts(world: World) -> None:
    root = world.actor("root")
    salutation = save_text(Salutation(name="Hello", text="Hello"), by=root)
    response = save_text(AutoResponse(name="Thanks", subject="Thanks", text="We have it."), by=root)
    save_text(QueueTexts(queue=world.support, salutation=salutation, on_new=response), by=root)
    assert frame_of(world.support) == ("Hello", "")
    assert frame_of(world.sales) == ("", "")
    assert response_for(world.support, Occasion.NEW) == response
    assert response_for(world.support, Occasion.FOLLOW_UP) is None
    response.valid = False
    save_text(response, by=root)
    assert response_for(world.support, Occasion.NEW) is None
