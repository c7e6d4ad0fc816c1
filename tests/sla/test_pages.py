"""Services and due times on the pages: who sees and changes what, and what it costs."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.sla import index
from klardesk.sla.actions import change_service, save_setting
from klardesk.sla.models import SLA, EscalationRules, QueueTargets, Service, TicketService
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from tests.matrix import AdministratorPages, client_of
from tests.sla.conftest import Promises, targets
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(world: World) -> Client:
    return client_of(world.anna)


@pytest.fixture
def root(world: World) -> Client:
    return client_of(world.root)


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


class TestAdministration(AdministratorPages):
    def addresses(self, world: World) -> list[str]:
        service = save_setting(Service(name="Mail"), by=SYSTEM)
        sla = save_setting(SLA(name="Gold"), by=SYSTEM, services=[service])
        names = ["services/", "services/new/", f"services/{service.pk}/", "slas/", "slas/new/", f"slas/{sla.pk}/"]
        return [f"/admin/{name}" for name in (*names, "targets/", f"targets/{world.support.pk}/", "escalation/")]


def test_a_service_is_made_with_those_who_may_have_it(root: Client, world: World) -> None:
    values = {"name": "Mail :: Mailboxes", "companies": "nl-1\n", "customers": "Emil\n", "valid": "on"}
    assert root.post("/admin/services/new/", values).status_code == 302
    service = Service.objects.get()
    assert service.name == "Mail::Mailboxes"
    assert list(service.companies.all()) == [world.nordlicht]
    assert list(service.customers.all()) == [world.emil]
    assert "NL-1" in root.get(f"/admin/services/{service.pk}/").content.decode()
    refused = root.post("/admin/services/new/", {"name": "Print", "customers": "nobody\nanna", "companies": ""})
    assert refused.status_code == 422
    assert "nobody, anna" in text(refused)


def test_services_below_a_renamed_one_are_renamed_with_it(root: Client, promises: Promises) -> None:
    root.post(f"/admin/services/{promises.mail.pk}/", {"name": "Post", "valid": "on", "default": "on"})
    assert sorted(Service.objects.values_list("name", flat=True)) == ["Post", "Post::Mailboxes"]


def test_an_sla_and_targets_of_a_queue_are_set(root: Client, world: World, promises: Promises) -> None:
    values = {
        "name": "Silver",
        "services": [promises.mail.pk],
        "response_minutes": "30",
        "solution_minutes": "",
        "valid": "on",
    }
    assert root.post("/admin/slas/new/", values).status_code == 302
    silver = SLA.objects.get(name="Silver")
    assert (silver.response_minutes, silver.solution_minutes, list(silver.services.all())) == (30, 0, [promises.mail])
    root.post(f"/admin/targets/{world.sales.pk}/", {"update_minutes": "90", "update_notify": "80"})
    assert QueueTargets.objects.get(queue=world.sales).update_notify == 80
    assert "90 min" in text(root.get("/admin/targets/"))
    assert root.post(f"/admin/targets/{world.sales.pk}/", {"update_notify": "100"}).status_code == 422


def test_the_rules_are_set(root: Client, world: World) -> None:
    values = {"semantics": "contact", "suspending": [world.state("pending reminder").pk], "cancel": "on"}
    assert root.post("/admin/escalation/", values).status_code == 302
    rules = EscalationRules.objects.get()
    assert (rules.semantics, rules.cancel, rules.suspending.count()) == ("contact", True, 1)
    root.post("/admin/escalation/", {"semantics": "otrs"})
    assert EscalationRules.objects.get().suspending.count() == 0


def test_a_ticket_is_given_a_service_and_one_of_its_slas(anna: Client, world: World, promises: Promises) -> None:
    ticket = world.ticket()
    address = f"/tickets/{ticket.pk}/service/"
    assert "Mail::Mailboxes" in text(anna.get(address))
    assert "Gold" in text(anna.get(address, {"service": promises.mail.pk}))
    assert "Gold" not in text(anna.get(address, {"service": promises.mailboxes.pk}))
    wrong = {"revision": ticket.revision, "service": promises.mailboxes.pk, "sla": promises.gold.pk}
    anna.post(address, wrong)
    assert TicketService.objects.get().sla is None
    ticket.refresh_from_db()
    right = {"revision": ticket.revision, "service": promises.mail.pk, "sla": promises.gold.pk}
    assert anna.post(address, right).status_code == 302
    assert TicketService.objects.get().sla == promises.gold
    assert anna.post(address, {**right, "service": ""}).status_code == 409


def test_an_sla_that_is_no_longer_valid_stays_until_somebody_takes_it(
    anna: Client, world: World, promises: Promises
) -> None:
    ticket = world.ticket()
    change_service(ticket, promises.mail, promises.gold, by=SYSTEM)
    promises.gold.valid = False
    save_setting(promises.gold, by=SYSTEM)
    address = f"/tickets/{ticket.pk}/service/"
    assert "Gold" in text(anna.get(address))
    anna.post(address, {"revision": ticket.revision, "service": promises.mail.pk, "sla": promises.gold.pk})
    assert TicketService.objects.get().sla == promises.gold
    assert "Gold" not in text(anna.get(f"/tickets/{world.ticket().pk}/service/", {"service": promises.mail.pk}))


def test_a_desk_without_services_and_types_asks_for_none(anna: Client, world: World) -> None:
    ticket = world.ticket()
    page = text(anna.get(f"/tickets/{ticket.pk}/")) + text(anna.get("/tickets/new/phone/"))
    assert "SLA" not in page.replace("SLA report", "")
    assert "Type" not in page.replace("Type –", "")


def test_who_only_reads_may_not_set_it_but_see_why(world: World, promises: Promises) -> None:
    ticket, ben = world.ticket(), client_of(world.ben)
    assert ben.get(f"/tickets/{ticket.pk}/service/").status_code == 403
    assert ben.get(f"/tickets/{ticket.pk}/due/").status_code == 200
    assert client_of(world.carla).get(f"/tickets/{ticket.pk}/due/").status_code == 404


def test_only_services_of_the_customer_are_offered(anna: Client, world: World, promises: Promises) -> None:
    own = save_setting(Service(name="Own"), by=SYSTEM, companies=[world.nordlicht])
    page = text(anna.get(f"/tickets/{world.ticket().pk}/service/"))
    assert own.name in page
    assert "Mailboxes" not in page
    other = text(anna.get(f"/tickets/{world.ticket(customer=world.emil, company=None).pk}/service/"))
    assert "Mailboxes" in other
    assert own.name not in other


def test_a_ticket_by_phone_begins_with_type_service_and_sla(anna: Client, world: World, promises: Promises) -> None:
    incident = actions.create_type("Incident", by=SYSTEM)
    values = {
        "queue": world.support.pk, "customer_login": "dora", "subject": "Help", "text": "Now", "type": incident.pk,
        "priority": world.priority(3).pk, "state": world.state("open").pk, "service": promises.mail.pk,
        "sla": promises.gold.pk, "responsible": world.anna.pk,
    }  # fmt: skip
    assert "Gold" in text(anna.get("/tickets/new/phone/", {"service": promises.mail.pk}))
    assert anna.post("/tickets/new/phone/", values).status_code == 302
    ticket = Ticket.all_rows.get()
    assert (ticket.type, ticket.responsible) == (incident, world.anna)
    assert ticket.service_row.sla == promises.gold
    assert ticket.clock.response_due is not None


def test_whoever_may_only_create_tickets_can_say_their_service(world: World, promises: Promises) -> None:
    from klardesk.access.models import PersonGrant

    PersonGrant.objects.create(person=world.carla, group=world.support_group, right="create")
    values = {
        "queue": world.support.pk, "customer_login": "dora", "subject": "Help", "text": "Now",
        "priority": world.priority(3).pk, "state": world.state("open").pk, "service": promises.mail.pk,
    }  # fmt: skip
    assert client_of(world.carla).post("/tickets/new/phone/", values).status_code == 302
    assert TicketService.objects.get().service == promises.mail


def test_the_panel_tells_the_due_times_and_why_opens_the_sum(
    anna: Client, world: World, promises: Promises, clock
) -> None:
    ticket = world.ticket()
    change_service(ticket, promises.mail, promises.gold, by=SYSTEM)
    page = text(anna.get(f"/tickets/{ticket.pk}/"))
    for words in ("Service level", "Gold", "First response", "in 2 h", "2 Mar 2026, 12:00", "Why?"):
        assert words in page
    why = text(anna.get(f"/tickets/{ticket.pk}/due/", headers={"HX-Request": "true", "HX-Target": "dock"}))
    assert "The SLA “Gold” promises 2 h of working time by the calendar Office (Europe/Berlin)." in why
    assert "Mon 2 Mar 2026: 10:00–12:00, that is 2 h" in why
    assert "<html" not in why


@pytest.mark.parametrize(("minutes", "tone"), [(10, "neutral"), (46, "warning"), (61, "danger")])
def test_lists_colour_what_is_due(world: World, promises: Promises, clock, minutes: int, tone: str) -> None:
    world.ticket()
    clock.move(minutes=minutes)
    anna = client_of(world.anna)
    cell = re.search(
        r'<td class="column-due"><span class="badge tone-(\w+)"><time[^>]* title="([^"]+)"',
        anna.get("/tickets/").content.decode(),
    )
    assert cell is not None
    assert cell.groups() == (tone, "2 Mar 2026, 11:00")


def test_what_stands_still_is_not_coloured(anna: Client, world: World, promises: Promises, clock) -> None:
    save_setting(EscalationRules(pk=1), by=SYSTEM, suspending=[world.state("pending reminder")])
    ticket = world.ticket()
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=clock.now())
    clock.move(days=3)
    assert (
        "tone-danger" not in re.findall(r'<td class="column-due">.*?</td>', anna.get("/tickets/").content.decode())[0]
    )


def test_the_list_is_sorted_by_what_is_due_first(anna: Client, world: World, promises: Promises, clock) -> None:
    targets(world.sales, promises.office, response_minutes=30)
    for title, queue in (("an hour", world.support), ("half an hour", world.sales), ("never", world.hardware)):
        world.ticket(title, queue)
        clock.move(minutes=1)
    address = "/tickets/?sort="
    shown = {
        sort: re.findall(r'class="column-title" title="([^"]*)"', anna.get(address + sort).content.decode())
        for sort in ("due", "-due")
    }
    assert shown["due"] == ["half an hour", "an hour", "never"]
    assert shown["-due"] == ["never", "an hour", "half an hour"]
    mine = anna.get("/tickets/?sort=due&view=unassigned").content.decode()
    assert re.findall(r'class="column-title" title="([^"]*)"', mine) == shown["due"]


def test_what_a_list_costs_does_not_grow(anna: Client, world: World, promises: Promises) -> None:
    world.ticket()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert anna.get("/tickets/?sort=due").status_code == 200
        return len(captured)

    queries()
    world.ticket("Number 0")
    before = queries()
    for number in range(1, 6):
        world.ticket(f"Number {number}")
    assert queries() == before


def test_in_german(world: World, promises: Promises, clock) -> None:
    from klardesk.people.models import Person

    Person.objects.filter(pk=world.anna.pk).update(language="de")
    ticket, anna = world.ticket(), client_of(Person.objects.get(pk=world.anna.pk))
    why = text(anna.get(f"/tickets/{ticket.pk}/due/"))
    assert "Die Queue „Support“ sagt 1 Std. Arbeitszeit nach dem Kalender Office (Europe/Berlin) zu." in why
    assert "Mo 02.03.2026: 10:00–11:00, das sind 1 Std." in why
    assert index.catch_up() == 0
