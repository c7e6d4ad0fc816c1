"""The pages of mail filters: list, edit, order, delete, and what would happen to a mail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from klardesk.ledger.models import Event
from klardesk.mail.actions import save_setting
from klardesk.mail.filters.actions import save_filter
from klardesk.mail.filters.models import MailFilter
from klardesk.mail.models import IncomingMail, SystemAddress
from klardesk.tickets.models import Ticket
from tests.mail.conftest import SYSTEM, mail
from tests.mail.taking import take, ticket_from
from tests.mail.test_filters import a_filter
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client, world: World) -> Client:
    """An administrator's browser."""
    client.force_login(world.root)
    return client


def form(**values: str) -> dict[str, str]:
    """A form with one row each."""
    return {
        "name": "Printers", "valid": "on", "condition-TOTAL_FORMS": "2", "condition-INITIAL_FORMS": "0",
        "condition-0-field": "Subject", "condition-0-kind": "expression", "condition-0-value": "^print(er)?",
        "condition-1-field": "", "condition-1-kind": "plain", "condition-1-value": "", "value-TOTAL_FORMS": "1",
        "value-INITIAL_FORMS": "0", "value-0-field": "X-Klardesk-Queue", "value-0-value": "Sales", **values,
    }  # fmt: skip


def test_a_filter_is_made_changed_and_shown(root: Client) -> None:
    assert root.post(reverse("admin_mail_filter_new"), form()).status_code == 302
    made = MailFilter.objects.get()
    assert made.conditions == [{"field": "Subject", "kind": "expression", "value": "^print(er)?"}]
    assert made.values == [{"field": "X-Klardesk-Queue", "value": "Sales"}]
    page = root.get(reverse("admin_mail_filter", args=[made.pk])).content.decode()
    assert "^print(er)?" in page
    root.post(reverse("admin_mail_filter", args=[made.pk]), form(stop="on", **{"value-0-value": "Raw"}))
    made.refresh_from_db()
    assert (made.stop, made.values[0]["value"]) == (True, "Raw")
    assert "X-Klardesk-Queue: Raw" in root.get(reverse("admin_mail_filters")).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"condition-0-value": "(open"}, {"condition-0-field": ""}, {"value-0-field": "Subject"}, {"value-0-field": ""},
        {"name": ""}, {"condition-0-kind": "magic"},
    ],
)  # fmt: skip
def test_a_wrong_filter_is_not_stored(root: Client, wrong: dict[str, str]) -> None:
    answer = root.post(reverse("admin_mail_filter_new"), form(**wrong))
    assert answer.status_code == 422
    assert not MailFilter.objects.exists()


def test_filters_are_ordered_and_deleted(root: Client) -> None:
    first = save_filter(a_filter(("Subject", "plain", "x"), name="first", stop=True), by=SYSTEM)
    second = save_filter(a_filter(("Subject", "plain", "x"), name="second", stop=True), by=SYSTEM)
    root.post(reverse("admin_mail_filter_order", args=[second.pk]), {"places": "-1"})
    assert [each.name for each in MailFilter.objects.order_by("position")] == ["second", "first"]
    root.post(reverse("admin_mail_filter_delete", args=[first.pk]))
    assert MailFilter.objects.get() == second


def test_a_trial_tells_what_would_happen_and_stores_nothing(root: Client, world: World) -> None:
    save_filter(a_filter(("Subject", "expression", "scanner"), name="no", Queue="Raw"), by=SYSTEM)
    save_filter(a_filter(("Subject", "expression", "print"), name="yes", Queue=world.sales.name), by=SYSTEM)
    before = (Ticket.all_rows.count(), IncomingMail.objects.count(), Event.objects.count())
    page = root.post(reverse("admin_mail_filter_trial"), {"source": mail().decode()}).content.decode()
    assert "It would begin a new ticket." in page
    assert "did not match" in page
    assert world.sales.name in page
    assert before == (Ticket.all_rows.count(), IncomingMail.objects.count(), Event.objects.count())


def test_a_kept_mail_is_tried_as_it_came(root: Client, world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    ticket = ticket_from(mail())
    kept = take(mail(f"Re: [Ticket#{ticket.number}] again", "more"))
    page = root.post(reverse("admin_mail_filter_trial"), {"mail": kept.pk}).content.decode()
    assert "It would be added to a ticket." in page
    assert ticket.number in page
    assert "the number in the subject" in page
    assert root.post(reverse("admin_mail_filter_trial"), {"mail": kept.pk + 1}).status_code == 422
    assert root.post(reverse("admin_mail_filter_trial"), {}).status_code == 422


def test_a_trial_ignores_what_intake_ignores(root: Client) -> None:
    save_filter(a_filter(("Subject", "plain", "printer"), Ignore="yes"), by=SYSTEM)
    page = root.post(reverse("admin_mail_filter_trial"), {"source": mail().decode()}).content.decode()
    assert "a header or a filter asks for it" in page


def test_an_address_is_used_by_the_trial(root: Client, world: World) -> None:
    save_setting(SystemAddress(address="desk@desk.example", queue=world.sales), by=SYSTEM)
    page = root.post(
        reverse("admin_mail_filter_trial"), {"source": mail(To="desk@desk.example").decode()}
    ).content.decode()
    assert world.sales.name in page
