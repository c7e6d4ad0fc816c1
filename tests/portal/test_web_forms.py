"""The public web form: off by default, a ticket from anybody, and machines kept out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from klardesk.admin.actions import change_option
from klardesk.base import clock
from klardesk.mail.models import OutgoingMail
from klardesk.portal import actions
from klardesk.portal.models import WebForm
from klardesk.texts.models import AutoResponse, QueueTexts
from klardesk.tickets.models import Article, Attachment, Ticket
from tests.matrix import AdministratorPages, client_of
from tests.portal.conftest import newest
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
WRITTEN = {"name": "Greta Gast", "email": "greta@guest.example", "subject": "A question", "text": "How much is it?"}


@pytest.fixture
def form(world: World) -> WebForm:
    values = {"name": "contact", "title": "Write to us", "queue": world.support, "valid": True}
    return actions.save_web_form(WebForm(), values, by=SYSTEM)


def token(name: str = "contact") -> str:
    page = Client().get(f"/form/{name}/").content.decode()
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def send(word: str | None = None, after: float = 10, **values: object):
    word = token() if word is None else word
    with clock.at(clock.now() + timedelta(seconds=after)):
        return Client(enforce_csrf_checks=True).post("/form/contact/", {"token": word, **WRITTEN, **values})


def test_there_is_none_until_an_administrator_makes_one(world: World) -> None:
    assert Client().get("/form/contact/").status_code == 404
    actions.save_web_form(WebForm(), {"name": "contact", "title": "Write", "queue": world.support}, by=SYSTEM)
    assert Client().get("/form/contact/").status_code == 404  # made, not in use


def test_a_stranger_makes_a_ticket(form: WebForm) -> None:
    assert send()["Location"] == "/form/contact/?sent"
    ticket = newest()
    assert (ticket.title, ticket.queue, ticket.customer_login) == ("A question", form.queue, "greta@guest.example")
    article = Article.all_rows.get(ticket=ticket)
    assert (article.sender, article.channel, article.from_text) == (
        "customer",
        "web",
        "Greta Gast <greta@guest.example>",
    )


def test_a_known_customers_ticket_is_theirs(form: WebForm, world: World) -> None:
    send(email="dora@nordlicht.example")
    assert (newest().customer, newest().company) == (world.dora, world.nordlicht)


def test_the_confirmation_is_the_queues_own_and_limited(form: WebForm, world: World, address: object) -> None:
    response = AutoResponse.objects.create(
        name="Got it", occasion="new", subject="Got it", text="We have your message."
    )
    QueueTexts.objects.create(queue=world.support, on_new=response)
    change_option("mail.auto_response_limit", 1, by=SYSTEM)
    send()
    send()
    assert Ticket.all_rows.count() == 2
    assert OutgoingMail.objects.filter(kind="auto").count() == 1


@pytest.mark.parametrize(
    ("wrong", "after"),
    [
        ({"website": "https://spam.example"}, 10),
        ({}, 1),
        ({}, 90_000),
        ({"text": "http://a http://b http://c www.d"}, 10),
    ],
    ids=["trap", "too fast", "too old", "links"],
)
def test_machines_are_refused_and_people_keep_what_they_typed(
    form: WebForm, wrong: dict[str, str], after: float
) -> None:
    answer = send(after=after, **wrong)
    assert answer.status_code == 422
    assert "Greta Gast" in answer.content.decode()
    assert not Ticket.all_rows.exists()


@pytest.mark.parametrize("word", ["", "forged", "{other}"])
def test_a_word_that_is_none_of_this_forms_is_refused(form: WebForm, world: World, word: str) -> None:
    actions.save_web_form(
        WebForm(), {"name": "other", "title": "Other", "queue": world.sales, "valid": True}, by=SYSTEM
    )
    assert send(word.format(other=token("other"))).status_code == 422
    assert not Ticket.all_rows.exists()


def test_the_same_words_of_one_showing_make_one_ticket_and_no_other_words_are_dropped(form: WebForm) -> None:
    word = token()
    for text in ("first", "first", "something else", "first"):
        send(word, text=text)
    assert list(Article.all_rows.order_by("pk").values_list("text", flat=True)) == ["first", "something else"]


def test_a_network_and_everybody_together_are_limited(form: WebForm) -> None:
    change_option("portal.forms_per_address", 2, by=SYSTEM)
    assert [send().status_code for _time in range(3)] == [302, 302, 429]
    change_option("portal.forms_per_address", 100, by=SYSTEM)
    change_option("portal.forms_per_hour", 1, by=SYSTEM)
    assert send().status_code == 429


def test_the_question_wants_its_answer(form: WebForm) -> None:
    actions.save_web_form(form, {"question": "Which colour has snow?", "answer": "White"}, by=SYSTEM)
    assert send().status_code == 422
    assert send(reply="black").status_code == 422
    assert send(reply=" white ").status_code == 302


def test_files_come_along_only_where_they_may(form: WebForm) -> None:
    send(files=SimpleUploadedFile("a.txt", b"x"))
    assert not Attachment.all_rows.exists()
    actions.save_web_form(form, {"takes_files": True}, by=SYSTEM)
    send(files=SimpleUploadedFile("a.txt", b"x"))
    assert Attachment.all_rows.get().name == "a.txt"
    assert send(files=[SimpleUploadedFile(f"{number}.txt", b"x") for number in range(6)]).status_code == 422


def test_a_header_cannot_be_smuggled_in(form: WebForm) -> None:
    send(name="Greta\r\nBcc: all@desk.example", subject="Hello\r\nX: y")
    article = Article.all_rows.get()
    assert "\n" not in article.from_text + article.subject


def test_only_chosen_sites_may_frame_it_and_nothing_else(form: WebForm) -> None:
    policy = Client().get("/form/contact/")["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    actions.save_web_form(form, {"origins": ["https://www.example.com"]}, by=SYSTEM)
    framed = Client().get("/form/contact/")["Content-Security-Policy"]
    assert framed.endswith("frame-ancestors https://www.example.com")
    assert "frame-ancestors 'none'" in Client().get("/customer/login/")["Content-Security-Policy"]


def test_an_administrator_makes_one_on_its_page(world: World) -> None:
    values = {
        "name": "help",
        "title": "Help",
        "queue": world.support.pk,
        "origins": "https://www.example.com/",
        "valid": "on",
    }
    root = client_of(world.root)
    assert root.post("/admin/web-forms/new/", values).status_code == 302
    made = WebForm.objects.get()
    assert made.origins == ["https://www.example.com"]
    assert Client().get("/form/help/").status_code == 200
    assert (
        root.post(f"/admin/web-forms/{made.pk}/", {**values, "origins": "https://x.example; script-src *"}).status_code
        == 422
    )


class TestAdministration(AdministratorPages):
    """The portal's administration."""

    def addresses(self, world: World) -> list[str]:
        return ["/admin/portal/", "/admin/terms/", "/admin/web-forms/", "/admin/web-forms/new/"]
