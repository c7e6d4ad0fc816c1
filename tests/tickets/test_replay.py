"""Whatever is done, the history rebuilds the ticket; a row changed behind the desk's back is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klardesk.access.policy import Refused
from klardesk.base import clock
from klardesk.ledger.registry import from_json
from klardesk.tickets import actions
from klardesk.tickets.events import Created, Ref
from klardesk.tickets.integrity import differences, stored_state
from klardesk.tickets.models import Article, Link, LinkType, Ticket
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.replay import state_at, ticket_events
from tests.world import SYSTEM, World

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def _steps(world: World) -> list[Any]:
    first: Any = lambda t: Article.all_rows.filter(ticket=t)[:1]  # noqa: E731
    act, states = actions, [world.state(name) for name in ("open", "closed successful", "removed")]
    pending = world.state("pending reminder")
    return [
        lambda t, _o, n: actions.change_title(t, f"title {n}", by=SYSTEM),
        lambda t, _o, n: actions.change_priority(t, world.priority(n % 5 + 1), by=SYSTEM),
        lambda t, _o, n: actions.change_owner(t, [None, world.anna, world.ben][n % 3], by=SYSTEM),
        lambda t, _o, _n: actions.lock_ticket(t, by=world.actor("anna")),
        lambda t, _o, _n: actions.unlock_ticket(t, by=SYSTEM),
        lambda t, _o, n: actions.move_ticket(t, [world.support, world.hardware, world.sales][n % 3], by=SYSTEM),
        lambda t, _o, n: actions.change_state(t, states[n % 3], by=SYSTEM),
        lambda t, _o, n: act.change_state(t, pending, by=SYSTEM, pending_until=START + timedelta(hours=n)),
        lambda t, _o, n: actions.add_article(t, world.article(f"again {n}"), by=SYSTEM),
        lambda t, _o, n: actions.follow_up(t, world.article(f"mail {n}", channel="email"), by=SYSTEM),
        lambda t, _o, _n: actions.watch_ticket(t, world.anna, by=SYSTEM),
        lambda t, _o, _n: actions.unwatch_ticket(t, world.anna, by=SYSTEM),
        lambda t, o, n: actions.link_tickets(t, o, [LinkType.NORMAL, LinkType.PARENT_CHILD][n % 2], by=SYSTEM),
        lambda t, _o, _n: [actions.unlink_tickets(link, by=SYSTEM) for link in Link.objects.filter(source=t)[:1]],
        lambda t, _o, n: [act.split_ticket(a, by=SYSTEM, title=f"split {n}", queue=world.sales) for a in first(t)],
        lambda t, _o, _n: [act.change_visibility(a, not a.visible_to_customer, by=SYSTEM) for a in first(t)],
        lambda t, o, _n: actions.merge_ticket(t, o, by=SYSTEM),
        lambda t, _o, n: act.change_customer(t, customer=[None, world.emil][n % 2], company=None, by=SYSTEM),
        lambda _t, _o, _n: actions.run_pending(),
    ]  # fmt: skip


STEP = st.tuples(st.integers(0, 18), st.integers(0, 3), st.integers(0, 3), st.integers(0, 40))


@given(steps=st.lists(STEP, max_size=25))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_history_and_rows_agree_after_any_actions(world: World, steps: list[tuple[int, int, int, int]]) -> None:
    with transaction.atomic():
        with clock.at(START - timedelta(minutes=1)):
            tickets = [world.ticket(f"ticket {n}") for n in range(4)]
        past: list[tuple[Ticket, datetime, Any]] = []
        for minute, (step, one, other, number) in enumerate(steps):
            with clock.at(START + timedelta(minutes=minute)):
                try:
                    with transaction.atomic():
                        _steps(world)[step](tickets[one], tickets[other], number)
                except (NotPossible, Refused):
                    continue
            past.append(
                (
                    tickets[one],
                    START + timedelta(minutes=minute, seconds=1),
                    stored_state(Ticket.all_rows.get(pk=tickets[one].pk)),
                )
            )
        assert list(differences()) == []
        for ticket, moment, stored in past:
            assert state_at(ticket.pk, moment) == stored
        transaction.set_rollback(True)


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("table", "change"),
    [("tickets_ticket", "title = 'forged'"), ("tickets_ticket", "locked = true"), ("tickets_article", "text = 'forged'"),
     ("tickets_article", "visible_to_customer = false"), ("tickets_ticket", "created_at = '2001-01-01 00:00:00+00:00'")],
)  # fmt: skip
def test_a_row_changed_behind_the_desks_back_is_named(world: World, table: str, change: str) -> None:
    ticket = world.ticket()
    column, value = change.split(" = ")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {value}")
    found = list(differences())
    assert len(found) == 1
    assert ticket.number in found[0].detail


@pytest.mark.tampers
def test_a_ticket_that_vanished_is_named(world: World) -> None:
    ticket = world.ticket()
    key = ticket.pk
    parts = (("search_document", "ticket_id"), ("sla_ticketclock", "ticket_id"), ("tickets_article", "ticket_id"))
    for table, column in (*parts, ("tickets_ticket", "id")):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [key])
    assert [(found.reason, found.chain) for found in differences()] == [("vanished", f"ticket:{key}")]


def test_an_event_from_before_there_were_types_is_read(world: World) -> None:
    event = ticket_events(world.ticket().pk).first()
    assert event is not None
    plain = json.loads(event.payload_text or "")
    del plain["type"]
    old = from_json(event.kind, json.dumps(plain))
    assert (type(old), old.type) == (Created, Ref(None, ""))
