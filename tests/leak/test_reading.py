"""No page shows anything of a ticket to those who may not see it, and each is open to those it is for."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from klardesk.tickets import actions
from tests.leak.addresses import addresses
from tests.leak.conftest import MARKERS, Secret
from tests.world import World

pytestmark = pytest.mark.django_db
ACTORS = ("nobody", "dora", "emil", "carla", "root", "ben", "anna")
CUSTOMERS, STRANGERS = ("dora", "emil"), ("nobody", "dora", "emil", "carla", "root")
EXPECTED = {
    "persons": {"nobody": 302},
    "administrators": {
        "nobody": 302,
        **dict.fromkeys(CUSTOMERS, 404),
        **dict.fromkeys(("carla", "ben", "anna"), 403),
        "root": (200, 302, 404, 405),
    },
    "agents": {"nobody": 302, **dict.fromkeys(CUSTOMERS, 404), **dict.fromkeys(("carla", "root", "ben", "anna"), 200)},
    "readers": {"nobody": 302, **dict.fromkeys(("dora", "emil", "carla", "root"), 404), "ben": 200, "anna": 200},
    "changers": {"nobody": 302, **dict.fromkeys(("dora", "emil", "carla", "root"), 404), "ben": 403, "anna": 200},
    "removers": {"nobody": 302, **dict.fromkeys(("dora", "emil", "carla", "root", "anna"), 404), "ben": 403},
    "owners": {"nobody": 302, **dict.fromkeys(("dora", "emil", "carla", "root", "ben", "anna"), 404)},
    "customers": {
        "nobody": 302,
        **dict.fromkeys(CUSTOMERS, (200, 302)),
        **dict.fromkeys(("carla", "root", "ben", "anna"), 404),
    },
    "customers of it": {
        "nobody": 302,
        **dict.fromkeys(("carla", "root", "ben", "anna"), 404),
        "dora": (404, 405),
        "emil": (200, 404, 405),
    },
    "guests": dict.fromkeys(("nobody", "dora", "emil", "carla", "root", "ben", "anna"), 404),
    "creators": {
        "nobody": 302,
        **dict.fromkeys(CUSTOMERS, 404),
        **dict.fromkeys(("carla", "root", "ben"), (200, 403, 404)),
        "anna": 200,
    },
}
ALL = addresses()


def browser(world: World, who: str) -> Client:
    client = Client(raise_request_exception=False)
    if who != "nobody":
        client.force_login(getattr(world, who))
    return client


def body(response) -> str:
    """All that an answer says: its content, its headers."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return (content.decode(errors="replace") + str(list(response.headers.items()))).lower()


def assert_silent(response, who: str, url: str) -> None:
    said = body(response)
    # An address that was asked for may come back, as the way to the log-in page does.
    found = [marker for marker in MARKERS if marker in said]
    assert not found, f"{url} tells {who} {found}"


def test_every_address_stands_in_a_table() -> None:
    assert {address.audience for address in ALL} == {"public", "persons", *EXPECTED}


@pytest.mark.parametrize("who", ACTORS)
def test_an_address_is_open_to_its_audience_alone(who: str, world: World, secret: Secret) -> None:
    client, wrong = browser(world, who), []
    for address in ALL:
        response = client.get(address.url(secret))
        said = body(response)
        wanted = EXPECTED.get(address.audience, {}).get(who, range(100, 500))
        if response.status_code not in (wanted if not isinstance(wanted, int) else (wanted,)):
            wrong.append(f"{address.name} answers {response.status_code}")
        mine = (who == "root" and address.audience == "administrators") or (
            who == "emil" and "customers" in address.audience
        )
        if who in STRANGERS and not mine:
            wrong += [f"{address.name} tells {marker}" for marker in MARKERS if marker in said]
        if who != "nobody" and address.name == "logout":
            client.force_login(getattr(world, who))
    assert wrong == []


EVER = {"period": "days", "first": "1971-01-01", "last": "9000-01-01", "group": "company"}
QUESTIONS = [
    ("ticket_list", {"state": "all"}),
    ("ticket_list", {"state": "all", "queue": "{support}"}),
    ("ticket_list", {"state": "all", "customer": "{customer}"}),
    ("ticket_list", {"state": "all", "company": "{company}"}),
    ("ticket_list", {"state": "all", "view": "watched"}),
    ("ticket_list", {"state": "all", "view": "mine"}),
    ("ticket_list", {"state": "all", "sort": "title"}),
    ("ticket_list", {"state": "all", "format": "csv"}),
    ("ticket_list", {"state": "all", "title": "needle", "customer_name": "Zoe", "company_name": "Südwind"}),
    ("ticket_list", {"state": "all", "title": "needle", "format": "csv"}),
    ("ticket_list", {"state": "all", "field_Secretticket": "needle"}),
    ("ticket_list", {"state": "all", "field_Secretticket": "needle", "format": "csv"}),
    ("ticket_filters", {"field_Secretticket": "needle"}),
    ("ticket_list", {"state": "all", "queues": "{support}", "customer": "{customer}", "created_from": "2000-01-01"}),
    (
        "ticket_filters",
        {"queues": "{support}", "customer": "{customer}", "company": "{company}", "owner": "{customer}"},
    ),
    ("queue_tree", {}),
    ("due_list", {"period": "today"}),
    ("sla_report", EVER),
    ("sla_report", EVER | {"format": "csv", "of": "each"}),
    ("notification_list", {}),
    ("search", {"q": "needle"}),
    ("search", {"q": "haystack"}),
    ("search", {"q": "tracker"}),
    ("search", {"q": "Zoe"}),
    ("customer_search", {"customer_login": "Zoe"}),
    ("customer_search", {"pick": "{customer}"}),
    ("draft_list", {}),
    ("ticket_phone", {}),
    ("start", {}),
    ("portal_start", {}),
    ("portal_tickets", {"state": "all", "sort": "title"}),
    ("portal_tickets", {"state": "all", "whose": "company"}),
    ("portal_tickets", {"q": "needle"}),
    ("portal_tickets", {"q": "haystack"}),
]


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("name", "question"),
    QUESTIONS,
    ids=[f"{name}-{'-'.join(q) or 'plain'}-{i}" for i, (name, q) in enumerate(QUESTIONS)],
)
def test_no_question_to_a_list_finds_the_ticket(
    name: str, question: dict[str, str], htmx: bool, world: World, secret: Secret
) -> None:
    known = {"support": world.support.pk, "customer": secret.ticket.customer_id, "company": world.suedwind.pk}
    parameters = {key: value.format(**known) for key, value in question.items()}
    headers = {"HX-Request": "true", "HX-Target": "tickets"} if htmx else {}
    # Emil's company's ticket it is, in the portal. Administrators may look up customers, as they may in the administration.
    strangers = STRANGERS if name != "customer_search" else ("nobody", "dora", "emil", "carla", "ben")
    for who in strangers if question.get("q") != "Zoe" else [one for one in strangers if one != "root"]:
        if who == "emil" and name.startswith("portal"):
            continue
        assert_silent(browser(world, who).get(reverse(name), parameters, headers=headers), who, f"{name} {parameters}")


def test_columns_of_fields_show_no_value_of_a_foreign_ticket(world: World, secret: Secret) -> None:
    for who in ("carla", "root"):
        actions.choose_columns(None, ["number", "field_Secretticket"], by=world.actor(who))
        for parameters in ({"state": "all"}, {"state": "all", "view": "mine"}, {"state": "all", "format": "csv"}):
            response = browser(world, who).get(reverse("ticket_list"), parameters)
            assert response.status_code == 200
            assert_silent(response, who, f"ticket_list {parameters}")


def test_the_number_leads_strangers_nowhere(world: World, secret: Secret) -> None:
    for who in STRANGERS:
        response = browser(world, who).get("/search/", {"q": secret.ticket.number})
        assert str(secret.ticket.pk) not in response.headers.get("Location", "").split("/")
        assert "zyxtitle" not in body(response)


@pytest.mark.parametrize(
    "page", ["ticket", "ticket_history", "ticket_links", "ticket_merge", "ticket_note", "ticket_customer"]
)
def test_a_linked_ticket_does_not_shine_through(page: str, world: World, secret: Secret) -> None:
    response = browser(world, "carla").get(reverse(page, args=[secret.own.pk]))
    assert response.status_code == 200
    assert_silent(response, "carla", page)


def test_another_tickets_number_is_answered_like_one_that_does_not_exist(world: World, secret: Secret) -> None:
    client, answers = browser(world, "carla"), []
    for number in (secret.ticket.number, "1999123199"):
        form = {"revision": secret.own.revision, "number": number, "role": "normal"}
        for page in ("ticket_merge", "ticket_links"):
            response = client.post(reverse(page, args=[secret.own.pk]), form)
            assert response.status_code == 422
            answers.append(response.content.decode().count("No ticket of this number is yours to see."))
    assert answers == [1] * 4


def test_parts_of_a_ticket_are_not_reached_by_way_of_another(world: World, secret: Secret) -> None:
    client = browser(world, "carla")
    for name, more in (
        ("article_html", []),
        ("article_text", []),
        ("article_split", []),
        ("article_visibility", []),
        ("article_attachment", [secret.attachment.pk]),
    ):
        response = client.get(reverse(name, args=[secret.own.pk, secret.article.pk, *more]))
        assert response.status_code == 404, name
        assert_silent(response, "carla", name)


def test_a_reader_reads(world: World, secret: Secret) -> None:
    said = body(browser(world, "ben").get(reverse("ticket", args=[secret.ticket.pk])))
    assert all(marker in said for marker in ("zyxtitle", "zyxfile", "zyxcustomer", "20990101990000"))
    assert "zyxhtml" in body(
        browser(world, "ben").get(reverse("article_html", args=[secret.ticket.pk, secret.article.pk]))
    )


def test_the_customer_of_the_company_sees_no_value_that_is_not_for_customers(world: World, secret: Secret) -> None:
    client = browser(world, "emil")
    for name, keys in (("portal_ticket", [secret.ticket.pk]), ("portal_tickets", []), ("portal_new", [])):
        response = client.get(reverse(name, args=keys))
        assert response.status_code == 200
        assert "zyxvalue" not in body(response)
        assert "xyzlabel" not in body(response)


def test_a_reader_sees_the_values(world: World, secret: Secret) -> None:
    assert body(browser(world, "ben").get(reverse("ticket", args=[secret.ticket.pk]))).count("zyxvalue") >= 4
