"""The due times of a real installation's tickets are those which its own software computed."""

from __future__ import annotations

import pytest

from klardesk.sla import index
from klardesk.sla.models import TicketClock
from tests.sla.loading import load
from tests.sla.sample import STORED, read

pytestmark = pytest.mark.oracles
COLUMNS = {**{name: f"{clock.value}_due" for clock, name in STORED.items()}, "escalation_time": "first_due"}


def test_every_ticket_of_the_sample_is_due_when_its_own_software_says():
    sample, expected = read()
    found = {ticket["id"]: sample.due(ticket) for ticket in sample.tickets}
    assert len(found) == 401
    assert {each: (found[each], expected[each]) for each in found if found[each] != expected[each]} == {}
    assert sum(each["escalation_time"] > 0 for each in found.values()) > 50


@pytest.mark.django_db
def test_loaded_into_the_desk_every_ticket_is_due_when_its_own_software_says():
    sample, expected = read()
    tickets = load(sample)
    changed = sum(len(part) for part in index.rebuild())
    rows = {row.pk: row for row in TicketClock.objects.all()}
    found = {
        old: {name: _epoch(getattr(rows[key], column)) for name, column in COLUMNS.items()}
        for old, key in tickets.items()
    }
    assert (len(found), changed) == (401, 401)
    assert {each: (found[each], expected[each]) for each in found if found[each] != expected[each]} == {}
    assert not [one for part in index.differences() for one in part]


def _epoch(moment):
    return int(moment.timestamp()) if moment else 0
