"""Values are entered through actions, stand in the history with old and new, and are seen with what they belong to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from klardesk.access.policy import Refused
from klardesk.fields import actions, integrity, kinds
from klardesk.fields.models import Field, Subject, Value
from klardesk.fields.queries import values_of
from klardesk.ledger.models import Event
from klardesk.ledger.sentences import sentence
from klardesk.tickets.actions import add_article, delete_ticket, split_ticket
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.policy import ChangedMeanwhile, NotPossible
from tests.fields.conftest import SITES, make
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
MOMENT = "2026-12-24T14:30:00Z"


def stored(field: Field, key: int) -> list[str]:
    return list(Value.all_rows.filter(field=field, object_id=key).order_by("position").values_list("text", flat=True))


def test_a_change_stands_in_the_history_in_both_languages(world: World) -> None:
    ticket, site, when = world.ticket(), make("Site", "dropdown"), make("When", "moment")
    actions.change_values(ticket, {site: ["north"], when: [MOMENT]}, by=world.actor("anna"))
    actions.change_values(ticket, {site: ["south"], when: [MOMENT]}, by=world.actor("anna"))
    first, second = Event.objects.filter(kind="ticket.fields_changed").order_by("pk")
    with timezone.override("Europe/Berlin"):
        with translation.override("en"):
            assert sentence(first, "en") == "Site (en): – → North; When (en): – → 24 Dec 2026, 15:30"
        with translation.override("de"):
            assert sentence(first, "de") == "Site (de): – → Norden; When (de): – → 24.12.2026 15:30"
    assert sentence(second, "de") == "Site (de): Norden → Süden"
    assert second.actor_name == "Anna Albers"
    assert ticket.revision == second.sequence


def test_nothing_is_written_if_nothing_differs(world: World) -> None:
    ticket, site = world.ticket(), make("Site", "multiselect")
    actions.change_values(ticket, {site: ["north", "south"]}, by=SYSTEM)
    revision = ticket.revision
    assert actions.change_values(ticket, {site: ["north", "south"]}, by=SYSTEM) == {}
    assert ticket.revision == revision
    assert actions.change_values(ticket, {site: []}, by=SYSTEM) == {"Site": ["north", "south"]}
    assert not Value.all_rows.exists()


def test_a_change_that_came_in_between_is_told(world: World) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown")
    seen = ticket.revision
    actions.change_values(ticket, {site: ["north"]}, by=SYSTEM)
    with pytest.raises(ChangedMeanwhile):
        actions.change_values(ticket, {site: ["south"]}, by=world.actor("anna"), revision=seen)
    assert stored(site, ticket.pk) == ["north"]


@pytest.mark.parametrize(
    ("who", "error"), [("ben", Refused), ("carla", Ticket.DoesNotExist), ("emil", Ticket.DoesNotExist)]
)
def test_without_the_right_nothing_is_entered(who: str, error: type[Exception], world: World) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown", portal=True)
    with pytest.raises(error):
        actions.change_values(ticket, {site: ["north"]}, by=world.actor(who))
    assert stored(site, ticket.pk) == []


def test_customers_change_no_field_that_they_do_not_see(world: World) -> None:
    ticket, hidden, shown = world.ticket(), make("Hidden"), make("Shown", portal=True)
    with pytest.raises(NotPossible):
        actions.change_values(ticket, {hidden: ["x"]}, by=world.actor("dora"), verb="note")
    actions.change_values(ticket, {shown: ["x"]}, by=world.actor("dora"), verb="note")
    assert (stored(hidden, ticket.pk), stored(shown, ticket.pk)) == ([], ["x"])


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("dropdown", ["nowhere"]),
        ("dropdown", ["north", "south"]),
        ("multiselect", ["north", "north"]),
        ("checkbox", ["yes"]),
        ("date", ["24.12.2026"]),
        ("date", ["20261224"]),
        ("moment", ["2026-12-24T14:30"]),
        ("moment", ["2026-13-24T14:30:00Z"]),
        ("text", [""]),
        ("text", ["a\x00b"]),
        ("text", ["x" * 1001]),
    ],
)
def test_a_value_that_no_such_field_can_have_is_refused(kind: str, texts: list[str], world: World) -> None:
    ticket, field = world.ticket(), make("Wrong", kind)
    with pytest.raises(NotPossible):
        actions.change_values(ticket, {field: texts}, by=SYSTEM)
    with pytest.raises(NotPossible):
        actions.change_person_values(world.dora, {field: []}, by=SYSTEM)


def test_any_length_is_kept_and_can_be_looked_up_by_its_beginning(world: World) -> None:
    ticket, field = world.ticket(), make("Story", "text_area")
    text = "Ärger mit dem Drucker. " * 2000
    actions.change_values(ticket, {field: [text[:50_000]]}, by=SYSTEM)
    row = Value.all_rows.get()
    assert (row.text, row.lookup) == (text[:50_000], text.casefold()[:100])


def test_days_and_moments_have_a_column_that_is_in_order(world: World) -> None:
    ticket, day, when = world.ticket(), make("Day", "date"), make("When", "moment")
    actions.change_values(ticket, {day: ["2026-12-24"], when: [MOMENT]}, by=SYSTEM)
    found = dict(Value.all_rows.values_list("field__name", "moment"))
    assert found == {"Day": datetime(2026, 12, 24, tzinfo=UTC), "When": datetime(2026, 12, 24, 14, 30, tzinfo=UTC)}


def test_changing_a_field_destroys_no_value(world: World) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown")
    actions.change_values(ticket, {site: ["north"]}, by=SYSTEM)
    actions.save_field(site, SITES[2:], by=SYSTEM)
    assert kinds.words(site, stored(site, ticket.pk)) == "North (no longer offered)"
    site.kind = "text"
    with pytest.raises(Exception, match="has values"):
        actions.save_field(site, by=SYSTEM)
    site = Field.objects.get()
    actions.retire_field(site, by=SYSTEM)
    assert values_of(Subject.TICKET, [ticket.pk]) == {}
    actions.restore_field(site, by=SYSTEM)
    assert values_of(Subject.TICKET, [ticket.pk]) == {ticket.pk: {site: ["north"]}}


def test_without_values_a_field_may_become_another_kind(world: World) -> None:
    site = make("Site", "dropdown")
    site.kind = "text"
    actions.save_field(site, by=SYSTEM)
    assert Field.objects.get().kind == "text"


def test_a_ticket_that_is_split_off_has_the_values_of_its_source(world: World) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown")
    actions.change_values(ticket, {site: ["north"]}, by=SYSTEM)
    new = split_ticket(Article.all_rows.get(ticket=ticket), by=SYSTEM, title="Half", queue=world.support)
    assert stored(site, new.pk) == ["north"]


def test_a_ticket_that_is_deleted_takes_its_values_along(world: World) -> None:
    ticket, site, mark = world.ticket(), make("Site", "dropdown"), make("Mark", subject="article")
    other = world.ticket("Other")
    article = Article.all_rows.get(ticket=ticket)
    actions.change_values(ticket, {site: ["north"]}, by=SYSTEM)
    actions.change_values(other, {site: ["south"]}, by=SYSTEM)
    actions.change_article_values(ticket, article, {mark: ["x"]}, by=SYSTEM, verb="note")
    delete_ticket(ticket, by=world.actor("root"), reason="Asked for.")
    assert [row.object_id for row in Value.all_rows.all()] == [other.pk]
    assert list(integrity.differences()) == []


def seen_by(world: World, who: str) -> set[str]:
    found = Value.objects.visible_to(world.actor(who)).select_related("field")
    return {row.field.name for row in found}


def test_a_value_is_seen_with_what_it_belongs_to(world: World) -> None:
    ticket = world.ticket()
    note = world.article("Note", "Internal", sender="agent", channel="note", visible_to_customer=False)
    internal = add_article(ticket, note, by=SYSTEM)
    public = Article.all_rows.filter(ticket=ticket).earliest("pk")
    for prefix, portal in (("Own", False), ("Shown", True)):
        fields = {name: make(f"{prefix}{name}", subject=name, portal=portal) for name in Subject.values}
        actions.change_values(ticket, {fields["ticket"]: ["x"]}, by=SYSTEM)
        actions.change_person_values(world.dora, {fields["person"]: ["x"]}, by=SYSTEM)
        actions.change_company_values(world.nordlicht, {fields["company"]: ["x"]}, by=SYSTEM)
        inner = make(f"{prefix}internal", subject="article", portal=portal)
        actions.change_article_values(ticket, public, {fields["article"]: ["x"]}, by=SYSTEM, verb="note")
        actions.change_article_values(ticket, internal, {inner: ["x"]}, by=SYSTEM, verb="note")
    everything = {f"{p}{n}" for p in ("Own", "Shown") for n in (*Subject.values, "internal")}
    assert seen_by(world, "anna") == seen_by(world, "ben") == everything
    assert seen_by(world, "dora") == {"Shownticket", "Shownarticle", "Shownperson", "Showncompany"}
    assert seen_by(world, "carla") == seen_by(world, "emil") == set()
    assert seen_by(world, "root") == {f"{p}{n}" for p in ("Own", "Shown") for n in ("person", "company")}
    assert list(integrity.differences()) == []


@pytest.mark.parametrize("who", ["anna", "carla", "dora"])
def test_only_administrators_change_values_of_people_and_companies(who: str, world: World) -> None:
    shirt, branch = make("Shirt", subject="person"), make("Branch", subject="company")
    with pytest.raises(Refused):
        actions.change_person_values(world.dora, {shirt: ["L"]}, by=world.actor(who))
    with pytest.raises(Refused):
        actions.change_company_values(world.nordlicht, {branch: ["IT"]}, by=world.actor(who))
    actions.change_person_values(world.dora, {shirt: ["L"]}, by=world.actor("root"))
    actions.change_company_values(world.nordlicht, {branch: ["IT"]}, by=world.actor("root"))
    told = Event.objects.filter(kind__endswith="fields_changed").order_by("pk")
    assert [sentence(one, "en") for one in told] == ["Shirt (en): – → L", "Branch (en): – → IT"]


def test_what_was_altered_behind_the_desks_back_is_found(world: World) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown")
    actions.change_values(ticket, {site: ["north"]}, by=SYSTEM)
    Value.all_rows.update(text="south")
    [finding] = integrity.differences()
    assert finding.chain == f"ticket:{ticket.pk}"
    assert "['south'], its history says ['north']" in finding.detail
