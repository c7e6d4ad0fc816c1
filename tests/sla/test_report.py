"""The SLA report: kept, missed and overdue of what an agent may see, as a table, a picture and files."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.people.models import Person
from klardesk.sla.actions import change_service, save_setting
from klardesk.sla.clocks import Clock
from klardesk.sla.models import EscalationRules, Outcome
from klardesk.sla.report_picture import LENGTH, MOST, bars
from klardesk.sla.report_queries import Asked, Group, Line, sums
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from tests.matrix import client_of
from tests.sla.conftest import Promises, targets
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
PAGE = "/tickets/sla/"
MARCH = {"period": "days", "first": "2026-03-01", "last": "2026-03-31", "group": "sla"}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def answered(world: World, clock, title: str, minutes: int, **values: object) -> Ticket:
    """A ticket made now and answered so many minutes later."""
    ticket = world.ticket(title, **values)  # type: ignore[arg-type]
    clock.move(minutes=minutes)
    actions.add_article(ticket, world.article("Re", sender="agent"), by=SYSTEM)
    return ticket


@pytest.fixture
def week(world: World, promises: Promises, clock) -> World:
    """Support owes a response within an hour: two kept, one missed, one of Südwind's with Gold kept, one overdue."""
    targets(world.sales, promises.office, response_minutes=60)
    promises.gold.update_minutes = promises.gold.solution_minutes = 0
    save_setting(promises.gold, by=SYSTEM)
    for day, (title, minutes) in enumerate((("=1+1", 10), ("b", 20), ("c", 90)), start=2):
        clock.set(datetime(2026, 3, day, 9, tzinfo=UTC))
        answered(world, clock, title, minutes)
    clock.set(datetime(2026, 3, 5, 9, tzinfo=UTC))
    gold = world.ticket("gold", queue=world.sales, customer=world.emil, company=world.suedwind)
    change_service(gold, promises.mail, promises.gold, by=SYSTEM)
    clock.move(minutes=90)
    actions.add_article(gold, world.article("Re", sender="agent"), by=SYSTEM)
    clock.set(datetime(2026, 3, 6, 9, tzinfo=UTC))
    world.ticket("late")
    clock.move(hours=2)
    return world


def march(world: World, name: str = "anna", **values: object) -> Asked:
    start, end = datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC)
    return Asked(world.actor(name), start, end, **values)  # type: ignore[arg-type]


def told(lines: list[Line]) -> list[tuple[object, str, int, int, int]]:
    return [(line.group, line.clock.value, line.kept, line.missed, line.overdue) for line in lines]


def answer(client: Client, **asked: str) -> bytes:
    response = client.get(PAGE, MARCH | asked)
    assert response.status_code == 200
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if asked.get("format") == "xlsx":
        response.close()  # this closes the database too: nothing comes after it
    return content


def rows(client: Client, **asked: str) -> list[list[str]]:
    text = answer(client, **asked | {"format": "csv"}).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";" if "Geschuldet" in text else ","))


def test_sums_by_sla_queue_company_and_month(week: World) -> None:
    assert told(sums(march(week), Group.SLA)) == [("Gold", "response", 1, 0, 0), ("", "response", 2, 1, 1)]
    assert told(sums(march(week), Group.QUEUE)) == [("Sales", "response", 1, 0, 0), ("Support", "response", 2, 1, 1)]
    assert told(sums(march(week), Group.COMPANY)) == [
        ("Nordlicht GmbH", "response", 2, 1, 1), ("Südwind AG", "response", 1, 0, 0),
    ]  # fmt: skip
    [line] = sums(march(week), Group.MONTH)
    assert (line.kept, line.missed, line.overdue, line.percent) == (3, 1, 1, 75)
    assert isinstance(line.group, datetime)
    assert (line.group.year, line.group.month) == (2026, 3)


def test_overdue_is_a_clock_of_its_own_that_runs(week: World, promises: Promises, clock) -> None:
    targets(week.support, promises.office, response_minutes=60, update_minutes=30, solution_minutes=60)
    ticket = week.ticket("three")
    clock.move(hours=2)
    gold = [(line.clock.value, line.overdue) for line in sums(march(week), Group.QUEUE) if line.group == "Support"]
    assert gold == [("response", 2), ("update", 1), ("solution", 1)]
    save_setting(EscalationRules(pk=1), by=SYSTEM, suspending=[week.state("open")])
    actions.change_state(ticket, week.state("open"), by=SYSTEM)
    assert [line.overdue for line in sums(march(week, clock=Clock.SOLUTION), Group.QUEUE)] == []


def test_filters(week: World, promises: Promises) -> None:
    def count(**values: object) -> int:
        return sum(line.total for line in sums(march(week, **values), Group.SLA))

    assert count() == 5
    assert count(sla=promises.gold.pk) == 1
    assert (count(queue=week.support.pk), count(queue=week.sales.pk)) == (4, 1)
    assert (count(company="nl-1"), count(company="Südwind ag"), count(company="nobody")) == (4, 1, 0)
    assert (count(clock=Clock.RESPONSE), count(clock=Clock.UPDATE)) == (5, 0)


def test_a_period_has_its_first_moment_and_not_the_one_after_it(week: World) -> None:
    moment = Outcome.objects.order_by("met_at").values_list("met_at", flat=True)[0]
    actor = week.actor("anna")
    later = datetime(2026, 3, 3, tzinfo=UTC)
    assert sum(line.total for line in sums(Asked(actor, moment, later), Group.SLA)) == 1
    assert sums(Asked(actor, datetime(2026, 3, 1, tzinfo=UTC), moment), Group.SLA) == []


@pytest.mark.parametrize(("name", "total"), [("anna", 5), ("ben", 4), ("carla", 0), ("root", 0), ("dora", 0)])
def test_only_tickets_of_the_agents_lists_count(week: World, name: str, total: int) -> None:
    assert sum(line.total for line in sums(march(week, name), Group.QUEUE)) == total


def test_a_moved_ticket_counts_for_those_who_see_it_now(week: World) -> None:
    ticket = Ticket.all_rows.get(title="b")
    actions.move_ticket(ticket, week.sales, by=SYSTEM)
    assert sum(line.kept for line in sums(march(week, "ben"), Group.QUEUE)) == 1
    assert told(sums(march(week), Group.QUEUE)) == [("Sales", "response", 1, 0, 0), ("Support", "response", 2, 1, 1)]
    assert [row[1] for row in rows(client_of(week.ben), of="each")[1:]] == ["'=1+1", "c"]


def test_the_page_shows_numbers_and_a_picture_that_can_be_read_aloud(week: World) -> None:
    page = answer(client_of(week.anna), group="company").decode()
    assert re.findall(r"<td[^>]*>([^<]*)</td>", page)[:6] == [
        "Nordlicht GmbH",
        "First response",
        "2",
        "1",
        "1",
        "66.7 %",
    ]
    spoken = re.search(r'<svg class="bars"[^>]*role="img".*?<desc[^>]*>([^<]*)</desc>', page, re.DOTALL)
    assert spoken is not None
    assert spoken[1] == "Nordlicht GmbH: 2 kept, 1 missed, 1 overdue; Südwind AG: 1 kept, 0 missed, 0 overdue"
    assert page.count('<rect class="bar-kept"') == 2
    assert "<style" not in page
    assert " style=" not in page


def test_months_are_named_and_an_empty_period_says_so(week: World) -> None:
    assert "<td>2026-03</td>" in answer(client_of(week.anna), group="month").decode()
    page = answer(client_of(week.anna), first="2025-03-01", last="2025-03-31").decode()
    assert "Nothing ended then" in page
    assert '<svg class="bars"' not in page


@pytest.mark.parametrize(("period", "kept"), [("month", 0), ("last", 3), ("quarter", 0), ("year", 3)])
def test_named_periods(week: World, clock, period: str, kept: int) -> None:
    clock.set(datetime(2026, 4, 1, 9, tzinfo=UTC))
    found = rows(client_of(week.anna), period=period, group="month")[1:]
    assert sum(int(row[2]) for row in found) == kept


def test_without_a_choice_it_is_this_month_by_sla(week: World) -> None:
    page = client_of(week.anna).get(PAGE).content.decode()
    assert "<td>Gold</td>" in page
    assert "format=xlsx" in page


@pytest.mark.parametrize(
    "wrong",
    [{"first": "2026-04-01"}, {"first": ""}, {"first": "0001-01-01", "last": "9999-12-31"}, {"first": "x"}, {"group": "x"},
     {"queue": "999999"}, {"sla": "x"}, {"clock": "x"}, {"period": "x"}],
    ids=str,
)  # fmt: skip
def test_what_is_no_question_is_refused(week: World, wrong: dict[str, str]) -> None:
    assert client_of(week.anna).get(PAGE, MARCH | {"format": "csv"} | wrong).status_code == 422


def test_a_queue_out_of_reach_cannot_be_asked_for(week: World) -> None:
    assert client_of(week.ben).get(PAGE, MARCH | {"queue": str(week.sales.pk)}).status_code == 422
    assert "Sales" not in answer(client_of(week.ben)).decode()


def test_the_files_have_the_same_numbers_and_no_formula(week: World) -> None:
    client = client_of(week.anna)
    assert rows(client, group="queue") == [
        ["Queue", "What was owed", "Kept", "Missed", "Overdue at present", "Per cent kept"],
        ["Sales", "First response", "1", "0", "0", "100.0"], ["Support", "First response", "2", "1", "1", "66.7"],
    ]  # fmt: skip
    head, first, *_more = each = rows(client, of="each")
    assert head[1:] == ["Title", "SLA", "Queue", "Company", "What was owed", "Due", "Ended", "Kept"]
    assert first[1:] == [
        "'=1+1", "", "Support", "Nordlicht GmbH", "First response", "2026-03-02 11:00", "2026-03-02 10:10", "yes",
    ]  # fmt: skip
    assert [row[-1] for row in each[1:]] == ["yes", "yes", "no", "yes"]


def test_files_are_in_the_readers_form(week: World) -> None:
    Person.objects.filter(pk=week.anna.pk).update(language="de", time_zone="UTC")
    client = client_of(Person.objects.get(pk=week.anna.pk))
    assert rows(client, group="queue")[2] == ["Support", "Erste Antwort", "2", "1", "1", "66,7"]
    assert rows(client, of="each")[1][6:] == ["02.03.2026 10:00", "02.03.2026 09:10", "ja"]


@pytest.mark.parametrize("of", ["", "each"])
def test_workbooks_have_numbers_and_texts(week: World, of: str) -> None:
    content = answer(client_of(week.anna), format="xlsx", of=of, group="queue")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = list(sheet.iter(f"{SHEET}c"))
    assert not [cell for cell in cells if cell.find(f"{SHEET}f") is not None]
    texts = ["".join(cell.itertext()) for cell in cells]
    assert ("=1+1" in texts) if of else ("100" in texts)


def test_it_costs_the_same_however_much_there_is(week: World, clock) -> None:
    client = client_of(week.anna)
    answer(client)
    with CaptureQueriesContext(connection) as few:
        answer(client)
    for number in range(15):
        answered(week, clock, str(number), 5)
    answer(client)  # time went by: the session is marked as seen
    with CaptureQueriesContext(connection) as many:
        answer(client)
    assert len(many) == len(few)


def test_the_picture_has_the_largest_groups_and_adds_up() -> None:
    lines = [Line(f"{'long name ' * 5}{number}", Clock.UPDATE, number, 1, 2) for number in range(30)]
    found = bars(lines)
    assert [bar.counts["kept"] for bar in found] == list(range(30 - MOST, 30))
    assert sum(part.length for part in found[-1].parts) == LENGTH
    for bar in found:
        ends = [part.start + part.length for part in bar.parts]
        assert [part.start for part in bar.parts] == [0, *ends[:-1]]
    assert found[0].short.endswith("…")
    assert bars([]) == []
