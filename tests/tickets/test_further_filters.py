"""Every attribute of tickets narrows a list, for itself and against itself; nothing tells of what one does not see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from klardesk.base import clock
from klardesk.sla.actions import change_service
from klardesk.sla.models import Service
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.filters import condition, filters_of, names
from klardesk.tickets.models import SavedView, Ticket
from klardesk.tickets.slots import filter_parameters
from tests.tickets.test_filters import LIST, chips, found
from tests.world import SYSTEM, World

ALL = {"state": "all"}


@pytest.fixture
def desk(world: World) -> World:
    """Four tickets that differ in everything."""
    files = (NewAttachment.store("Lageplan.pdf", "application/pdf", b"x"),)
    mail = world.article(
        "Der Netzwerkdrucker",
        "Er steht in Köln",
        attachments=files,
        from_text="Zoe Albrecht <z@x.example>",
        to_text="desk@desk.example",
        cc_text="Cornelia <c@x.example>",
    )
    printer = world.ticket("Printer", owner=world.anna, priority=world.priority(5), article=mail)
    actions.watch_ticket(printer, world.anna, by=SYSTEM)
    actions.lock_ticket(printer, by=SYSTEM)
    phone = world.ticket(
        "Phone",
        queue=world.hardware,
        customer=world.emil,
        company=world.suedwind,
        article=world.article("x", "y", channel="note"),
    )
    change_service(phone, Service.objects.create(name="Mail"), None, by=SYSTEM)
    world.ticket("Sales", queue=world.sales, owner=world.ben, responsible=world.anna, article=world.article("x", "y"))
    done = world.ticket("Done", owner=world.carla, article=world.article("x", "y"))
    actions.change_state(done, world.state("closed successful"), by=SYSTEM)
    return world


EVERY = ["Done", "Phone", "Printer", "Sales"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"not_queues": "{sales}"}, ["Done", "Phone", "Printer"]),
        ({"queues_below": "{support}"}, ["Done", "Phone", "Printer"]),
        ({"not_queues_below": "{support}"}, ["Sales"]),
        ({"queues_below": "{raw}"}, []),
        ({"not_states": "{closed}"}, ["Phone", "Printer", "Sales"]),
        ({"state_types": "closed"}, ["Done"]),
        ({"not_state_types": ["closed", "new"]}, []),
        ({"not_priority": "{urgent}"}, ["Done", "Phone", "Sales"]),
        ({"not_owner": ["me", "{ben}"]}, ["Done", "Phone"]),
        ({"not_owner": "none"}, ["Done", "Printer", "Sales"]),
        ({"not_responsible": "me"}, ["Done", "Phone", "Printer"]),
        ({"watcher": "me"}, ["Printer"]),
        ({"watcher": "none"}, ["Done", "Phone", "Sales"]),
        ({"not_watcher": "{anna}"}, ["Done", "Phone", "Sales"]),
        ({"locked": "yes"}, ["Printer"]),
        ({"locked": ["yes", "no"]}, EVERY),
        ({"channel": "note"}, ["Phone"]),
        ({"not_channel": "note"}, ["Done", "Printer", "Sales"]),
        ({"not_title": "pri"}, ["Done", "Phone", "Sales"]),
        ({"not_customer_name": "emil"}, ["Done", "Printer", "Sales"]),
        ({"not_company_name": "sw-2"}, ["Done", "Printer", "Sales"]),
        ({"number": "{number}"}, ["Printer"]),
        ({"number": "x"}, []),
        ({"service": "{mail}"}, ["Phone"]),
        ({"not_service": "{mail}"}, ["Done", "Printer", "Sales"]),
        ({"sla": "1"}, []),
        ({"words": "drucker"}, ["Printer"]),
        ({"words": "!drucker"}, ["Done", "Phone", "Sales"]),
        ({"not_words": "koln"}, ["Done", "Phone", "Sales"]),
        ({"words": "lageplan || y"}, EVERY),
        ({"article_subject": "drucker"}, ["Printer"]),
        ({"article_subject": "köln"}, []),
        ({"article_file": "lageplan"}, ["Printer"]),
        ({"article_file": "drucker"}, []),
        ({"article_file": "*.pdf"}, ["Printer"]),
        ({"article_from": "albrecht"}, ["Printer"]),
        ({"article_from": "drucker"}, []),
        ({"article_to": "desk@desk.example"}, ["Printer"]),
        ({"article_cc": "cornelia"}, ["Printer"]),
        ({"words": "&&"}, []),
        ({"not_words": "&&"}, EVERY),
        ({"not_article_file": "plan.pdf"}, EVERY),
        ({"not_article_file": "lageplan.pdf"}, ["Done", "Phone", "Sales"]),
        ({"created_last": "1"}, EVERY),
        ({"created_before": "1"}, []),
        ({"changed_last": "1"}, EVERY),
        ({"closed_last": "1"}, ["Done"]),
        ({"closed_from": "{today}", "closed_to": "{today}"}, ["Done"]),
        ({"closed_to": "{past}"}, []),
        ({"closed_before": "1"}, []),
        ({"written_last": "1"}, EVERY),
        ({"written_before": "1"}, []),
        ({"pending_next": "1"}, []),
        ({"due_next": "9"}, []),
        ({"response_due_before": "0"}, []),
        ({"update_due_next": "9"}, []),
        ({"solution_due_from": "{today}"}, []),
        ({"created_before": "0"}, EVERY),
        ({"created_by": "none"}, EVERY),
        ({"not_created_by": "{anna}"}, EVERY),
        ({"first_queue": "{sales}"}, ["Sales"]),
        ({"not_first_queue": "{sales}"}, ["Done", "Phone", "Printer"]),
        ({"first_state": "{closed}"}, []),
        ({"first_priority": "{urgent}"}, ["Printer"]),
        ({"first_type": "1"}, []),
        ({"locked": "perhaps"}, []),
        ({"owner": "x", "channel": "<", "created_last": "soon", "closed_from": "31.12.", "words": "*"}, EVERY),
    ],
)
def test_what_the_filters_leave(anna, desk: World, query: dict[str, object], wanted: list[str]) -> None:
    known = {
        "sales": desk.sales.pk,
        "support": desk.support.pk,
        "raw": desk.raw.pk,
        "closed": desk.state("closed successful").pk,
        "urgent": desk.priority(5).pk,
        "ben": desk.ben.pk,
        "anna": desk.anna.pk,
        "mail": Service.objects.get().pk,
        "number": Ticket.all_rows.get(title="Printer").number[4:],
        "today": clock.now().date(),
        "past": "2020-01-01",
    }
    filled = {
        name: value.format(**known) if isinstance(value, str) else [one.format(**known) for one in value]  # type: ignore[attr-defined]
        for name, value in query.items()
    }
    for sort in ("changed", "title"):
        assert found(anna, LIST, sort=sort, **ALL, **filled) == wanted


@pytest.mark.django_db
def test_pending_and_relative_days(anna, world: World) -> None:
    ticket = world.ticket("Later", article=world.article("x", "y"))
    actions.change_state(
        ticket, world.state("pending reminder"), pending_until=clock.now() + timedelta(days=3), by=SYSTEM
    )
    assert found(anna, LIST, pending_next=4) == ["Later"]
    assert found(anna, LIST, pending_next=2) == []


@pytest.mark.django_db
def test_chips_say_it_in_words(anna, desk: World) -> None:
    response = anna.get(
        LIST,
        {
            **ALL,
            "not_queues": desk.sales.pk,
            "closed_last": 7,
            "words": "drucker",
            "watcher": "me",
            "created_before": 1,
        },
    )
    assert chips(response) == [
        "Queue: not: Sales",
        "Closed: in the last 7 days",
        "Words in the ticket: contains “drucker”",
        "Watched by: me",
        "Created: longer ago than a day",
    ]


@pytest.mark.django_db
def test_a_hidden_queue_is_not_named(anna, desk: World) -> None:
    """Raw is not Anna's to see: neither the chip nor the form has its name, and no filter finds what lies there."""
    desk.ticket(
        "Geheimsache",
        queue=desk.raw,
        customer=None,
        company=None,
        article=desk.article("geheim", "geheim", cc_text="g@x.example"),
    )
    for name in ("not_queues", "queues_below"):
        assert "Raw" not in anna.get(LIST, {name: desk.raw.pk}).content.decode()
    form = anna.get("/tickets/filters/").content.decode()
    assert "Raw" not in form
    for query in (
        {"words": "geheim"},
        {"article_subject": "geheim"},
        {"not_words": "drucker"},
        {"queues_below": desk.raw.pk},
        {"created_last": 1},
        {"not_queues": desk.sales.pk},
        {"channel": "email"},
        {"number": Ticket.all_rows.get(title="Geheimsache").number},
        {"written_last": 1},
        {"state_types": "new"},
        {"not_owner": "me"},
    ):
        answer = anna.get(LIST, {**ALL, **query})
        assert "Geheimsache" not in answer.content.decode(), query
        assert b"Geheimsache" not in b"".join(anna.get(LIST, {**ALL, **query, "format": "csv"}))


@pytest.mark.django_db
def test_the_whole_form_keeps_what_was_chosen(anna, desk: World) -> None:
    form = anna.get(
        "/tickets/filters/",
        {**ALL, "not_queues": desk.sales.pk, "closed_last": 7, "words": "dru", "created_from": "2024-05-01"},
    )
    page = form.content.decode()
    assert f'name="not_queues" value="{desk.sales.pk}" checked' in page
    assert 'name="closed_last" value="7"' in page
    assert 'name="words" value="dru"' in page
    assert 'name="created_from" value="2024-05-01"' in page
    assert '<option value="all" selected>' in page
    for name in filter_parameters():
        offered = filter_parameters()[name].choices
        assert f'name="{name}"' in page or name.endswith(("sla", "type", "without_value")), (name, offered)
    short = anna.get(
        "/tickets/filters/", {"words": "dru"}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="filters"
    ).content.decode()
    assert '<input type="hidden" name="words" value="dru">' in short


@pytest.mark.django_db
def test_a_search_is_saved_as_a_view(anna, desk: World) -> None:
    anna.post("/tickets/views/new/?state=all&words=drucker&not_owner=none&page=3", {"name": "Druckersuche"})
    view = SavedView.objects.get()
    assert view.query == "state=all&words=drucker&not_owner=none"
    assert found(anna, f"{LIST}?{view.query}&saved={view.pk}") == ["Printer"]


@pytest.mark.django_db
def test_every_filter_at_once_costs_a_fixed_number_of_queries(anna, desk: World) -> None:
    values = {"choice": "1", "text": "drucker", "day": "2024-01-01", "days": "3"}
    query = {name: values[one.parameters[name].kind] for name, one in filter_parameters().items()} | {"page": 1}

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            alone = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "tickets"}  # without the counters of the tree
            assert anna.get(LIST, query, **alone).status_code == 200
        return len(captured)

    cost()  # what is kept in the process is read
    first = cost()
    for number in range(20):
        desk.ticket(f"Ticket {number}")
    assert cost() == first


@pytest.mark.django_db
@given(st.data())
def test_any_address_can_be_read(data: st.DataObject) -> None:
    values = data.draw(
        st.dictionaries(
            st.sampled_from(names(())),
            st.lists(st.text(max_size=20) | st.integers().map(str) | st.dates().map(str), max_size=4),
        )
    )
    parameters = QueryDict(mutable=True)
    for name, words in values.items():
        parameters.setlist(name, words)
    list(Ticket.objects.unscoped("test").filter(condition(filters_of(parameters), SYSTEM))[:1])


def test_no_two_filters_have_the_same_parameter() -> None:
    registered = {one.key: one for one in filter_parameters().values()}
    parameters = [name for one in registered.values() for name in one.parameters]
    assert sorted(parameters) == sorted(filter_parameters())
