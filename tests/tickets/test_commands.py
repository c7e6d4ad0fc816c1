"""`klardesk ticket`: deletion leaves its record; the history is told for tickets that are gone too."""

from __future__ import annotations

import json

import pytest

from klardesk.cli import main
from klardesk.tickets.models import DeletedTicket, Ticket
from tests.world import World

pytestmark = pytest.mark.django_db


def test_delete_keeps_number_reason_and_history(world: World, capsys) -> None:
    number = world.ticket("Spam").number
    assert main(["ticket", "delete", number, "--reason", "spam"]) == 0
    assert not Ticket.all_rows.filter(number=number).exists()
    assert DeletedTicket.objects.get(number=number).reason == "spam"
    capsys.readouterr()
    assert main(["ticket", "history", number, "--json"]) == 0
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["ticket.created", "ticket.article_added", "ticket.deleted"]


def test_delete_without_a_reason_is_refused(world: World, capsys) -> None:
    number = world.ticket("Spam").number
    assert main(["ticket", "delete", number, "--reason", " "]) == 1
    assert "reason" in capsys.readouterr().err
    assert Ticket.all_rows.filter(number=number).exists()


@pytest.mark.parametrize("words", [["delete", "1", "--reason", "x"], ["history", "1"]])
def test_an_unknown_number_is_said(words: list[str], world: World, capsys) -> None:
    assert main(["ticket", *words]) == 1
    assert "1" in capsys.readouterr().err


def test_history_is_one_line_for_each_event(world: World, capsys) -> None:
    ticket = world.ticket("Printer")
    assert main(["ticket", "history", ticket.number]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert f"created as {ticket.number} in Support: Printer" in lines[0]
