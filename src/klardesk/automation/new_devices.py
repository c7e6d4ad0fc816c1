"""Tells people by mail that somebody logged in as them with a browser that was not seen before."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from klardesk.automation.mails import language_of, zone_of
from klardesk.base.options import option
from klardesk.ledger import subscribe
from klardesk.ledger.models import Event
from klardesk.mail.models import SystemAddress
from klardesk.mail.send.notice import send_notice
from klardesk.people.events import NewDevice
from klardesk.people.models import Person
from klardesk.tickets.policy import NotPossible
from klardesk.web.formats import moment_text

log = structlog.get_logger("klardesk.automation")


def follow() -> None:
    """Hear of it inside its transaction: the mail lies in the outbox if and only if the event is there."""
    subscribe("person.new_device", _tell, in_transaction=True)


def _tell(event: Event) -> None:
    person = Person.objects.get(pk=int(event.chain.key))
    sender = SystemAddress.objects.filter(valid=True).order_by("pk").first()
    if not person.email or sender is None or not option("people.tell_new_devices"):
        return
    with translation.override(language_of(person)), timezone.override(zone_of(person)):
        subject, text = _words(event, person)
    try:
        send_notice("login", (person.full_name, person.email), subject, text, sender=sender)
    except NotPossible as error:
        log.warning("new device not mailed", person=person.pk, error=str(error))


def _words(event: Event, person: Person) -> tuple[str, str]:
    payload: NewDevice = event.payload
    lines = [
        _("Somebody logged in as {login} with a browser that was not used for that before.").format(login=person.login),
        "",
        _("When: {moment}").format(moment=moment_text(event.at)),
        _("Browser: {browser}").format(browser=payload.browser or "–"),
        _("Network address: {address}").format(address=payload.address or "–"),
        "",
        _(
            "If that was you, there is nothing to do. If not, change your password at once; that ends all other log-ins:"
        ),
        settings.KLARDESK_URL.rstrip("/") + reverse("account"),
    ]
    return _("Log-in with a new browser"), "\n".join(lines)
