"""What it costs the live server to tell many listeners of a change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from klardesk.access.models import PersonGrant
from klardesk.base import clock
from klardesk.live.listeners import Listener
from klardesk.live.lookout import Lookout
from klardesk.people.models import Person
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from tests.world import SYSTEM, World

if TYPE_CHECKING:
    from tests.bench.fill import Filled
    from tests.bench.measure import Bench

LISTENERS = 200
EVENTS = 40


def live(bench: Bench, world: World, filled: Filled) -> None:
    """CPU for each look, and for each event and listener: half of them may see the tickets, half may not."""
    listeners = {Listener(f"session {number}", person.pk, "") for number, person in enumerate(_agents(world))}
    lookout = Lookout()
    lookout._ended = lambda _listeners: set()  # type: ignore[method-assign]  # sessions are measured apart
    lookout.begin()
    lookout.look(listeners)
    tickets = list(Ticket.all_rows.filter(queue=world.support).order_by("pk")[:EVENTS])
    spent = told = 0.0
    for number, ticket in enumerate(tickets):
        actions.change_title(ticket, f"Title {number}", by=SYSTEM)
        start = time.process_time()
        look = lookout.look(listeners)
        spent += time.process_time() - start
        told += len([message.text() for message in look.messages.values()])
    if told != len(tickets) * LISTENERS / 2:
        raise RuntimeError(f"{told} messages were told, {len(tickets) * LISTENERS / 2} should be")
    bench.tell("live: telling one event to one listener", spent / len(tickets) / LISTENERS * 1_000_000, "µs CPU")
    start = time.process_time()
    for _round in range(100):
        lookout.look(listeners)
    bench.tell("live: a look that finds nothing", (time.process_time() - start) * 10, "ms CPU/look")


def _agents(world: World) -> list[Person]:
    now = clock.now()
    people = [
        Person(
            realm="agent", login=f"listener{number}", login_key=f"listener{number}", last_name=f"Listener {number}",
            created_at=now, changed_at=now,
        )
        for number in range(LISTENERS)
    ]  # fmt: skip
    made = Person.objects.bulk_create(people)
    PersonGrant.objects.bulk_create(
        PersonGrant(person=person, group=world.support_group, right="ro") for person in made[: LISTENERS // 2]
    )
    return made
