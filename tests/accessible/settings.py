"""One of each setting, so that the page of each can be looked at."""

from __future__ import annotations

from klardesk.calendars.actions import create_calendar
from klardesk.mail.actions import save_setting as save_mail
from klardesk.mail.models import Mailbox, OutgoingServer, SystemAddress
from klardesk.portal.actions import accept_terms, publish_terms
from klardesk.sla.actions import save_setting as save_promise
from klardesk.sla.models import SLA, Service
from klardesk.texts.actions import save_template, save_text
from klardesk.texts.models import AutoResponse, Salutation, Signature, Template
from klardesk.tickets import actions
from klardesk.tickets.models import SavedView
from tests.world import SYSTEM, World

WEEK = [[[480, 1080]]] * 5 + [[], []]


def one_of_each(world: World) -> None:
    """Texts, a calendar, promises, types, and what mail needs."""
    save_text(Salutation(name="Friendly", text="Hello"), by=SYSTEM)
    save_text(Signature(name="Short", text="Your desk"), by=SYSTEM)
    save_text(AutoResponse(name="Received", subject="We have it", text="Thank you."), by=SYSTEM)
    save_template(Template(name="Restart", text="Please restart it."), [world.support], [], by=SYSTEM)
    create_calendar("Office", WEEK, by=SYSTEM)
    service = save_promise(Service(name="Printing", default=True), by=SYSTEM)
    save_promise(SLA(name="Gold", response_minutes=60), by=SYSTEM, services=[service])
    actions.create_type("Incident", by=SYSTEM)
    actions.create_activity("Travel", by=SYSTEM)
    save_mail(SystemAddress(address="desk@desk.example", queue=world.support), by=SYSTEM)
    save_mail(Mailbox(name="Desk", host="mail.example", login="desk", password="x"), by=SYSTEM)
    save_mail(OutgoingServer(name="Out", host="mail.example"), by=SYSTEM)
    actions.save_view(SavedView(owner=world.anna, name="New ones", query="state=new"), [], by=world.actor("anna"))
    accept_terms(publish_terms("Be kind.", "Seid nett.", by=SYSTEM), by=world.actor("dora"))
