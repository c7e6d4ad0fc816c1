"""Changing tickets: rights, one event each, nothing overwritten unseen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from klardesk.access.policy import Refused
from klardesk.tickets import actions, events
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.policy import ChangedMeanwhile, NotPossible
from klardesk.tickets.replay import state_at, ticket_events
from tests.world import SYSTEM, World

LATER = datetime(2030, 1, 1, tzinfo=UTC)


def kinds(ticket: Ticket) -> list[str]:
    return [item.kind.removeprefix("ticket.") for item in ticket_events(ticket.pk)]


def test_a_new_ticket_tells_of_itself_and_its_article(world: World) -> None:
    ticket = world.ticket("Ä title\nwith a break")
    assert kinds(ticket) == ["created", "article_added"]
    assert (ticket.title, ticket.state.name, ticket.priority.level, ticket.revision) == (
        "Ä title with a break",
        "new",
        3,
        2,
    )


def test_a_long_title_is_cut_and_the_article_keeps_it(world: World) -> None:
    ticket = world.ticket("x" * 300)
    assert len(ticket.title) == 255
    assert Article.all_rows.get(ticket=ticket).subject == "x" * 300


def test_nul_in_a_mail_does_not_stop_it(world: World) -> None:
    ticket = world.ticket(article=world.article("a\0b", "text\0"))
    assert Article.all_rows.get(ticket=ticket).text == "text"


def test_each_change_is_one_event_and_the_same_again_none(world: World) -> None:
    ticket, anna = world.ticket(), world.actor("anna")
    for _time in range(2):
        actions.change_priority(ticket, world.priority(5), by=anna)
        actions.change_owner(ticket, world.anna, by=anna)
        actions.change_responsible(ticket, world.anna, by=anna)
        actions.change_title(ticket, "Smoke", by=anna)
        actions.change_state(ticket, world.state("pending reminder"), by=anna, pending_until=LATER)
        actions.change_customer(ticket, customer=world.emil, company=world.suedwind, by=anna)
        actions.lock_ticket(ticket, by=anna)
        actions.watch_ticket(ticket, world.anna, by=anna)
    assert kinds(ticket)[2:] == [
        "priority_changed", "owner_changed", "responsible_changed", "title_changed", "state_changed",
        "customer_changed", "locked", "watched",
    ]  # fmt: skip


def test_moving_unlocks_and_needs_both_rights(world: World) -> None:
    ticket, anna = world.ticket(), world.actor("anna")
    actions.lock_ticket(ticket, by=anna)
    actions.move_ticket(ticket, world.sales, by=anna)
    assert (ticket.queue, ticket.locked) == (world.sales, False)
    with pytest.raises(Refused):
        actions.move_ticket(ticket, world.raw, by=anna)


def test_closing_unlocks_and_leaving_pending_forgets_the_time(world: World) -> None:
    ticket, anna = world.ticket(), world.actor("anna")
    actions.lock_ticket(ticket, by=anna)
    actions.change_state(ticket, world.state("pending reminder"), by=anna, pending_until=LATER)
    assert ticket.locked
    actions.change_state(ticket, world.state("closed successful"), by=anna)
    assert (ticket.locked, ticket.pending_until) == (False, None)


@pytest.mark.parametrize(("state", "until"), [("pending reminder", None), ("open", LATER), ("merged", None)])
def test_a_state_that_makes_no_sense_is_refused(world: World, state: str, until: datetime | None) -> None:
    ticket = world.ticket()
    with pytest.raises(NotPossible):
        actions.change_state(ticket, world.state(state), by=world.actor("anna"), pending_until=until)


def test_reading_is_not_writing(world: World) -> None:
    ticket = world.ticket()
    with pytest.raises(Refused):
        actions.change_title(ticket, "mine", by=world.actor("ben"))
    with pytest.raises(Refused):
        actions.add_article(ticket, world.article(), by=world.actor("ben"))


@pytest.mark.parametrize("who", ["carla", "emil"])
def test_a_foreign_ticket_looks_like_none(world: World, who: str) -> None:
    ticket = world.ticket()
    with pytest.raises(Ticket.DoesNotExist):
        actions.change_title(ticket, "mine", by=world.actor(who))


def test_creating_needs_its_right(world: World) -> None:
    with pytest.raises(Refused):
        actions.create_ticket(by=world.actor("ben"), title="no", queue=world.support)


def test_a_change_by_somebody_else_is_shown_never_overwritten(world: World) -> None:
    ticket, anna = world.ticket(), world.actor("anna")
    seen = ticket.revision
    actions.add_article(ticket, world.article("More smoke"), by=SYSTEM)
    with pytest.raises(ChangedMeanwhile) as caught:
        actions.change_state(ticket, world.state("closed successful"), by=anna, revision=seen)
    assert [type(item.payload) for item in caught.value.events] == [events.ArticleAdded]
    assert Ticket.all_rows.get(pk=ticket.pk).state.name == "new"


def test_watching_disturbs_nobody(world: World) -> None:
    ticket, anna = world.ticket(), world.actor("anna")
    seen = ticket.revision
    actions.watch_ticket(ticket, world.ben, by=world.actor("ben"))
    actions.change_title(ticket, "Smoke", by=anna, revision=seen)


def test_a_mask_changes_all_or_nothing(world: World) -> None:
    ticket, anna = world.ticket(), world.actor("anna")
    wanted = actions.Changes(priority=world.priority(5), owner=world.anna, state=world.state("open"), queue=world.raw)
    with pytest.raises(Refused):
        actions.apply_changes(ticket, wanted, by=anna)
    assert kinds(ticket) == ["created", "article_added"]
    wanted = actions.Changes(priority=world.priority(5), owner=world.anna, state=world.state("open"), queue=world.sales)
    actions.apply_changes(ticket, wanted, by=anna, revision=ticket.revision)
    assert kinds(ticket)[2:] == ["priority_changed", "owner_changed", "state_changed", "moved"]
    assert ticket.queue == world.sales


def test_visibility_is_a_fact_of_the_history(world: World) -> None:
    ticket = world.ticket()
    article = Article.all_rows.get(ticket=ticket)
    actions.change_visibility(article, False, by=world.actor("anna"))
    actions.change_visibility(article, False, by=world.actor("anna"))
    assert kinds(ticket)[2:] == ["visibility_changed"]
    assert not Article.objects.visible_to(world.actor("dora")).exists()


def test_only_agents_own_tickets(world: World) -> None:
    with pytest.raises(NotPossible):
        actions.change_owner(world.ticket(), world.dora, by=world.actor("anna"))


def test_the_past_can_be_asked(world: World) -> None:
    ticket, anna = world.ticket(), world.actor("anna")
    actions.change_title(ticket, "Smoke", by=anna)
    before = ticket.changed_at
    actions.change_title(ticket, "Fire", by=anna)
    assert (state_at(ticket.pk, before).title, state_at(ticket.pk).title) == ("Smoke", "Fire")
