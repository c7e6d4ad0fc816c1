"""Web forms: kept by administrators, sent by people without an account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from klardesk.access.actor import Actor
from klardesk.access.policy import require_administrator
from klardesk.ledger import append
from klardesk.mail.addresses import show
from klardesk.mail.receive.rules import Rules
from klardesk.portal.actions.tickets import confirm, once
from klardesk.portal.events import SentByForm, WebFormChanged, web_form_chain
from klardesk.portal.models import WebForm
from klardesk.texts.models import Occasion
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewArticle, NewAttachment
from klardesk.tickets.events import chain_of
from klardesk.tickets.models import Channel, SenderType, Ticket
from klardesk.tickets.queries import customer_named, primary_company

if TYPE_CHECKING:
    from collections.abc import Mapping

VISITOR = Actor.system("web form")


def save_web_form(form: WebForm, values: Mapping[str, Any], *, by: Actor) -> WebForm:
    """Make or change a form; nothing happens if nothing differs. Raises Refused, ValidationError."""
    require_administrator(by)
    with transaction.atomic():
        changed = [name for name, value in values.items() if getattr(form, name, None) != value]
        for name, value in values.items():
            setattr(form, name, value)
        if changed:
            form.full_clean()
            form.save()
            append(web_form_chain(form.pk), WebFormChanged(form.name, ", ".join(changed)), by=by.ref)
    return form


def send_form(form: WebForm, values: Mapping[str, str], *, key: str, files: Sequence[NewAttachment] = ()) -> Ticket:
    """A ticket from a form's name, email, subject and text. Whom the address belongs to is as little proved as a mail's
    sender is, and believed as far: the ticket is that customer's.
    """
    article = NewArticle(
        sender=SenderType.CUSTOMER, channel=Channel.WEB, visible_to_customer=True, subject=values["subject"],
        text=values["text"], from_text=show(values["name"], values["email"]), attachments=tuple(files),
    )  # fmt: skip

    def make() -> Ticket:
        ticket = actions.create_ticket(
            by=VISITOR, title=values["subject"], queue=form.queue, priority=form.priority, type=form.type,
            article=article, **_customer(values["email"]),
        )  # fmt: skip
        append(chain_of(ticket.pk), SentByForm(form.name), by=VISITOR.ref)
        confirm(ticket, article, (values["name"], values["email"]), Occasion.NEW)
        return ticket

    return once(key, article, make)


def _customer(address: str) -> dict[str, Any]:
    """Whose ticket it is, as of a mail from this address."""
    person = customer_named(address)
    if person is not None:
        return {"customer": person, "company": primary_company(person)}
    return {"customer_login": address, "company_number": address if Rules.read().company_for_unknown else ""}
