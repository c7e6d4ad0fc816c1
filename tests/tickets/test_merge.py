"""Merging, splitting, linking and deleting tickets (contract 2.9; features 12, 14, 16, 23)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from klardesk.access.policy import Refused
from klardesk.tickets import actions, events
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Article, Attachment, DeletedTicket, Link, LinkType, Ticket, Watcher
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.queries import ticket_by_number
from klardesk.tickets.replay import state_at, ticket_events
from tests.world import SYSTEM, World


def test_a_merge_moves_articles_watchers_and_links(world: World) -> None:
    old, main, third = world.ticket("old"), world.ticket("main"), world.ticket("third")
    anna = world.actor("anna")
    actions.watch_ticket(old, world.anna, by=anna)
    actions.link_tickets(third, old, LinkType.PARENT_CHILD, by=anna)
    actions.link_tickets(old, main, LinkType.NORMAL, by=anna)
    actions.merge_ticket(old, main, by=anna)
    assert Article.all_rows.filter(ticket=main).count() == main.article_count == 2
    assert Article.all_rows.get(original_ticket=old).ticket == main
    assert Watcher.objects.get().ticket == main
    assert Link.objects.values_list("source", "target", "type").get() == (third.pk, main.pk, LinkType.PARENT_CHILD)
    assert (old.state.type, old.merged_into, old.article_count) == ("merged", main, 0)


def test_the_old_number_finds_the_new_ticket_through_chains(world: World) -> None:
    tickets = [world.ticket(str(n)) for n in range(4)]
    anna = world.actor("anna")
    for old, new in pairwise(tickets):
        actions.merge_ticket(old, new, by=anna)
    assert ticket_by_number(tickets[0].number, anna) == tickets[-1]
    assert tickets[-1].article_count == 4


def test_a_merged_ticket_takes_no_more_changes(world: World) -> None:
    old, main, anna = world.ticket(), world.ticket(), world.actor("anna")
    actions.merge_ticket(old, main, by=anna)
    with pytest.raises(NotPossible):
        actions.change_title(old, "no", by=anna)
    with pytest.raises(NotPossible):
        actions.merge_ticket(main, old, by=anna)
    with pytest.raises(NotPossible):
        actions.merge_ticket(main, main, by=anna)


def test_merging_needs_the_right_on_both(world: World) -> None:
    with pytest.raises(Ticket.DoesNotExist):
        actions.merge_ticket(world.ticket(), world.ticket(queue=world.raw), by=world.actor("anna"))


def test_a_split_copies_the_article_with_its_files_and_links_the_old_one(world: World) -> None:
    files = (
        NewAttachment.store("a.png", "image/png", b"picture", "cid-1", True),
        NewAttachment.store("b.txt", "text/plain", b"text"),
    )
    ticket = world.ticket(article=world.article("Two things", message_id="<one@x>", attachments=files))
    article = Article.all_rows.get(ticket=ticket)
    new = actions.split_ticket(article, by=world.actor("anna"), title="The second thing", queue=world.sales)
    copy = Article.all_rows.get(ticket=new)
    assert (copy.text, copy.message_id, new.customer) == (article.text, "", world.dora)
    assert list(Attachment.all_rows.filter(article=copy).values_list("name", "content_id", "inline")) == [
        ("a.png", "cid-1", True),
        ("b.txt", "", False),
    ]
    assert Link.objects.values_list("source", "target", "type").get() == (ticket.pk, new.pk, LinkType.PARENT_CHILD)


def test_links_have_two_ends_and_come_once(world: World) -> None:
    one, other, anna = world.ticket(), world.ticket(), world.actor("anna")
    actions.link_tickets(other, one, LinkType.NORMAL, by=anna)
    actions.link_tickets(one, other, LinkType.NORMAL, by=anna)
    assert Link.objects.count() == 1
    actions.unlink_tickets(Link.objects.get(), by=anna)
    assert not Link.objects.exists()
    with pytest.raises(NotPossible):
        actions.link_tickets(one, one, LinkType.NORMAL, by=anna)


def test_a_child_cannot_be_its_parents_parent(world: World) -> None:
    one, other, anna = world.ticket(), world.ticket(), world.actor("anna")
    actions.link_tickets(one, other, LinkType.PARENT_CHILD, by=anna)
    with pytest.raises(NotPossible):
        actions.link_tickets(other, one, LinkType.PARENT_CHILD, by=anna)


def test_linking_does_not_tell_of_foreign_tickets(world: World) -> None:
    with pytest.raises(Refused):
        actions.link_tickets(world.ticket(), world.ticket(queue=world.raw), LinkType.NORMAL, by=world.actor("anna"))


def test_deletion_leaves_its_record(world: World) -> None:
    ticket, other, anna = world.ticket(), world.ticket(), world.actor("anna")
    actions.link_tickets(ticket, other, LinkType.NORMAL, by=anna)
    key, number = ticket.pk, ticket.number
    with pytest.raises(Refused):
        actions.delete_ticket(ticket, by=anna, reason="spam")
    with pytest.raises(NotPossible):
        actions.delete_ticket(ticket, by=SYSTEM, reason=" ")
    actions.delete_ticket(ticket, by=SYSTEM, reason="spam")
    assert not Ticket.all_rows.filter(pk=key).exists()
    assert DeletedTicket.objects.get().number == number
    assert (state_at(key).deleted, state_at(key).number) == (True, number)
    assert not Link.objects.exists()


def test_a_link_goes_with_the_ticket_though_its_other_end_is_out_of_the_administrators_sight(world: World) -> None:
    spam, other = world.ticket("Spam"), world.ticket("Other")
    actions.link_tickets(spam, other, "normal", by=SYSTEM)
    root = world.actor("root")
    assert not Ticket.objects.visible_to(root).exists()
    actions.delete_ticket(spam, by=root, reason="spam")
    assert not Link.objects.exists()
    gone = ticket_events(other.pk).last()
    assert isinstance(gone.payload, events.Unlinked)
    assert (gone.actor_kind, gone.actor_name) == ("agent", root.name)
