"""What fields add to the ticket's pages, masks and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy

from klardesk.fields import kinds, masks
from klardesk.fields.definitions import definitions
from klardesk.fields.lists import InLists, without_value
from klardesk.fields.models import Field, Mask, Subject
from klardesk.fields.policy import PLACE, is_safe_link
from klardesk.fields.queries import values_at_ticket, values_of
from klardesk.people.slots import register_further_fields
from klardesk.tickets.field_slots import register_list_fields, register_mask_fields
from klardesk.tickets.slots import (
    Badge,
    TicketAction,
    TicketPanel,
    TicketView,
    register_article_badges,
    register_list_filter,
    register_panel,
    register_ticket_action,
    register_ticket_fields,
    register_undo_step,
)

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Ticket

LONG = 200
"""Characters of a value that a badge shows."""


def shown(values: Mapping[Field, list[str]]) -> list[tuple[str, str, str]]:
    """Label, words and link (or nothing) of each value, for a page."""
    return [(field.label, kinds.words(field, texts), link_of(field, texts)) for field, texts in values.items()]


def link_of(field: Field, texts: Sequence[str]) -> str:
    """Where a value leads, by the field's template; empty if nowhere."""
    if not field.link or not texts or not is_safe_link(field.link):
        return ""
    return field.link.replace(PLACE, quote(texts[0], safe=""))


def panel(view: TicketView) -> str:
    """The values of a ticket, of its customer and company; one query, none without fields. Empty if there is none."""
    ticket = view.ticket
    found = values_at_ticket(ticket.pk, ticket.customer_id, ticket.company_id)
    if not any(found.values()):
        return ""
    groups = [(str(Subject(subject).label), shown(values)) for subject, values in found.items() if values]
    context = {"ticket": ticket, "groups": groups, "changeable": "fields" in view.may and has_mask()}
    return render_to_string("fields/panel.html", context, request=view.request)


def shown_in_portal(ticket: Ticket) -> list[tuple[str, str, str]]:
    """The values of a ticket that its customers see, as `shown`; one query, none without fields."""
    return shown(values_of(Subject.TICKET, [ticket.pk], portal=True).get(ticket.pk, {}))


def has_mask() -> bool:
    """Whether there is a field to be changed by the mask of a ticket's fields."""
    return bool(definitions.get().masks[Mask.FIELDS])


def badges(articles: Sequence[int], actor: Actor) -> dict[int, list[Badge]]:  # noqa: ARG001 - the slot names it
    """The values of articles as marks; one query, none without fields."""
    return {
        key: [_badge(label, words, link) for label, words, link in shown(values)]
        for key, values in values_of(Subject.ARTICLE, articles).items()
    }


def _badge(label: str, words: str, link: str) -> Badge:
    text = f"{label}: {words}"
    short = text if len(text) <= LONG else f"{text[:LONG]}…"
    return Badge(text=short, icon="tag", detail=text if short != text else "", href=link)


register_mask_fields(masks.OnMasks())
register_list_fields(InLists())
register_list_filter(without_value())
register_further_fields(masks.OfPeople())
register_ticket_fields(masks.AtBeginning())
register_undo_step("fields", masks.undo, order=200)
register_panel(TicketPanel(name="fields", title=gettext_lazy("Fields"), icon="list", draw=panel, order=3))
register_article_badges(badges)
register_ticket_action(
    TicketAction(
        name="fields",
        label=gettext_lazy("Fields"),
        icon="list",
        url_name="ticket_fields",
        verb="fields",
        offered=has_mask,
    )
)
