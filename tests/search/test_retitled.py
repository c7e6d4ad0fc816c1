"""A word of a ticket's title and one of an article's text find the article together: by the title that the ticket has now."""

from __future__ import annotations

import pytest
from django.db import transaction

from klardesk.search import index, retitled
from klardesk.search.files.contents import run_reading
from klardesk.search.models import Document, Progress
from klardesk.search.queries import find
from klardesk.search.retitled import run_retitled
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Ticket
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def go_on() -> bool:
    return False


def found(question: str, world: World) -> set[str]:
    return {hit.row["number"] for hit in find(question, world.actor("anna"), limit=200).hits}


def documents() -> list[tuple[int, int | None, str]]:
    rows = Document.objects.order_by("ticket", "article", "visible_to_customer")
    return list(rows.values_list("ticket", "article", "words"))


def same_as_made_anew() -> bool:
    there = documents()
    with transaction.atomic():
        index.rebuild()
    return documents() == there


def test_the_new_title_is_found_with_the_text_and_the_old_one_no_more(world: World) -> None:
    ticket = world.ticket("Printer", article=world.article("x", "it burns"))
    actions.change_title(ticket, "Scanner", by=SYSTEM)
    assert found("scanner burns", world) == {ticket.number}
    assert found("printer", world) == set()
    assert not Progress.objects.exists()
    assert same_as_made_anew()


def test_words_in_files_stay(world: World) -> None:
    file = NewAttachment.store("a.txt", "text/plain", b"lighthouse")
    ticket = world.ticket("Printer", article=world.article("x", "see the file", attachments=(file,)))
    run_reading(go_on)
    actions.change_title(ticket, "Scanner", by=SYSTEM)
    assert found("scanner lighthouse", world) == {ticket.number}
    assert same_as_made_anew()


def test_a_long_ticket_is_gone_through_by_the_sweep_wherever_it_is_stopped(world: World, monkeypatch) -> None:
    monkeypatch.setattr(retitled, "AT_ONCE", 3)
    ticket = world.ticket("Printer", article=world.article("x", "text0"))
    for number in range(1, 10):
        actions.add_article(ticket, world.article("x", f"text{number}"), by=SYSTEM)
    actions.change_title(Ticket.all_rows.get(pk=ticket.pk), "Scanner", by=SYSTEM)
    assert found("scanner text9", world) == {ticket.number}
    assert found("scanner text1", world) == set()
    stops = iter([False, True])
    assert run_retitled(lambda: next(stops)) == 3
    assert found("scanner text2", world) == {ticket.number}
    assert found("scanner text3", world) == set()
    assert run_retitled(go_on) == 7
    assert all(found(f"scanner text{number}", world) == {ticket.number} for number in range(10))
    assert found("printer", world) == set()
    assert run_retitled(go_on) == 0
    assert same_as_made_anew()


def test_a_deleted_ticket_no_longer_waits(world: World, monkeypatch) -> None:
    monkeypatch.setattr(retitled, "AT_ONCE", 1)
    ticket = world.ticket("Printer")
    actions.add_article(ticket, world.article(), by=SYSTEM)
    actions.change_title(Ticket.all_rows.get(pk=ticket.pk), "Scanner", by=SYSTEM)
    assert Progress.objects.count() == 1
    Progress.objects.update(name=f"{retitled.SWEEP}.{ticket.pk + 1000}")
    assert run_retitled(go_on) == 0
    assert not Progress.objects.exists()


def test_merged_articles_are_found_by_the_title_of_where_they_are(world: World) -> None:
    source = world.ticket("Printer", article=world.article("x", "it burns"))
    target = world.ticket("Scanner", article=world.article("x", "it smokes"))
    actions.merge_ticket(source, target, by=world.actor("anna"))
    assert found("scanner burns", world) == {target.number}
    assert same_as_made_anew()
