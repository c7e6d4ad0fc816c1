"""Templates: made by administrators, and put into the forms of tickets with their files and state."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from klardesk.access.models import PersonGrant
from klardesk.access.policy import Refused
from klardesk.ledger.models import Event
from klardesk.texts.actions import save_template
from klardesk.texts.models import Template, TemplateFile
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Article, Attachment, Ticket
from tests.world import World

pytestmark = pytest.mark.django_db
TEXT = "Dear <OTRS_CUSTOMER_REALNAME>, about <OTRS_TICKET_TicketNumber>: <OTRS_CUSTOMER_SUBJECT[7]>"


def browser(client: Client, world: World, name: str) -> Client:
    client.force_login(getattr(world, name))
    return client


def template(world: World, purpose: str = "note", **values: object) -> Template:
    """A template of Support with one file."""
    queues = values.pop("queues", [world.support])
    made = Template(**{"name": "Thanks", "purpose": purpose, "text": TEXT, **values})
    return save_template(
        made, queues, [NewAttachment.store("plan.txt", "text/plain", b"dig here")], by=world.actor("root")
    )


def use(client: Client, url: str, made: Template, **typed: str) -> str:
    answer = client.post(url, {"use_template": "1", "template": made.pk, **typed})
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_administrator_makes_and_changes_one(client: Client, world: World) -> None:
    root = browser(client, world, "root")
    form = {
        "name": "Thanks", "purpose": "answer", "text": TEXT, "queues": [world.support.pk, world.sales.pk], "valid": "on",
        "next_state": world.state("open").pk,
        "new_files": [SimpleUploadedFile("a.txt", b"a", "text/plain"), SimpleUploadedFile("b.txt", b"b", "text/plain")],
    }  # fmt: skip
    assert root.post(reverse("admin_template_new"), form).status_code == 302
    made = Template.objects.get()
    assert [file.name for file in made.files.order_by("name")] == ["a.txt", "b.txt"]
    kept = TemplateFile.objects.get(name="a.txt").pk
    url = reverse("admin_template", args=[made.pk])
    assert "b.txt" in root.get(url).content.decode()
    assert root.post(url, {**form, "queues": [world.sales.pk], "kept": [kept], "new_files": []}).status_code == 302
    assert list(made.files.values_list("name", flat=True)) == ["a.txt"]
    assert list(made.queues.all()) == [world.sales]
    assert "a.txt" in root.get(reverse("admin_texts")).content.decode()


def test_saving_is_recorded_with_queues_and_files(world: World) -> None:
    made = template(world)
    files = [NewAttachment(file.name, file.content_type, file.size, file.digest) for file in made.files.all()]
    save_template(made, [world.support], files, by=world.actor("root"))
    save_template(made, [world.sales], [], by=world.actor("root"))
    events = Event.objects.filter(kind="texts.saved").order_by("pk")
    assert [event.payload.created for event in events] == [True, False]
    assert [change.name for change in events[1].payload.changes] == ["queues", "files"]
    assert events[1].payload.changes[0].new == world.sales.name


@pytest.mark.parametrize("name", ["anna", "ben", "carla"])
def test_only_administrators_save(world: World, name: str) -> None:
    with pytest.raises(Refused):
        save_template(Template(name="X", text="X"), [], [], by=world.actor(name))
    assert not Template.objects.exists()


def test_an_unknown_placeholder_is_named_and_not_stored(client: Client, world: World) -> None:
    form = {"name": "X", "purpose": "note", "text": "<OTRS_CONFIG_DatabasePw>", "valid": "on"}
    answer = browser(client, world, "root").post(reverse("admin_template_new"), form)
    assert answer.status_code == 422
    assert "CONFIG_DATABASEPW" in answer.content.decode()
    assert not Template.objects.exists()


def test_a_stored_unknown_placeholder_is_reported(client: Client, world: World) -> None:
    template(world, text="<OTRS_TICKET_Nope>")
    assert "TICKET_NOPE" in browser(client, world, "root").get(reverse("admin_texts")).content.decode()


def test_a_note_takes_text_file_and_state(client: Client, world: World) -> None:
    ticket, made = world.ticket("Printer"), template(world, next_state=world.state("open"))
    anna, url = browser(client, world, "anna"), reverse("ticket_note", args=[ticket.pk])
    page = anna.get(url).content.decode()
    assert "Thanks" in page
    page = use(anna, url, made, revision=str(ticket.revision), subject="Mine", text="My words", audience="public")
    assert f"Dear Dora Dittrich, about {ticket.number}: Printer" in page
    assert "My words" in page
    assert 'value="Mine"' in page
    assert "plan.txt" in page
    assert f'value="{world.state("open").pk}" selected' in page
    assert Article.all_rows.filter(ticket=ticket).count() == 1


def test_the_file_goes_with_the_note(client: Client, world: World) -> None:
    ticket, made = world.ticket("Printer"), template(world)
    anna, url = browser(client, world, "anna"), reverse("ticket_note", args=[ticket.pk])
    page = use(anna, url, made, revision=str(ticket.revision))
    word = page.partition('name="kept" value="')[2].partition('"')[0]
    note = {"revision": ticket.revision, "subject": "S", "text": "T", "audience": "internal", "kept": word}
    assert anna.post(url, note).status_code == 302
    assert Attachment.all_rows.get(article__subject="S").name == "plan.txt"


@pytest.mark.parametrize(
    ("purpose", "valid", "queue"), [("answer", True, "support"), ("note", False, "support"), ("note", True, "sales")]
)
def test_others_are_neither_offered_nor_taken(
    client: Client, world: World, purpose: str, valid: bool, queue: str
) -> None:
    ticket = world.ticket("Printer")
    made = template(world, purpose, valid=valid, queues=[getattr(world, queue)])
    anna, url = browser(client, world, "anna"), reverse("ticket_note", args=[ticket.pk])
    assert "Thanks" not in anna.get(url).content.decode()
    assert "plan.txt" not in use(anna, url, made, revision=str(ticket.revision), text="My words")


@pytest.mark.parametrize("name", ["ben", "carla"])
def test_who_may_not_write_gets_no_text(client: Client, world: World, name: str) -> None:
    ticket, made = world.ticket("Printer"), template(world)
    answer = browser(client, world, name).post(
        reverse("ticket_note", args=[ticket.pk]), {"use_template": "1", "template": made.pk}
    )
    assert answer.status_code in (403, 404)


@pytest.mark.parametrize("purpose", ["phone", "create"])
def test_a_new_ticket_takes_one(client: Client, world: World, purpose: str) -> None:
    made = template(world, purpose, text="<OTRS_CUSTOMER_UserFirstname>|<OTRS_TICKET_Title>|<OTRS_TICKET_Number>|")
    anna = browser(client, world, "anna")
    page = use(
        anna, reverse("ticket_phone"), made, queue=str(world.support.pk), subject="Fire", text="",
        customer_login="dora",
    )  # fmt: skip
    assert "Dora|Fire||" in page
    assert "plan.txt" in page
    assert not Ticket.all_rows.exists()


def test_an_answer_takes_it_below_the_salutation(client: Client, world: World) -> None:
    from klardesk.texts.actions import save_text
    from klardesk.texts.models import QueueTexts, Salutation, Signature

    root = world.actor("root")
    above = save_text(Salutation(name="Hello", text="Hello,"), by=root)
    below = save_text(Signature(name="Bye", text="Bye"), by=root)
    save_text(QueueTexts(queue=world.support, salutation=above, signature=below), by=root)
    call = world.article("Printer", from_text="Dora <dora@nordlicht.example>")
    ticket = world.ticket("Printer", article=call)
    made = template(world, "answer", text="<OTRS_CUSTOMER_BODY[1]> <OTRS_AGENT_BODY>.")
    anna, article = browser(client, world, "anna"), Article.all_rows.get(ticket=ticket)
    url = reverse("article_reply", args=[ticket.pk, article.pk])
    page = use(
        anna, url, made, revision=str(ticket.revision), to="dora@nordlicht.example",
        text="Hello,\r\n\r\n\r\n\r\nBye\r\n",
    )  # fmt: skip
    written = page.partition('name="text"')[2].partition(">")[2].partition("</textarea>")[0].strip()
    assert written == "Hello,\n\n&gt; It burns. .\n\nBye"


@pytest.mark.parametrize(
    ("kind", "more"),
    [("template", {"purpose": "note"}), ("salutation", {}), ("signature", {}), ("auto_response", {"subject": "S"})],
)
def test_a_preview_is_filled_and_nothing_stored(client: Client, world: World, kind: str, more: dict[str, str]) -> None:
    PersonGrant.objects.create(person=world.root, group=world.support_group, right="ro")
    ticket, root = world.ticket("<OTRS_TICKET_Queue>"), browser(client, world, "root")
    text = "T=<OTRS_TICKET_Title> B=<OTRS_CUSTOMER_BODY[1]> N=<OTRS_TICKET_Nope>."
    form = {"preview": "1", "number": ticket.number, "name": "N", "text": text, **more}
    page = root.post(reverse(f"admin_{kind}_new"), form).content.decode()
    assert "T=&lt;OTRS_TICKET_Queue&gt; B=&gt; It burns. N=." in page
    assert "TICKET_NOPE" in page
    assert not Event.objects.filter(kind="texts.saved").exists()


def test_a_preview_shows_no_ticket_that_its_administrator_may_not_see(client: Client, world: World) -> None:
    ticket, root = world.ticket("Secret title"), browser(client, world, "root")
    form = {"preview": "1", "number": ticket.number, "name": "N", "text": "<OTRS_TICKET_Title>"}
    page = root.post(reverse("admin_salutation_new"), form).content.decode()
    assert "Secret title" not in page
    assert "No ticket of this number is yours to see." in page


@pytest.mark.parametrize(("purpose", "page"), [("forward", "article_forward"), ("email", "article_outbound")])
def test_other_mails_take_theirs(client: Client, world: World, purpose: str, page: str) -> None:
    call = world.article("Printer", from_text="Dora <dora@nordlicht.example>")
    ticket, made = world.ticket("Printer", article=call), template(world, purpose, text="About <OTRS_TICKET_Title>.")
    url = reverse(page, args=[ticket.pk, Article.all_rows.get(ticket=ticket).pk])
    shown = use(browser(client, world, "anna"), url, made, revision=str(ticket.revision), text="")
    assert "About Printer." in shown
    assert "plan.txt" in shown
