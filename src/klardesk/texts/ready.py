"""Templates as ready-made texts of a ticket's forms (`tickets.slots.TextSource`)."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr
from typing import TYPE_CHECKING

from klardesk.people.models import Person
from klardesk.texts.placeholders import fill
from klardesk.texts.queries import templates_for
from klardesk.texts.values import values_for
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Article, SenderType
from klardesk.tickets.slots import ReadyText, TextUse

if TYPE_CHECKING:
    from klardesk.texts.models import Template
    from klardesk.texts.placeholders import Values
    from klardesk.tickets.models import Queue


class Templates:
    """The templates that a form may offer: valid ones for its purposes, in the ticket's queue."""

    def offered(self, purposes: tuple[str, ...], queues: Sequence[Queue]) -> list[tuple[str, str]]:
        """Key and name, by name."""
        return [(str(each.pk), each.name) for each in templates_for(purposes, queues)]

    def ready(self, key: str, use: TextUse) -> ReadyText | None:
        """The template with its placeholders filled, its files, and its next state if that is still valid."""
        offered = templates_for(use.purposes, [use.ticket.queue])
        found = next((each for each in offered if str(each.pk) == key), None)
        if found is None:
            return None
        state = found.next_state
        return ReadyText(
            text=fill(found.text, _values(use)), files=_files(found),
            state_id=state.pk if state is not None and state.valid else None,
        )  # fmt: skip


def _files(template: Template) -> tuple[NewAttachment, ...]:
    rows = template.files.order_by("name", "pk")
    return tuple(NewAttachment(row.name, row.content_type, row.size, row.digest) for row in rows)


def _values(use: TextUse) -> Values:
    """Of the article that is answered, or of the ticket's last ones that this agent may read."""
    agent = Person.objects.filter(pk=use.actor.person_id).first() if use.actor.person_id else None
    customers = use.article or _last(use, SenderType.CUSTOMER)
    agents = use.article or _last(use, SenderType.AGENT)
    if agents is not None and agents.sender != SenderType.AGENT:
        agents = None
    said = (customers.subject, customers.text) if customers else ("", "")
    return values_for(
        use.ticket, agent=agent, customer_name=_spoken_to(use, customers), subject=said[0], body=said[1], said_by=agents
    )


def _spoken_to(use: TextUse, article: Article | None) -> str:
    """The name in the customer's mail if the desk does not know them."""
    if use.ticket.customer is not None:
        return ""
    name, address = parseaddr(article.from_text if article and article.sender == SenderType.CUSTOMER else "")
    return name or address or use.ticket.customer_login


def _last(use: TextUse, sender: SenderType) -> Article | None:
    if not use.ticket.pk:
        return None
    return Article.objects.visible_to(use.actor).filter(ticket=use.ticket, sender=sender).order_by("-pk").first()
