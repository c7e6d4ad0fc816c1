"""One of each setting, so that the page of each can be looked at."""

from __future__ import annotations

from klardesk.calendars.actions import create_calendar
from klardesk.fields.actions import save_field, save_mask
from klardesk.fields.models import Choice, Field, Kind, Mask
from klardesk.mail.actions import save_setting as save_mail
from klardesk.mail.models import Mailbox, OutgoingServer, SystemAddress
from klardesk.people.actions.tokens import make_token
from klardesk.portal.actions import accept_terms, publish_terms
from klardesk.sla.actions import save_setting as save_promise
from klardesk.sla.models import SLA, Service
from klardesk.texts.actions import save_template, save_text
from klardesk.texts.models import AutoResponse, Salutation, Signature, Template
from klardesk.tickets import actions
from klardesk.tickets.models import SavedView
from tests.world import SYSTEM, World

WEEK = [[[480, 1080]]] * 5 + [[], []]


def fields() -> None:
    """A field of each kind, on every mask on which it can stand."""
    choices = [Choice("a", "Letter", "Buchstabe"), Choice("a::b", "Letter::B", "Buchstabe::B")]
    made = [
        save_field(
            Field(name=f"F{kind.replace('_', '')}", subject="ticket", kind=kind, label_en=f"A {kind}", label_de=f"Ein {kind}",
                  portal=True, help_en="Say it.", help_de="Sagen Sie es."),
            choices if kind in ("dropdown", "multiselect") else None, by=SYSTEM,
        )
        for kind in Kind.values
    ]  # fmt: skip
    for mask in Mask:
        if mask not in (Mask.PERSON, Mask.COMPANY):
            save_mask(mask, [(one, one.kind == Kind.TEXT) for one in made], by=SYSTEM)
    for subject in ("person", "company"):
        one = save_field(
            Field(name=subject, subject=subject, kind="text", label_en=subject, label_de=subject), by=SYSTEM
        )
        save_mask(Mask(subject), [(one, False)], by=SYSTEM)


def one_of_each(world: World) -> None:
    """Texts, a calendar, promises, types, and what mail needs."""
    save_text(Salutation(name="Friendly", text="Hello"), by=SYSTEM)
    save_text(Signature(name="Short", text="Your desk"), by=SYSTEM)
    save_text(AutoResponse(name="Received", subject="We have it", text="Thank you."), by=SYSTEM)
    save_template(Template(name="Restart", text="Please restart it."), [world.support], [], by=SYSTEM)
    create_calendar("Office", WEEK, by=SYSTEM)
    fields()
    service = save_promise(Service(name="Printing", default=True), by=SYSTEM)
    save_promise(SLA(name="Gold", response_minutes=60), by=SYSTEM, services=[service])
    actions.create_type("Incident", by=SYSTEM)
    actions.create_activity("Travel", by=SYSTEM)
    save_mail(SystemAddress(address="desk@desk.example", queue=world.support), by=SYSTEM)
    save_mail(Mailbox(name="Desk", host="mail.example", login="desk", password="x"), by=SYSTEM)
    save_mail(OutgoingServer(name="Out", host="mail.example"), by=SYSTEM)
    actions.save_view(SavedView(owner=world.anna, name="New ones", query="state=new"), [], by=world.actor("anna"))
    make_token(world.anna, "Report", ["lists"], 30, by=world.actor("anna"))
    accept_terms(publish_terms("Be kind.", "Seid nett.", by=SYSTEM), by=world.actor("dora"))
