"""Mails that steer: type, service and SLA by their names, for a new ticket and for a follow-up."""

from __future__ import annotations

import pytest

from klardesk.mail.actions import save_setting as save_mail_setting
from klardesk.mail.filters.trial import try_mail
from klardesk.mail.models import Mailbox
from klardesk.sla.actions import save_setting
from klardesk.sla.models import SLA, Service, TicketService
from klardesk.tickets.actions import create_type
from klardesk.tickets.models import Ticket
from tests.mail.conftest import mail
from tests.mail.taking import take
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def box(name: str = "alarms") -> Mailbox:
    """A trusted mailbox."""
    return save_mail_setting(Mailbox(name=name, host="mail.example", login=name, trusted=True), by=SYSTEM)


def test_type_service_and_sla_are_set_by_their_names(world: World) -> None:
    incident, other = create_type("Incident", by=SYSTEM), create_type("Request", by=SYSTEM)
    mail_service, print_service = (save_setting(Service(name=name), by=SYSTEM) for name in ("Mail", "Print"))
    gold = save_setting(SLA(name="Gold", response_minutes=60), by=SYSTEM, services=[mail_service])
    asked = {"X_OTRS_Type": "Incident", "X_OTRS_Service": "Mail", "X_OTRS_SLA": "Gold"}
    kept = take(mail(**asked), mailbox=box())
    ticket = Ticket.all_rows.get()
    assert (kept.problems, ticket.type) == ([], incident)
    chosen = TicketService.objects.get(pk=ticket.pk)
    assert (chosen.service, chosen.sla) == (mail_service, gold)
    asked = {"X_OTRS_FollowUp_Type": "Request", "X_OTRS_FollowUp_Service": "Print"}
    take(mail(Subject=f"Re: [Ticket#{ticket.number}]", **asked), mailbox=box("second"))
    ticket.refresh_from_db()
    chosen.refresh_from_db()
    assert (ticket.type, chosen.service, chosen.sla) == (other, print_service, None)
    assert world.raw


def test_a_trial_tells_type_service_and_sla(world: World) -> None:
    create_type("Incident", by=SYSTEM)
    service = save_setting(Service(name="Mail"), by=SYSTEM)
    save_setting(SLA(name="Gold"), by=SYSTEM, services=[service])
    tried = try_mail(mail(X_OTRS_Type="Incident", X_OTRS_Service="Mail", X_OTRS_SLA="Gold"), box())
    assert (str(tried.type), [str(value) for _label, value in tried.further]) == ("Incident", ["Mail", "Gold"])
    assert not Ticket.all_rows.exists()
    assert world.raw
