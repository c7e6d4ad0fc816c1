"""Fields set by mail: by headers of a trusted mailbox and by filters, as the field's kind has it; what does not fit is noted."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from klardesk.fields import kinds
from klardesk.fields.actions import retire_field, save_field
from klardesk.fields.by_mail import stored
from klardesk.fields.models import Choice, Field, Subject
from klardesk.fields.queries import values_of
from klardesk.mail.filters.actions import save_filter
from klardesk.mail.filters.models import MailFilter
from klardesk.mail.models import IncomingMail
from klardesk.tickets.models import Ticket
from tests.fields.conftest import SITES, make
from tests.mail.conftest import mail
from tests.mail.taking import articles, take, ticket_from
from tests.mail.test_steering import box
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def field(kind: str, **values: object) -> Field:
    """One that is not stored."""
    made = Field(name="F", subject="ticket", kind=kind, **values)
    if kind in ("dropdown", "multiselect"):
        made.choices = [{"key": one.key, "en": one.en, "de": one.de, "offered": one.offered} for one in SITES]
    return made


def values(ticket: Ticket) -> dict[str, list[str]]:
    found = values_of(Subject.TICKET, [ticket.pk]).get(ticket.pk, {})
    return {one.name: texts for one, texts in found.items()}


@pytest.mark.parametrize(
    ("kind", "word", "texts"),
    [
        ("text", "SN 4711", ["SN 4711"]), ("text_area", "one\r\ntwo", ["one\ntwo"]),
        ("dropdown", "north::hh", ["north::hh"]), ("multiselect", "south, north", ["north", "south"]),
        ("multiselect", "south", ["south"]), ("checkbox", "1", ["1"]), ("checkbox", "Yes", ["1"]), ("checkbox", "0", []),
        ("date", "2026-12-24", ["2026-12-24"]), ("date", "2026-12-24 00:00:00", ["2026-12-24"]),
        ("date", "24.12.2026", ["2026-12-24"]), ("moment", "2026-12-24 14:30:00", ["2026-12-24T13:30:00Z"]),
        ("moment", "2026-12-24T14:30:00+00:00", ["2026-12-24T14:30:00Z"]),
        ("moment", "24.12.2026 14:30", ["2026-12-24T13:30:00Z"]),
    ],
)  # fmt: skip
def test_a_word_is_read_by_the_kind(kind: str, word: str, texts: list[str]) -> None:
    assert stored(field(kind), word) == texts


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("dropdown", "west"), ("dropdown", "North"), ("multiselect", "north, west"), ("checkbox", "perhaps"),
        ("date", "tomorrow"), ("date", "2026-02-30"), ("date", "0001-01-01"), ("moment", "half past two"),
        ("moment", "9999-12-31T23:59:59-10:00"), ("text", "x" * 1001),
    ],
)  # fmt: skip
def test_what_the_kind_cannot_have_is_refused(kind: str, word: str) -> None:
    with pytest.raises((ValueError, ValidationError)):
        stored(field(kind), word)


@given(some.sampled_from(["text", "text_area", "dropdown", "multiselect", "checkbox", "date", "moment"]), some.text())
def test_whatever_is_written_can_be_stored_or_is_refused(kind: str, word: str) -> None:
    one = field(kind)
    try:
        texts = stored(one, word)
    except (ValueError, ValidationError):
        return
    assert kinds.can_store(one, texts)
    assert all(kinds.columns_of(one, text) for text in texts)


@given(some.datetimes(datetime(1900, 1, 2), datetime(9998, 12, 30)))  # noqa: DTZ001 - as mails write them
def test_days_and_moments_come_back_as_they_were_written(moment: datetime) -> None:
    assert stored(field("date"), f"{moment:%Y-%m-%d %H:%M:%S}".rjust(19, "0")) == [date.isoformat(moment.date())]
    [text] = stored(field("moment"), moment.isoformat() + "+00:00")
    assert kinds.moment_of(text).replace(tzinfo=None) == moment.replace(microsecond=0)


def test_a_trusted_mail_begins_a_ticket_with_its_fields(world: World) -> None:
    make("Site", "dropdown")
    make("Serial", pattern="^SN")
    make("Due", "date")
    make("Origin", subject="article")
    headers = {
        "X_Klardesk_DynamicField_Site": "north", "X_OTRS_DynamicField_Serial": "SN 1", "X_OTOBO_DynamicField_due": "2026-12-24",
        "X_OTRS_DynamicField_Origin": "monitor",
    }  # fmt: skip
    ticket = ticket_from(mail(**headers), mailbox=box())
    assert values(ticket) == {"Site": ["north"], "Serial": ["SN 1"], "Due": ["2026-12-24"]}
    [article] = articles(ticket)
    assert list(values_of(Subject.ARTICLE, [article.pk])[article.pk].values()) == [["monitor"]]
    assert IncomingMail.objects.get().problems == []


def test_the_same_headers_say_nothing_from_a_mailbox_that_is_not_trusted(world: World) -> None:
    make("Site", "dropdown")
    assert values(ticket_from(mail(X_OTRS_DynamicField_Site="north"), mailbox=box(trusted=False))) == {}


def test_wrong_values_are_noted_and_the_mail_comes_in(world: World) -> None:
    make("Site", "dropdown")
    make("Serial", pattern="^SN")
    retire_field(make("Old"), by=SYSTEM)
    make("Person", subject="person")
    headers = {
        "X_OTRS_DynamicField_Site": "west", "X_OTRS_DynamicField_Serial": "4711 {x}", "X_OTRS_DynamicField_Old": "x",
        "X_OTRS_DynamicField_Person": "x",
    }  # fmt: skip
    ticket = ticket_from(mail(**headers), mailbox=box())
    assert values(ticket) == {}
    told = " ".join(str(one) for one in IncomingMail.objects.get().problems)
    for words in (
        "Site (dropdown) cannot have the value 'west'",
        "'4711 {x}'",
        "field Old is retired",
        "dynamicfield-person",
    ):
        assert words in told


def test_a_filter_sets_a_field_and_the_trial_says_so(world: World) -> None:
    make("Site", "dropdown")
    conditions = [{"field": "Subject", "kind": "expression", "value": "Printer"}]
    wanted = [
        {"field": "X-OTRS-DynamicField-Site", "value": "south"},
        {"field": "X-Klardesk-FollowUp-DynamicField-Site", "value": "north"},
    ]
    save_filter(MailFilter(name="site", conditions=conditions, values=wanted), by=SYSTEM)
    client = Client()
    client.force_login(world.root)
    assert "X-Klardesk-dynamicfield-site" in client.get("/admin/mail-filters/new/").content.decode()
    trial = client.post("/admin/mail-filters/try/", {"source": mail().decode()}).content.decode()
    assert "South" in trial
    ticket = ticket_from(mail(), mailbox=box(trusted=False))
    assert values(ticket) == {"Site": ["south"]}
    take(mail(subject=f"Re: [Ticket#{ticket.number}] Printer"), mailbox=None)
    assert values(ticket) == {"Site": ["north"]}


def test_a_choice_that_is_no_longer_offered_is_not_given_by_mail(world: World) -> None:
    site = make("Site", "dropdown", choices=(Choice("north", "North", "Norden"), Choice("old", "Old", "Alt")))
    save_field(site, (Choice("north", "North", "Norden"),), by=SYSTEM)
    assert values(ticket_from(mail(X_OTRS_DynamicField_Site="old"), mailbox=box())) == {}
