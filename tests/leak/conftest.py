"""The world of the leak tests: one secret ticket of Emil (Südwind) in Support, and what merely touches it.

Anna (rw) may do everything with it, Ben (ro) may read it. For nobody, for the customers, for Carla and for Root (who holds no
right on Support) it does not exist. Carla owns a ticket that is linked with it; nothing may shine through.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from klardesk.access.models import PersonGrant
from klardesk.base import blobs, clock
from klardesk.fields.actions import (
    change_article_values,
    change_company_values,
    change_person_values,
    change_values,
    save_field,
    save_mask,
)
from klardesk.fields.models import Field, Mask, Subject
from klardesk.mail.keys.models import Protection
from klardesk.mail.models import OutgoingMail
from klardesk.people.models import CompanyMembership, Person
from klardesk.sla.models import Outcome
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment, Place, TimeSpent
from klardesk.tickets.models import Article, Attachment, Draft, Link, Ticket, TimeEntry
from tests.world import SYSTEM, World

MARKERS = (
    "zyxtitle",
    "zyxbody",
    "zyxhtml",
    "zyxfile",
    "zyxcontent",
    "zyxcustomer",
    "zyxmail",
    "zyxvalue",
    "20990101990000",
)
HTML = '<p>zyxhtml <img src="cid:pic"><img src="https://tracker.example/zyxbody.gif"></p>'
RAW = b"From: zyxmail@suedwind.example\r\nSubject: zyxtitle needle\r\n\r\nzyxbody haystack\r\n"


@dataclass
class Secret:
    """The secret ticket with its parts, Carla's own ticket that is linked with it, and another one of Anna's."""

    ticket: Ticket
    article: Article
    attachment: Attachment
    link: Link
    time: TimeEntry
    own: Ticket
    other: Ticket
    draft: Draft


@pytest.fixture
def secret(world: World) -> Secret:
    """The secret ticket, linked with Carla's and split once."""
    customer = _customer(world)
    files = (
        NewAttachment.store("zyxfile.txt", "text/plain", b"zyxcontent"),
        NewAttachment.store("zyxfile.png", "image/png", b"zyxcontent", content_id="pic", inline=True),
    )
    article = world.article(
        "zyxtitle needle",
        "zyxbody haystack",
        channel="email",
        raw=blobs.put(RAW),
        html=HTML,
        from_text="Zyxcustomer <zyxmail@suedwind.example>",
        attachments=files,
    )
    ticket = world.ticket(
        "zyxtitle needle",
        article=article,
        customer=customer,
        company=world.suedwind,
        number="20990101990000",
        owner=world.anna,
    )
    own = world.ticket("Carla's own matter", owner=world.carla)
    other = world.ticket("Another matter")
    actions.link_tickets(ticket, own, "normal", by=SYSTEM)
    written = Article.all_rows.get(ticket=ticket)
    split = actions.split_ticket(Article.all_rows.get(ticket=own), by=SYSTEM, title="zyxtitle split", queue=world.sales)
    actions.change_customer(split, by=SYSTEM, customer=customer, company=world.suedwind)
    _sent(written)
    Protection.objects.create(
        article=written, layer=0, kind="smime", verdict="good", name="Zyxcustomer", addresses="zyxmail@suedwind.example",
        checked_at=clock.now(),
    )  # fmt: skip
    Outcome.objects.create(
        ticket=ticket, clock="response", due=clock.now(), met_at=clock.now(), kept=True, queue=ticket.queue,
        company=ticket.company,
    )  # fmt: skip
    attachment = Attachment.all_rows.filter(article=written).order_by("pk").first()
    time = actions.add_time(ticket, TimeSpent(100, comment="zyxbody"), by=SYSTEM)
    draft = _drafted(world, ticket, written)
    _described(ticket, written, customer, world)
    return Secret(ticket, written, attachment, Link.objects.filter(source=ticket).get(), time, own, other, draft)


def _described(ticket: Ticket, article: Article, customer: Person, world: World) -> None:
    """It has values of its own fields, as its article, its customer and company have; customers see none of them."""
    labels = {"label_en": "Xyzlabel", "label_de": "Xyzlabel"}
    made = {
        subject: save_field(Field(name=f"Secret{subject}", subject=subject, kind="text", **labels), by=SYSTEM)
        for subject in Subject.values
    }
    for mask in ("fields", "note", "reply", "close", "phone"):
        save_mask(Mask(mask), [(made["ticket"], False)], by=SYSTEM)
    change_values(ticket, {made["ticket"]: ["zyxvalue needle"]}, by=SYSTEM)
    change_article_values(ticket, article, {made["article"]: ["zyxvalue"]}, by=SYSTEM, verb="note")
    change_person_values(customer, {made["person"]: ["zyxvalue"]}, by=SYSTEM)
    change_company_values(world.suedwind, {made["company"]: ["zyxvalue"]}, by=SYSTEM)


def _drafted(world: World, ticket: Ticket, article: Article) -> Draft:
    """Anna has begun an answer to it, and a new ticket about it."""
    anna, values = (
        world.actor("anna"),
        {"text": ["zyxbody"], "subject": ["zyxtitle"], "to": ["zyxmail@suedwind.example"]},
    )
    file = NewAttachment.store("zyxfile.txt", "text/plain", b"zyxcontent")
    actions.save_draft(Place("ticket_phone"), values, [file], by=anna)
    actions.save_draft(Place("article_reply", ticket.pk, article.pk), values, [file], by=anna, ticket=ticket)
    return Draft.all_rows.get(ticket=ticket)


def _sent(article: Article) -> None:
    """The article lies in the outbox too, so that the page about its delivery has something to hide."""
    now = clock.now()
    OutgoingMail.objects.create(
        article=article, ticket=article.ticket, kind="reply", digest=article.raw, message_id="<zyxmail@desk.example>",
        recipients=[{"address": "zyxmail@suedwind.example", "state": "sent", "error": ""}], state="sent", created_at=now,
        tries_since=now, next_attempt_at=now, sent_at=now,
    )  # fmt: skip


def _customer(world: World) -> Person:
    now = clock.now()
    person = Person.objects.create(
        realm="customer", login="zyxcustomer", first_name="Zoe", last_name="Zyxcustomer", email="zyxmail@suedwind.example",
        created_at=now, changed_at=now,
    )  # fmt: skip
    CompanyMembership.objects.create(person=person, company=world.suedwind, primary=True)
    PersonGrant.objects.create(person=world.anna, group=world.users, right="ro")
    return person
