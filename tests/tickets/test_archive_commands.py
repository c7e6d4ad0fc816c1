"""`klardesk ticket archive` and `unarchive`: by number, or all that a rule names."""

from __future__ import annotations

import pytest

from klardesk.cli import main
from klardesk.tickets.models import Ticket
from tests.tickets.test_archive import archived, closed, there
from tests.world import World

pytestmark = pytest.mark.django_db


def test_by_number_each_by_itself(world: World, capsys) -> None:
    first, open_, second = closed(world), world.ticket(), closed(world)
    assert main(["ticket", "archive", first.number, open_.number, "1", second.number]) == 1
    said = capsys.readouterr()
    assert f"Ticket {second.number} is archived." in said.out
    assert f"{open_.number}: Only closed tickets can be archived." in said.err
    assert "There is no ticket 1." in said.err
    assert [there(one) for one in (first, open_, second)] == [True, False, True]
    assert main(["ticket", "unarchive", first.number]) == 0
    assert not there(first)


def test_all_that_nobody_changed(world: World, clock, capsys) -> None:
    old = closed(world)
    clock.move(days=400)
    young = closed(world)
    assert main(["ticket", "archive", "--unchanged", "365"]) == 0
    assert "1 ticket was archived." in capsys.readouterr().out
    assert [there(old), there(young)] == [True, False]
    assert main(["ticket", "archive", "--unchanged", "-1"]) == 1


def test_all_out_again(world: World, capsys) -> None:
    for number in range(3):
        archived(world, f"Ticket {number}")
    assert main(["ticket", "unarchive", "--all"]) == 0
    assert "3 tickets were taken out of the archive." in capsys.readouterr().out
    assert not Ticket.all_rows.filter(archived=True).exists()


@pytest.mark.parametrize("words", [["archive"], ["unarchive"], ["archive", "1", "--unchanged", "3"]])
def test_numbers_or_a_rule_and_not_both(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ticket", *words])
