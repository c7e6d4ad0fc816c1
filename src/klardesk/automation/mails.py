"""The mails of notifications: a sweep over the rows that are marked for one."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from klardesk.access.actor import Actor
from klardesk.automation.models import Notification
from klardesk.jobs import stop_asked
from klardesk.ledger.sentences import sentence
from klardesk.mail.addresses import sender_of
from klardesk.mail.send.notice import send_notice
from klardesk.people.models import Person
from klardesk.tickets.models import Ticket
from klardesk.tickets.names import shown
from klardesk.tickets.policy import NotPossible

log = structlog.get_logger("klardesk.automation")


def write_mails() -> int:
    """Put a mail into the outbox for every notification that is marked for one; returns how many rows were looked at.

    A row loses its mark in the transaction that writes its mail: a killed worker neither loses one nor sends two.
    """
    done = 0
    for key in Notification.all_rows.filter(mail_due=True).order_by("pk").values_list("pk", flat=True):
        if stop_asked():
            break
        with transaction.atomic():
            due = Notification.all_rows.select_for_update(skip_locked=True, of=("self",))
            row = due.select_related("person", "event").filter(pk=key, mail_due=True).first()
            if row is not None:
                _write(row)
                Notification.all_rows.filter(pk=key).update(mail_due=False)
                done += 1
    return done


def _write(row: Notification) -> None:
    """The mail, unless the person cannot be reached by mail or may no longer see the ticket."""
    seen = Ticket.objects.visible_to(Actor.of(row.person)).select_related("queue", "state")
    ticket = seen.filter(pk=row.ticket_id).first()
    sender = sender_of(ticket.queue) if ticket is not None and row.person.email else None
    if ticket is None or sender is None:
        log.warning("notification not mailed", notification=row.pk, seen=ticket is not None, sender=sender is not None)
        return
    with translation.override(language_of(row.person)), timezone.override(zone_of(row.person)):
        subject, text = _words(row, ticket)
    try:
        send_notice(ticket.number, (row.person.full_name, row.person.email), subject, text, sender=sender)
    except NotPossible as error:
        log.warning("notification not mailed", notification=row.pk, error=str(error))


def _words(row: Notification, ticket: Ticket) -> tuple[str, str]:
    subject = _("{what}: ticket {number}, {title}").format(
        what=row.get_kind_display(), number=ticket.number, title=ticket.title
    )
    lines = [
        sentence(row.event, translation.get_language() or settings.LANGUAGE_CODE),
        "",
        _("Ticket: {number}, {title}").format(number=ticket.number, title=ticket.title),
        _("Queue: {queue}").format(queue=ticket.queue.name),
        _("State: {state}").format(state=shown(ticket.state.name)),
        settings.KLARDESK_URL.rstrip("/") + reverse("ticket", args=[ticket.pk]),
        "",
        _("You get this mail because you asked for it. Your account says how you are told."),
    ]
    return subject, "\n".join(lines)


def language_of(person: Person) -> str:
    """The language in which this person is written to."""
    return person.language if person.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def zone_of(person: Person) -> ZoneInfo:
    """The time zone in which this person reads times."""
    try:
        return ZoneInfo(person.time_zone or settings.TIME_ZONE)
    except (LookupError, ValueError, OSError):  # a zone that this machine's tables lost
        return ZoneInfo(settings.TIME_ZONE)
