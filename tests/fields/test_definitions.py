"""Fields are made and changed by administrators, with a record, and no change destroys a value."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from klardesk.access.policy import Refused
from klardesk.fields import actions
from klardesk.fields.definitions import definitions
from klardesk.fields.models import Choice, Field, Mask, MaskField
from klardesk.fields.policy import is_safe_link
from klardesk.ledger.models import Event
from klardesk.ledger.sentences import sentence
from klardesk.tickets.policy import NotPossible
from tests.fields.conftest import SITES, make, place
from tests.world import World

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return [sentence(event, "en") for event in Event.objects.filter(kind__startswith="fields.").order_by("pk")]


def test_saving_is_recorded_once(world: World) -> None:
    field = make("Serial", help_en="Look at the back.")
    actions.save_field(field, by=world.actor("root"))
    field.label_en = "Serial number {x}"
    actions.save_field(field, by=world.actor("root"))
    assert len(told()) == 2
    assert told()[0].startswith("Field “Serial” created: internal name: – → Serial; belongs to: – → ticket; ")
    assert told()[1] == "Field “Serial” changed: label in English: Serial (en) → Serial number {x}"


@pytest.mark.parametrize("who", ["anna", "ben", "carla"])
def test_only_administrators_change_fields_and_masks(who: str, world: World) -> None:
    field, by = make("Serial"), world.actor(who)
    for change in (
        lambda: actions.save_field(Field(name="Other", kind="text", subject="ticket"), by=by),
        lambda: actions.retire_field(field, by=by),
        lambda: actions.save_mask(Mask.NOTE, [(field, True)], by=by),
    ):
        with pytest.raises(Refused):
            change()
    assert Field.objects.get().valid
    assert not MaskField.objects.exists()


def test_a_choice_that_is_taken_away_is_kept_and_no_longer_offered() -> None:
    field = make("Site", "dropdown")
    actions.save_field(field, [SITES[2], Choice("west", "West", "Westen")], by=_root())
    stored = Field.objects.get().all_choices
    assert [(one.key, one.offered) for one in stored] == [
        ("south", True), ("west", True), ("north", False), ("north::hh", False),
    ]  # fmt: skip
    actions.save_field(field, SITES, by=_root())
    assert [(one.key, one.offered) for one in Field.objects.get().all_choices] == [
        ("north", True), ("north::hh", True), ("south", True), ("west", False),
    ]  # fmt: skip
    assert "[north]" in told()[1]


@pytest.mark.parametrize(
    ("kind", "values", "choices"),
    [
        ("dropdown", {}, []),
        ("dropdown", {}, [Choice("a", "A", "A"), Choice("a", "B", "B")]),
        ("dropdown", {"default": "nowhere"}, None),
        ("multiselect", {"default": "north\nnowhere"}, None),
        ("dropdown", {"pattern": "north"}, None),
        ("text", {"pattern": "(open"}, None),
        ("text", {"pattern": "^[0-9]+$", "default": "letters"}, None),
        ("text", {"link": "javascript:alert({value})"}, None),
        ("date", {"link": "https://desk.example/{value}"}, None),
        ("date", {"default": "tomorrow"}, None),
        ("date", {"default": "--1"}, None),
        ("moment", {"default": "99999"}, None),
        ("checkbox", {"default": "yes"}, None),
        ("text", {"label_en": ""}, None),
    ],
)
def test_settings_that_mean_nothing_are_refused(
    kind: str, values: dict[str, str], choices: list[Choice] | None
) -> None:
    with pytest.raises(ValidationError):
        make("Wrong", kind, choices=choices, **values)
    assert not Field.objects.exists()
    assert told() == []


@pytest.mark.parametrize("name", ["", "1st", "Serial-Number", "Straße", "a b", "x\n"])
def test_a_name_is_letters_and_digits(name: str) -> None:
    with pytest.raises(ValidationError):
        make(name)


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        ("https://assets.example/item/{value}", True),
        ("http://assets.example/?id={value}", True),
        ("https://assets.example/", True),
        ("https://{value}.example/", False),
        ("https://assets.example{value}", False),
        ("https://assets.example?{value}", False),
        ("{value}", False),
        ("//assets.example/{value}", False),
        ("javascript://assets.example/{value}", False),
        ("data:text/html,{value}", False),
        ("https:///{value}", False),
        ("https://[{value}/", False),
        (" https://assets.example/{value}", False),
    ],
)
def test_a_link_leads_to_one_server_by_the_webs_protocols(link: str, safe: bool) -> None:
    assert is_safe_link(link) is safe


def test_name_and_subject_stay_for_ever() -> None:
    for name, value in (("name", "Other"), ("subject", "article")):
        field = Field.objects.first() or make("Serial")
        setattr(field, name, value)
        with pytest.raises(ValidationError):
            actions.save_field(field, by=_root())


def test_a_retired_field_stands_nowhere_and_comes_back_where_it_stood() -> None:
    serial, site = make("Serial"), make("Site", "dropdown")
    place("note", serial, mandatory=(site,))
    actions.retire_field(site, by=_root())
    assert [one.field.name for one in definitions.get().masks["note"]] == ["Serial"]
    place("note", serial)
    actions.restore_field(site, by=_root())
    assert [(one.field.name, one.mandatory) for one in definitions.get().masks["note"]] == [
        ("Serial", False),
        ("Site", True),
    ]


def test_what_stands_on_a_mask_is_recorded_once() -> None:
    serial, site = make("Serial"), make("Site", "dropdown")
    place("note", serial, mandatory=(site,))
    place("note", serial, mandatory=(site,))
    place("note", site)
    assert told()[2:] == [
        "Fields on the mask “note”: Serial, Site (mandatory)", "Fields on the mask “note”: Site",
    ]  # fmt: skip
    assert sentence(Event.objects.latest("pk"), "de") == "Felder auf der Maske „Notiz“: Site"


def test_a_mask_takes_fields_of_its_own_things_alone() -> None:
    ticket, person, shown = make("Serial"), make("Shirt", subject="person"), make("Site", "dropdown", portal=True)
    for mask, field in (("note", person), ("person", ticket), ("portal_new", ticket)):
        with pytest.raises(NotPossible):
            place(mask, field)
    with pytest.raises(NotPossible):
        place("note", ticket, ticket)
    place("portal_new", shown)


def test_what_is_kept_in_the_process_follows_every_change() -> None:
    assert definitions.get().fields == ()
    field = make("Serial")
    assert [one.name for one in definitions.get().fields] == ["Serial"]
    field.label_de = "Seriennummer"
    actions.save_field(field, by=_root())
    assert definitions.get().by_name["serial"].label_de == "Seriennummer"


def _root():
    from tests.world import SYSTEM

    return SYSTEM
