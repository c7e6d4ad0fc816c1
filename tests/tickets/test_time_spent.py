"""Time spent: entered, corrected with history, moved with merges; the sum is always that of its entries."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from klardesk.access.policy import Refused
from klardesk.ledger.models import Event
from klardesk.ledger.sentences import sentence
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewArticle, TimeSpent
from klardesk.tickets.integrity import differences, stored_state
from klardesk.tickets.models import Activity, Article, Ticket, TimeEntry
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.replay import state_at
from klardesk.tickets.time_spent import WrongUnits, read_units, units_text
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def note(minutes: int | None, **values: object) -> NewArticle:
    spent = None if minutes is None else TimeSpent(minutes * 100, **values)  # type: ignore[arg-type]
    return NewArticle(sender="agent", channel="note", visible_to_customer=False, subject="Looked", text="…", time=spent)


@pytest.mark.parametrize(
    ("text", "units"),
    [("15", 1500), ("1.5", 150), ("0,25", 25), (" 1 000,5 ", 100050), ("2.999", 299), ("7.", 700), ("0", 0)],
)  # fmt: skip
def test_units_are_read_as_people_type_them(text: str, units: int) -> None:
    assert read_units(text) == units
    assert read_units(units_text(units)) == read_units(units_text(units, "de")) == units


@pytest.mark.parametrize("text", ["-5", "1:30", "1e3", "an hour", "100000", "1.000,5", ",5", "٣x", ""])
def test_what_is_no_number_of_units_is_refused(text: str) -> None:
    with pytest.raises(WrongUnits):
        read_units(text)


def test_an_article_brings_its_time_in_one_event(world: World) -> None:
    ticket = world.ticket()
    by = world.actor("anna")
    remote = actions.create_activity("Remote help", by=world.actor("root"))
    article = actions.add_article(ticket, note(15, activity=remote), by=by)
    entry = TimeEntry.all_rows.get()
    assert (entry.ticket, entry.article, entry.person, entry.units, entry.activity) == (
        ticket,
        article,
        world.anna,
        1500,
        remote,
    )
    assert Ticket.all_rows.get().time_units == 1500
    told = [sentence(event, "de") for event in Event.objects.filter(chain__kind="ticket").order_by("pk")]
    assert told[-1] == "Notiz (Agent, intern): Looked; aufgewendete Zeit: 15"
    assert len(told) == 3


def test_a_new_ticket_brings_its_time(world: World) -> None:
    ticket = world.ticket(by=world.actor("anna"), article=note(20))
    assert (ticket.time_units, Ticket.all_rows.get().time_units) == (2000, 2000)
    assert state_at(ticket.pk).time_units == 2000


def test_time_without_an_article_leaves_the_revision_alone(world: World) -> None:
    ticket = world.ticket()
    before = (ticket.revision, ticket.changed_at)
    actions.add_time(ticket, TimeSpent(250, comment="  on the way\n there "), by=world.actor("anna"))
    ticket.refresh_from_db()
    assert (ticket.revision, ticket.changed_at) == before
    assert ticket.time_units == 250
    assert TimeEntry.all_rows.get().comment == "on the way there"


def test_an_activity_that_is_not_billed_never_is(world: World) -> None:
    travel = actions.create_activity("Travel", by=world.actor("root"), billable=False)
    entry = actions.add_time(world.ticket(), TimeSpent(500, travel, billable=True), by=world.actor("anna"))
    assert not entry.billable
    actions.change_activity(travel, by=world.actor("root"), billable=True)
    entry.refresh_from_db()
    assert not entry.billable


def test_a_correction_keeps_what_was_said_before_and_why(world: World) -> None:
    ticket, by = world.ticket(), world.actor("anna")
    entry = actions.add_time(ticket, TimeSpent(6000), by=by)
    actions.correct_time(entry, TimeSpent(1500, billable=False), by=by, reason="typed hours\nfor minutes")
    assert (entry.units, entry.billable, Ticket.all_rows.get().time_units) == (1500, False, 1500)
    event = Event.objects.filter(kind="ticket.time_corrected").get()
    assert sentence(event, "en") == "time spent corrected from 60 to 15 (not billed): typed hours for minutes"
    assert event.actor_name == "Anna Albers"
    actions.correct_time(entry, TimeSpent(1500, billable=False), by=by, reason="again")
    assert Event.objects.filter(kind="ticket.time_corrected").count() == 1


def test_a_correction_needs_its_reason(world: World) -> None:
    entry = actions.add_time(world.ticket(), TimeSpent(100), by=world.actor("anna"))
    with pytest.raises(NotPossible, match="Say why"):
        actions.correct_time(entry, TimeSpent(200), by=world.actor("anna"), reason="  ")
    entry.refresh_from_db()
    assert entry.units == 100


def test_who_may_only_read_enters_and_corrects_nothing(world: World) -> None:
    ticket = world.ticket()
    entry = actions.add_time(ticket, TimeSpent(100), by=world.actor("anna"))
    with pytest.raises(Refused):
        actions.add_time(ticket, TimeSpent(100), by=world.actor("ben"))
    with pytest.raises(Refused):
        actions.correct_time(entry, TimeSpent(1), by=world.actor("ben"), reason="mine")
    with pytest.raises(Ticket.DoesNotExist):
        actions.add_time(ticket, TimeSpent(100), by=world.actor("carla"))


def test_another_ones_entry_asks_for_all_rights(world: World) -> None:
    from klardesk.access.models import PersonGrant

    PersonGrant.objects.create(person=world.ben, group=world.support_group, right="note")
    ticket = world.ticket()
    hers = actions.add_time(ticket, TimeSpent(100), by=world.actor("anna"))
    his = actions.add_time(ticket, TimeSpent(100), by=world.actor("ben"))
    actions.correct_time(his, TimeSpent(50), by=world.actor("ben"), reason="less")
    with pytest.raises(Refused):
        actions.correct_time(hers, TimeSpent(50), by=world.actor("ben"), reason="less")
    actions.correct_time(his, TimeSpent(25), by=world.actor("anna"), reason="even less")
    assert TimeEntry.objects.visible_to(world.actor("carla")).count() == 0
    assert TimeEntry.objects.visible_to(world.actor("dora")).count() == 0


@pytest.mark.parametrize("units", [-1, 10_000_000])
def test_impossible_times_are_refused(world: World, units: int) -> None:
    with pytest.raises(NotPossible):
        actions.add_time(world.ticket(), TimeSpent(units), by=world.actor("anna"))


def test_a_queue_that_wants_times_gets_them(world: World) -> None:
    actions.change_queue(world.support, by=world.actor("root"), time_required=True)
    ticket = world.ticket()  # by the desk itself, which spends no time
    with pytest.raises(NotPossible, match="wants to know the time spent"):
        actions.add_article(ticket, note(None), by=world.actor("anna"))
    actions.add_article(ticket, note(0), by=world.actor("anna"))
    with pytest.raises(NotPossible):
        world.ticket(by=world.actor("anna"))
    article = Article.all_rows.filter(ticket=ticket).order_by("pk").first()
    actions.split_ticket(article, by=world.actor("anna"), title="Other", queue=world.support)
    assert TimeEntry.all_rows.count() == 1


def test_a_merge_takes_times_along_and_a_split_leaves_them(world: World) -> None:
    by = world.actor("anna")
    one, two = world.ticket("One"), world.ticket("Two")
    article = actions.add_article(one, note(10), by=by)
    actions.add_time(two, TimeSpent(300), by=by)
    new = actions.split_ticket(article, by=by, title="Split", queue=world.support)
    assert new.time_units == 0
    actions.merge_ticket(one, two, by=by)
    sums = dict(Ticket.all_rows.values_list("title", "time_units"))
    assert sums == {"One": 0, "Two": 1300, "Split": 0}
    entry = TimeEntry.all_rows.get(article=article)
    assert (entry.ticket, entry.original_ticket) == (two, one)
    actions.correct_time(entry, TimeSpent(500), by=by, reason="less")
    assert Ticket.all_rows.get(title="Two").time_units == 800
    with pytest.raises(NotPossible):
        actions.add_time(Ticket.all_rows.get(title="One"), TimeSpent(1), by=by)
    actions.delete_ticket(Ticket.all_rows.get(title="One"), by=world.actor("root"), reason="test")
    entry.refresh_from_db()
    assert entry.original_ticket is None
    assert list(differences()) == []


@pytest.mark.tampers
def test_verify_finds_a_changed_entry_and_a_wrong_sum(world: World) -> None:
    ticket = world.ticket()
    actions.add_time(ticket, TimeSpent(100), by=world.actor("anna"))
    TimeEntry.all_rows.update(units=900)
    found = [finding.detail for finding in differences()]
    assert [line.split(": ", 1)[1] for line in found] == [
        "times 1 are not as their history says".replace("1", str(TimeEntry.all_rows.get().pk)),
        "sums up 100 hundredths of time spent, its entries are 900",
    ]


def test_a_renamed_activity_changes_no_history(world: World) -> None:
    call = actions.create_activity("Call", by=world.actor("root"))
    actions.add_time(world.ticket(), TimeSpent(100, call), by=world.actor("anna"))
    actions.change_activity(call, by=world.actor("root"), name="Phone call")
    assert list(differences()) == []


class Times(RuleBasedStateMachine):
    """Any order of entering, correcting, merging, splitting and deleting leaves every sum that of its entries and its history."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.activity = Activity.objects.create(name="Any")
        self.expected: dict[int, int] = {}
        for title in ("A", "B", "C"):
            self.expected[self.world.ticket(title).pk] = 0

    def pick(self, number: int) -> Ticket:
        keys = sorted(self.expected)
        return Ticket.all_rows.get(pk=keys[number % len(keys)])

    @rule(number=st.integers(0, 9), units=st.integers(0, 9_999_999), written=st.booleans())
    def enter(self, number: int, units: int, written: bool) -> None:
        ticket, spent = self.pick(number), TimeSpent(units, self.activity)
        if written:
            draft = NewArticle(sender="agent", channel="note", visible_to_customer=False, time=spent)
            actions.add_article(ticket, draft, by=self.world.actor("anna"))
        else:
            actions.add_time(ticket, spent, by=self.world.actor("anna"))
        self.expected[ticket.pk] += units

    @precondition(lambda self: TimeEntry.all_rows.exists())
    @rule(number=st.integers(0, 50), units=st.integers(0, 9_999_999))
    def correct(self, number: int, units: int) -> None:
        entries = list(TimeEntry.all_rows.order_by("pk").select_related("ticket"))
        entry = entries[number % len(entries)]
        self.expected[entry.ticket_id] += units - entry.units
        actions.correct_time(entry, TimeSpent(units), by=SYSTEM, reason="count")

    @precondition(lambda self: len(self.expected) > 1)
    @rule(one=st.integers(0, 9), other=st.integers(0, 9))
    def merge(self, one: int, other: int) -> None:
        source, target = self.pick(one), self.pick(other)
        if source.pk != target.pk:
            actions.merge_ticket(source, target, by=SYSTEM)
            self.expected[target.pk] += self.expected.pop(source.pk)

    @rule(number=st.integers(0, 9))
    def split(self, number: int) -> None:
        article = Article.all_rows.filter(ticket=self.pick(number)).order_by("-pk").first()
        if article is None:
            return
        new = actions.split_ticket(article, by=SYSTEM, title="S", queue=self.world.support)
        self.expected[new.pk] = 0

    @precondition(lambda self: len(self.expected) > 1)
    @rule(number=st.integers(0, 9))
    def delete(self, number: int) -> None:
        ticket = self.pick(number)
        if not Ticket.all_rows.filter(merged_into=ticket).exists():
            actions.delete_ticket(ticket, by=SYSTEM, reason="count")
            self.expected.pop(ticket.pk)

    @invariant()
    def sums_are_right(self) -> None:
        if not hasattr(self, "expected"):
            return
        tickets = list(Ticket.all_rows.filter(pk__in=self.expected))
        assert {ticket.pk: ticket.time_units for ticket in tickets} == self.expected
        assert list(differences()) == []
        assert all(stored_state(ticket) == state_at(ticket.pk) for ticket in tickets)


@pytest.mark.tampers
def test_sums_are_an_invariant(world: World) -> None:
    Times.world = world
    run_state_machine_as_test(Times, settings=settings(max_examples=6, stateful_step_count=8, phases=[Phase.generate]))


# ---- pages


@pytest.fixture
def anna(client: Client, world: World) -> Client:
    client.force_login(world.anna)
    return client


NOTE = {"subject": "Looked", "text": "It is broken.", "audience": "internal"}


def test_a_note_takes_its_time(anna: Client, world: World) -> None:
    ticket = world.ticket()
    kind = actions.create_activity("Repair", by=world.actor("root"))
    form = NOTE | {"revision": ticket.revision, "time_units": "12,5", "activity": kind.pk, "billable": "no"}
    assert anna.post(reverse("ticket_note", args=[ticket.pk]), form).status_code == 302
    entry = TimeEntry.all_rows.get()
    assert (entry.units, entry.activity, entry.billable) == (1250, kind, False)
    shown = anna.get(reverse("ticket", args=[ticket.pk])).content.decode()
    assert "12.5 minutes" in shown
    assert "12.5" in anna.get(reverse("ticket_list")).content.decode()


@pytest.mark.parametrize(
    ("typed", "error"), [("", "wants to know the time spent"), ("1:30", "Enter a number such as 15 or 1.5")]
)
def test_a_missing_or_wrong_time_keeps_the_text(anna: Client, world: World, typed: str, error: str) -> None:
    actions.change_queue(world.support, by=world.actor("root"), time_required=True)
    ticket = world.ticket()
    form = NOTE | {"revision": ticket.revision, "time_units": typed}
    answer = anna.post(reverse("ticket_note", args=[ticket.pk]), form)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert error in shown
    assert "It is broken." in shown
    assert not TimeEntry.all_rows.exists()


def test_a_phone_call_takes_its_time(anna: Client, world: World) -> None:
    actions.change_queue(world.support, by=world.actor("root"), time_required=True)
    form = {
        "queue": world.support.pk, "customer_login": "dora", "subject": "Call", "text": "Rang.", "priority": world.priority(3).pk,
        "state": world.state("open").pk,
    }  # fmt: skip
    assert anna.post(reverse("ticket_phone"), form).status_code == 422
    assert anna.post(reverse("ticket_phone"), form | {"time_units": "5"}).status_code == 302
    assert Ticket.all_rows.get().time_units == 500


def test_entries_are_entered_and_corrected_on_their_page(anna: Client, world: World) -> None:
    ticket = world.ticket()
    address = reverse("ticket_times", args=[ticket.pk])
    form = {"revision": ticket.revision, "time_units": "30", "time_comment": "On site"}
    assert anna.post(address, form).status_code == 302
    entry = TimeEntry.all_rows.get()
    assert "On site" in anna.get(address).content.decode()
    one = reverse("ticket_time", args=[ticket.pk, entry.pk])
    assert 'value="30"' in anna.get(one).content.decode()
    wrong = anna.post(one, form | {"time_units": "20"})
    assert wrong.status_code == 422
    assert anna.post(one, form | {"time_units": "20", "reason": "too much"}).status_code == 302
    entry.refresh_from_db()
    assert entry.units == 2000
    assert "too much" in anna.get(reverse("ticket_history", args=[ticket.pk])).content.decode()


def test_an_entry_of_another_ticket_is_not_found(anna: Client, world: World) -> None:
    ticket, other = world.ticket(), world.ticket("Other")
    entry = actions.add_time(other, TimeSpent(100), by=world.actor("anna"))
    assert anna.get(reverse("ticket_time", args=[ticket.pk, entry.pk])).status_code == 404


def test_an_administrator_keeps_activities(client: Client, world: World) -> None:
    client.force_login(world.root)
    client.post(reverse("admin_activity_new"), {"name": "Travel", "order": "1", "valid": "on"})
    activity = Activity.objects.get()
    assert (activity.name, activity.billable) == ("Travel", False)
    client.post(reverse("admin_activity", args=[activity.pk]), {"name": "Travel", "order": "1"})
    assert "Travel" in client.get(reverse("admin_activities")).content.decode()
    assert not Activity.objects.get().valid
