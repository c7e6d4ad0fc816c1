"""A merge taken back: both tickets whole again, by events; what came since stays where it came."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klardesk.access.policy import Refused
from klardesk.search.models import Document
from klardesk.tickets import actions
from klardesk.tickets.drafts import Place, TimeSpent
from klardesk.tickets.integrity import stored_state
from klardesk.tickets.models import Article, Draft, Link, LinkType, Ticket, TimeEntry
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.replay import state_at
from tests.desk.test_start import browser
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.all_rows.get(pk=ticket.pk)


def whole(ticket: Ticket) -> dict[str, object]:
    """All of a ticket but the revision and the moment of its change, which an undo moves on."""
    state = vars(stored_state(fresh(ticket)))
    return {name: value for name, value in state.items() if name not in ("revision", "changed_at")}


def test_both_tickets_are_whole_again(world: World, clock) -> None:
    old, main, third, child = (world.ticket(name) for name in ("old", "main", "third", "child"))
    anna = world.actor("anna")
    actions.watch_ticket(old, world.anna, by=anna)
    actions.watch_ticket(old, world.ben, by=SYSTEM)
    actions.watch_ticket(main, world.ben, by=SYSTEM)
    actions.link_tickets(third, old, LinkType.PARENT_CHILD, by=anna)
    actions.link_tickets(old, child, LinkType.PARENT_CHILD, by=anna)
    actions.link_tickets(main, child, LinkType.PARENT_CHILD, by=anna)
    actions.link_tickets(old, main, LinkType.NORMAL, by=anna)
    actions.add_time(old, TimeSpent(150), by=anna)
    actions.add_time(main, TimeSpent(50), by=anna)
    actions.lock_ticket(old, by=anna)
    actions.change_state(old, world.state("pending reminder"), by=anna, pending_until=clock.now() + timedelta(days=1))
    before = [whole(one) for one in (old, main, third, child)]
    clock.move(minutes=1)
    actions.merge_ticket(old, main, by=anna)
    assert actions.unmerge_ticket(fresh(old), by=anna) == main
    assert [whole(one) for one in (old, main, third, child)] == before
    assert Article.all_rows.get(ticket=old).original_ticket is None
    assert TimeEntry.all_rows.get(ticket=old).original_ticket is None
    assert set(Document.objects.filter(ticket=old).values_list("article__ticket", flat=True)) == {None, old.pk}
    assert state_at(old.pk).pending_until == before[0]["pending_until"]


def test_what_came_since_stays_and_what_was_removed_stays_removed(world: World) -> None:
    old, main, third, anna = world.ticket("old"), world.ticket("main"), world.ticket("third"), world.actor("anna")
    actions.link_tickets(old, third, LinkType.NORMAL, by=anna)
    actions.merge_ticket(old, main, by=anna)
    added = actions.add_article(fresh(main), world.article("Later"), by=SYSTEM)
    actions.change_visibility(Article.all_rows.get(original_ticket=old), False, by=anna)
    actions.unlink_tickets(Link.objects.get(), by=anna)
    actions.unmerge_ticket(fresh(old), by=anna)
    assert list(Article.all_rows.filter(ticket=main).order_by("pk"))[1] == added
    assert not Article.all_rows.get(ticket=old).visible_to_customer
    assert not Link.objects.exists()


def test_a_chain_of_merges_is_taken_back_from_its_end(world: World) -> None:
    one, two, three, anna = world.ticket("one"), world.ticket("two"), world.ticket("three"), world.actor("anna")
    before = [whole(ticket) for ticket in (one, two, three)]
    actions.merge_ticket(one, two, by=anna)
    actions.merge_ticket(fresh(two), three, by=anna)
    with pytest.raises(NotPossible):
        actions.unmerge_ticket(fresh(one), by=anna)
    actions.unmerge_ticket(fresh(two), by=anna)
    actions.unmerge_ticket(fresh(one), by=anna)
    assert [whole(ticket) for ticket in (one, two, three)] == before
    with pytest.raises(NotPossible):
        actions.unmerge_ticket(fresh(one), by=anna)
    actions.merge_ticket(fresh(one), fresh(two), by=anna)
    actions.unmerge_ticket(fresh(one), by=anna)
    assert [whole(ticket) for ticket in (one, two, three)] == before


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["old", "main"]), st.sampled_from(["normal", "parent", "child"]),
                          st.integers(0, 2)), max_size=5), st.sets(st.sampled_from(["anna", "ben"])))  # fmt: skip
def test_any_links_and_watchers_come_back(world: World, links, watching) -> None:
    ends = {"old": world.ticket("old"), "main": world.ticket("main")}
    others = [world.ticket(f"other {number}") for number in range(3)]
    for end, role, number in links:
        pair = (others[number], ends[end]) if role == "parent" else (ends[end], others[number])
        try:
            actions.link_tickets(*pair, LinkType.NORMAL if role == "normal" else LinkType.PARENT_CHILD, by=SYSTEM)
        except NotPossible:
            continue
    for name in watching:
        actions.watch_ticket(ends["old"], getattr(world, name), by=SYSTEM)
    tickets = [*ends.values(), *others]
    before = [whole(ticket) for ticket in tickets]
    actions.merge_ticket(fresh(ends["old"]), fresh(ends["main"]), by=SYSTEM)
    actions.unmerge_ticket(fresh(ends["old"]), by=SYSTEM)
    assert [whole(ticket) for ticket in tickets] == before


def test_who_may_not_merge_may_not_undo_it(world: World) -> None:
    old, main = world.ticket("old"), world.ticket("main")
    actions.merge_ticket(old, main, by=world.actor("anna"))
    with pytest.raises(Refused):
        actions.unmerge_ticket(fresh(old), by=world.actor("ben"))
    with pytest.raises(Ticket.DoesNotExist):
        actions.unmerge_ticket(fresh(old), by=world.actor("carla"))


def merged(client: Client, old: Ticket, main: Ticket) -> str:
    """Merge by the mask; the address by which it is undone."""
    data = {"number": main.number, "revision": fresh(old).revision, "confirmed": "yes"}
    client.post(f"/tickets/{old.pk}/merge/", data)
    page = client.get(f"/tickets/{main.pk}/").content.decode()
    found = re.search(r'data-undo="\d+"[^>]*href="([^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_the_mask_offers_to_undo_it(world: World, clock) -> None:
    anna, old, main = browser(world, "anna"), world.ticket("old"), world.ticket("main")
    address = merged(anna, old, main)
    response = anna.post(address, **HTMX)  # type: ignore[arg-type]
    assert response.headers["HX-Redirect"] == f"/tickets/{old.pk}/"
    assert fresh(old).merged_into_id is None
    assert "Undone." in anna.get(f"/tickets/{old.pk}/").content.decode()
    history = anna.get(f"/tickets/{old.pk}/history/").content.decode()
    assert f"the merge into {main.number} was undone" in history
    anna.post(address, **HTMX)  # type: ignore[arg-type]
    assert "nothing was undone" in anna.get(f"/tickets/{main.pk}/").content.decode()


def test_drafts_at_the_articles_go_back_with_them(world: World) -> None:
    old, main, anna = world.ticket("old"), world.ticket("main"), world.actor("anna")
    article = Article.all_rows.get(ticket=old)
    actions.save_draft(Place("article_reply", old.pk, article.pk), {"text": ["Half"]}, [], by=anna, ticket=old)
    actions.merge_ticket(old, main, by=anna)
    assert Draft.all_rows.get().ticket_id == main.pk
    actions.unmerge_ticket(fresh(old), by=anna)
    assert Draft.all_rows.get().ticket_id == old.pk
