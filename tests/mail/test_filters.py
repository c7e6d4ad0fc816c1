"""Mail filters: what matches, what it sets, and that a bad expression holds up no mail (contract 2.3)."""

from __future__ import annotations

import pytest

from klardesk.access.actor import Actor
from klardesk.access.policy import Refused
from klardesk.ledger import ChainRef
from klardesk.ledger.queries import events
from klardesk.mail.filters.actions import delete_filter, move_filter, save_filter
from klardesk.mail.filters.matching import run_filters
from klardesk.mail.filters.models import Kind, MailFilter
from klardesk.mail.models import IncomingState, Reason
from klardesk.mail.parse import parse
from tests.mail.conftest import SYSTEM, mail
from tests.mail.taking import take, ticket_from
from tests.world import World

pytestmark = pytest.mark.django_db


def a_filter(*conditions: tuple[str, str, str], name: str = "one", stop: bool = False, **values: str) -> MailFilter:
    """A filter, not stored: conditions as (field, kind, value), fields to set with underscores."""
    rows = [{"field": field, "kind": kind, "value": value} for field, kind, value in conditions]
    fields = [{"field": f"X-OTRS-{key.replace('_', '-')}", "value": value} for key, value in values.items()]
    return MailFilter(name=name, conditions=rows, values=fields, stop=stop)


def outcome(raw: bytes, *filters: MailFilter, trusted: bool = False, **asked: str) -> dict[str, str]:
    """What the filters set."""
    return run_filters(filters, parse(raw), asked, trusted=trusted).values


@pytest.mark.parametrize(
    ("field", "kind", "value", "holds"),
    [
        ("Subject", Kind.EXPRESSION, "^PRINT", True),
        ("Subject", Kind.EXPRESSION, "^rinter", False),
        ("Subject", Kind.NOT_EXPRESSION, "scanner", True),
        ("Subject", Kind.PLAIN, "P.inter", False),
        ("Subject", Kind.PLAIN, "RINT", True),
        ("Subject", Kind.NOT_PLAIN, "rint", False),
        ("From", Kind.ADDRESS, "dora@nordlicht.example", True),
        ("From", Kind.ADDRESS, "ora@nordlicht", False),
        ("From", Kind.NOT_ADDRESS, ".*@suedwind.example", True),
        ("Body", Kind.EXPRESSION, "burns", True),
        ("X-Nothing", Kind.NOT_EXPRESSION, "x", True),
        ("X-Nothing", Kind.EXPRESSION, "^$", True),
        ("X-OTRS-AttachmentExists", Kind.PLAIN, "no", True),
        ("X-OTRS-Queue", Kind.NOT_EXPRESSION, "x", False),
    ],
)
def test_a_condition_reads_its_field(field: str, kind: Kind, value: str, holds: bool) -> None:
    assert ("queue" in outcome(mail(), a_filter((field, kind, value), Queue="Sales"))) is holds


def test_all_conditions_must_hold_and_one_must_be_there() -> None:
    both = [("Subject", Kind.PLAIN, "printer"), ("Body", Kind.PLAIN, "drowns")]
    assert outcome(mail(), a_filter(*both, Queue="Sales")) == {}
    assert outcome(mail(), a_filter(Queue="Sales")) == {}


def test_what_was_captured_is_set() -> None:
    numbered = a_filter(("Subject", Kind.EXPRESSION, r"INC(\d+)"), Title="case [***]")
    named = a_filter(("Body", Kind.EXPRESSION, r"host: (?<host>\w+)"), Title=r"on [**\host**]")
    assert outcome(mail("INC4711 is broken"), numbered) == {"title": "case 4711"}
    assert outcome(mail(text="host: web7"), named) == {"title": "on web7"}


def test_a_later_filter_overwrites_and_a_stop_ends_the_run() -> None:
    always = ("Subject", Kind.PLAIN, "")
    first, second = a_filter(always, Queue="Sales"), a_filter(always, name="two", Queue="Raw")
    assert outcome(mail(), first, second) == {"queue": "Raw"}
    first.stop = True
    assert outcome(mail(), first, second) == {"queue": "Sales"}
    never = a_filter(("Subject", Kind.PLAIN, "scanner"), stop=True, Queue="Sales")
    assert outcome(mail(), never, second) == {"queue": "Raw"}


def test_a_filter_sees_what_another_set() -> None:
    first = a_filter(("Subject", Kind.PLAIN, "printer"), Queue="Sales")
    second = a_filter(("X-OTRS-Queue", Kind.EXPRESSION, "^Sales$"), name="two", Priority="5 very high")
    assert outcome(mail(), first, second)["priority"] == "5 very high"


def test_an_exploding_expression_is_stopped_and_the_mail_goes_on(world: World) -> None:
    save_filter(a_filter(("Body", Kind.EXPRESSION, r"^(a|aa)+$|(a|a)*b"), name="bad", Queue="Sales"), by=SYSTEM)
    save_filter(a_filter(("Subject", Kind.PLAIN, "printer"), name="good", Queue=world.support.name), by=SYSTEM)
    kept = take(mail(text="a" * 6000 + "!"))
    assert kept.state == IncomingState.PROCESSED
    assert kept.ticket.queue == world.support  # type: ignore[union-attr]
    assert any("took too long" in each["message"] and "bad" in each["message"] for each in kept.problems)


def test_a_filter_routes_a_mail_of_a_mailbox_that_is_not_trusted(world: World) -> None:
    save_filter(
        a_filter(("Subject", Kind.PLAIN, "printer"), Queue=world.sales.name, Owner="anna", Lock="lock"), by=SYSTEM
    )
    ticket = ticket_from(mail())
    assert (ticket.queue, ticket.owner, ticket.locked) == (world.sales, world.anna, True)


def test_a_filter_can_have_a_mail_ignored(world: World) -> None:
    assert world
    save_filter(a_filter(("From", Kind.ADDRESS, ".*@nordlicht.example"), Ignore="yes"), by=SYSTEM)
    kept = take(mail())
    assert (kept.state, kept.reason, kept.ticket) == (IncomingState.IGNORED, Reason.FILTER, None)


def test_the_number_of_another_system_leads_to_its_ticket(world: World) -> None:
    save_filter(a_filter(("Subject", Kind.EXPRESSION, r"\b(INC\d+)"), External_Number="[***]"), by=SYSTEM)
    first = ticket_from(mail("INC4711 opened"))
    assert ticket_from(mail("Your inc4711 was closed", "done")) == first
    assert ticket_from(mail("INC4712", "other")) != first
    assert world


def test_filters_are_an_administrators_and_leave_their_history(world: World) -> None:
    wanted = a_filter(("Subject", Kind.PLAIN, "printer"), Queue="Sales")
    with pytest.raises(Refused):
        save_filter(wanted, by=world.actor("anna"))
    by = world.actor("root")
    first = save_filter(wanted, by=by)
    second = save_filter(a_filter(("Subject", Kind.PLAIN, "x"), name="two", stop=True), by=by)
    move_filter(second, -1, by=by)
    assert list(MailFilter.objects.order_by("position")) == [second, first]
    for each in (
        lambda: move_filter(first, 1, by=Actor.of(world.anna)),
        lambda: delete_filter(first, by=Actor.of(world.anna)),
    ):
        with pytest.raises(Refused):
            each()
    key = first.pk
    delete_filter(first, by=by)
    kinds = [event.kind for event in events(ChainRef("mailfilter", key))]
    assert kinds == ["mail.filter_saved", "mail.filter_saved", "mail.filter_deleted"]
