"""Nothing that those without the right send changes anything: no history grows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Sum

from klardesk.admin.actions import change_option
from klardesk.ledger.models import Chain
from klardesk.sla.actions import save_setting
from klardesk.sla.models import Service
from klardesk.tickets.actions import change_state, create_type
from klardesk.tickets.models import Draft
from tests.leak.addresses import Address, addresses
from tests.leak.conftest import Secret
from tests.leak.test_reading import browser
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
WITHOUT_RIGHT = ("nobody", "dora", "emil", "carla", "ben")
THEIR_OWN = {"account", "account_password", "account_sessions", "account_session", "logout", "login", "customer_login"}
"""Addresses by which people change what is their own."""
READERS_MAY = {"ticket_watch"}
"""What the right to read allows to change."""
OF_THE_COMPANY = "emil"
"""In the portal the secret ticket is this customer's company's."""
ALL = addresses()


def history() -> dict[str, int]:
    """How long all histories of a kind are together."""
    return {row["kind"]: row["total"] for row in Chain.objects.order_by().values("kind").annotate(total=Sum("length"))}


def plausible(world: World, secret: Secret) -> dict[str, Any]:
    """A form with every field that some page asks for, filled so that it would be taken."""
    closed, sales = world.state("closed successful"), world.sales
    service = save_setting(Service(name="Mail", default=True), by=SYSTEM)
    return {
        "revision": secret.ticket.revision, "subject": "Changed", "text": "Changed", "audience": "internal", "title": "Changed",
        "state": closed.pk, "queue": sales.pk, "owner": world.anna.pk, "responsible": world.anna.pk,
        "priority": world.priority(5).pk, "locked": "yes", "archived": "yes", "watch": "yes", "customer_login": "dora",
        "number": secret.other.number, "service": service.pk,
        "confirmed": "yes", "role": "normal", "name": "Changed", "group": world.users.pk, "follow_up": "possible",
        "type": "open", "order": "3", "level": "9", "colour": "#123456", "valid": "on", "login": "changed", "realm": "agent",
        "to": "dora@nordlicht.example", "body": "Changed", "time_units": "5", "reason": "Changed", "person": "dora",
        "field_Secretticket": "Changed",
    }  # fmt: skip


@pytest.mark.parametrize("who", WITHOUT_RIGHT)
def test_without_the_right_nothing_changes(who: str, world: World, secret: Secret) -> None:
    client, form, before, wrong = browser(world, who), plausible(world, secret), history(), []
    for address in ALL:
        if address.name in THEIR_OWN or (who == "ben" and address.name in READERS_MAY):
            continue
        if who == OF_THE_COMPANY and address.audience == "customers of it":
            continue
        response = client.post(address.url(secret), form)
        if response.status_code >= 500 or history() != before:
            wrong.append(f"{address.name} answers {response.status_code}, histories were {before} and are {history()}")
            before = history()
    assert wrong == []
    drafts = Draft.all_rows.filter(person=world.anna).values_list("values__text", flat=True)
    assert [list(text) for text in drafts] == [["zyxbody"]] * 2
    assert not Draft.all_rows.filter(ticket=secret.ticket).exclude(person=world.anna).exists()


CHANGES = [address for address in ALL if address.name.startswith("ticket_") and address.audience == "changers"]


@pytest.mark.parametrize("address", CHANGES, ids=lambda address: address.name)
def test_with_the_right_the_same_form_does(address: Address, world: World, secret: Secret) -> None:
    form = plausible(world, secret)
    if address.name == "ticket_owner":
        form["owner"] = ""
    if address.name == "ticket_type":
        form["type"] = create_type("Incident", by=SYSTEM).pk
    if address.name == "ticket_archive":
        change_state(secret.ticket, world.state("closed successful"), by=SYSTEM)
        form["revision"] = secret.ticket.revision
    if address.name == "ticket_guest_links":
        change_option("portal.ticket_links", True, by=SYSTEM)
        form["person"] = secret.ticket.customer_id
    before = history()
    response = browser(world, "anna").post(address.url(secret), form)
    assert response.status_code == (200 if address.name == "ticket_guest_links" else 302), response.content.decode()[
        -3000:
    ]
    assert history()["ticket"] > before["ticket"]


def test_administration_is_closed_to_agents_who_hold_everything_else(world: World, secret: Secret) -> None:
    form, before = plausible(world, secret), history()
    for address in ALL:
        if address.audience == "administrators":
            response = browser(world, "anna").post(address.url(secret), form)
            assert response.status_code in (403, 405), address.name
    assert history() == before
