"""What a text reads like about a real ticket, and the placeholders in it that stand for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from klardesk.people.models import Person
from klardesk.texts.placeholders import Values, fill, fill_line, unknown
from klardesk.texts.values import KNOWN, values_for
from klardesk.tickets.models import Article, SenderType
from klardesk.tickets.queries import ticket_by_number

if TYPE_CHECKING:
    from klardesk.access.pages import DeskRequest
    from klardesk.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Preview:
    """Subject and text as they would read; `unknown` placeholders stay empty; `problem` says why there is no text."""

    subject: str = ""
    text: str = ""
    unknown: tuple[str, ...] = ()
    problem: str = ""


def preview_of(request: DeskRequest) -> Preview:
    """What was typed, filled for the ticket whose number was named, if this actor may see it."""
    subject, text = request.POST.get("subject", ""), request.POST.get("text", "")
    missing = tuple(unknown(f"{subject}\n{text}", KNOWN))
    number = request.POST.get("number", "").strip().lstrip("#").strip()
    ticket = ticket_by_number(number, request.actor)
    if ticket is None:
        return Preview(unknown=missing, problem=_("No ticket of this number is yours to see."))
    values = _values(ticket, request)
    return Preview(fill_line(subject, values), fill(text, values), missing)


def unknown_in(text: object) -> list[str]:
    """The placeholders of a stored text that stand for nothing."""
    return unknown(f"{getattr(text, 'subject', '')}\n{getattr(text, 'text', '')}", KNOWN)


def _values(ticket: Ticket, request: DeskRequest) -> Values:
    articles = Article.objects.visible_to(request.actor).filter(ticket=ticket).order_by("-pk")
    customers = articles.filter(sender=SenderType.CUSTOMER).first()
    agent = Person.objects.filter(pk=request.actor.person_id or 0).first()
    said = (customers.subject, customers.text) if customers else ("", "")
    agents = articles.filter(sender=SenderType.AGENT).first()
    return values_for(ticket, agent=agent, subject=said[0], body=said[1], said_by=agents)
