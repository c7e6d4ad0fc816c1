"""Options: changed by one action, recorded, edited on one page per section."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from klardesk.access.policy import Refused
from klardesk.admin.actions import change_option, change_options
from klardesk.admin.events import option_chain
from klardesk.admin.forms import OptionsForm
from klardesk.admin.pages.options import TITLES
from klardesk.admin.queries import sections, values_of
from klardesk.base import options
from klardesk.base.models import Option
from klardesk.ledger.models import Event

pytestmark = pytest.mark.django_db
STRUCTURE = [{"name": "first", "steps": [1, 2]}]


def _even(value):
    if value % 2:
        raise ValueError("trial.number takes an even number")


@pytest.fixture(autouse=True)
def trial(monkeypatch):
    """A section with an option of each type, for one test."""
    monkeypatch.setattr(options, "DECLARATIONS", declarations := dict(options.DECLARATIONS))
    monkeypatch.setattr("klardesk.admin.queries.DECLARATIONS", declarations)
    monkeypatch.setattr("klardesk.admin.pages.options.DECLARATIONS", declarations)
    options.declare("trial.text", "Ticket#", "Text", "A text.")
    options.declare("trial.number", 4, "Number", "An even number.", check=_even)
    options.declare("trial.on", True, "Switch on", "A switch.")
    options.declare("trial.off", False, "Switch off", "A switch.")
    options.declare("trial.choice", "left", "Choice", "A side.", choices=(("left", "Left"), ("right", "Right")))
    options.declare("trial.list", ["users"], "List", "Some names.")
    options.declare("trial.structure", STRUCTURE, "Structure", "Something nested.")


def recorded(key):
    chain = option_chain(key)
    return list(Event.objects.filter(chain__kind=chain.kind, chain__key=chain.key).order_by("sequence"))


def test_a_change_is_stored_and_recorded_with_old_and_new(world):
    assert change_option("trial.text", "Fall#", by=world.actor("root"))
    assert options.option("trial.text") == "Fall#"
    [event] = recorded("trial.text")
    assert (event.payload.old, event.payload.new, event.actor_name) == ('"Ticket#"', '"Fall#"', "Rosa Root")


def test_the_same_value_changes_and_records_nothing(world):
    assert not change_option("trial.text", "Ticket#", by=world.actor("root"))
    assert recorded("trial.text") == []


def test_the_default_is_not_stored(world):
    change_option("trial.text", "Fall#", by=world.actor("root"))
    change_option("trial.text", "Ticket#", by=world.actor("root"))
    assert not Option.objects.exists()
    assert len(recorded("trial.text")) == 2


@pytest.mark.parametrize("name", ["anna", "ben", "carla", "dora"])
def test_only_administrators_change_options(world, name):
    with pytest.raises(Refused):
        change_option("trial.text", "Fall#", by=world.actor(name))
    assert options.option("trial.text") == "Ticket#"


@pytest.mark.parametrize(("key", "value"), [("trial.text", 3), ("trial.number", 5), ("trial.choice", "up")])
def test_a_wrong_value_is_refused_with_a_sentence(world, key, value):
    with pytest.raises(ValueError, match=r"\w+ "):
        change_option(key, value, by=world.actor("root"))


def test_an_unknown_option_is_a_mistake_in_the_program(world):
    with pytest.raises(KeyError):
        change_option("ticket.unknown", 1, by=world.actor("root"))


def test_several_change_together_or_not_at_all(world):
    with pytest.raises(ValueError, match="even"):
        change_options({"trial.text": "Fall#", "trial.number": 5}, by=world.actor("root"))
    assert options.option("trial.text") == "Ticket#"
    assert recorded("trial.text") == []


@pytest.fixture
def root(client, world):
    client.force_login(world.root)
    return client


def posted(section, **changes):
    """What the browser sends of an unchanged page, with some fields changed."""
    declared = sections()[section]
    form = OptionsForm(declared, values_of(declared))
    data = {}
    for bound in form:
        shown = bound.field.prepare_value(bound.initial) if hasattr(bound.field, "prepare_value") else bound.initial
        data[bound.html_initial_name] = str(shown)
        if shown is not False:
            data[bound.html_name] = str(shown)
    for key, value in changes.items():
        if value is None:
            data.pop(key, None)
        else:
            data[key] = value
    return data


def address(section):
    return reverse("admin_options_of", args=[section])


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_declared_option_is_on_a_page(root, language):
    root.cookies["klardesk_language"] = language
    for section, declared in sections().items():
        page = root.get(address(section))
        assert page.status_code == 200
        for one in declared:
            assert f'name="{one.key}"' in page.content.decode(), one.key


def test_an_unchanged_page_changes_nothing(root):
    for section in sections():
        assert root.post(address(section), posted(section)).status_code == 302
    assert not Option.objects.exists()


def test_what_is_edited_is_changed(root):
    root.post(address("trial"), posted("trial", **{"trial.text": "Fall#", "trial.number": "8"}))
    assert options.options("trial.text", "trial.number") == {
        "trial.text": "Fall#",
        "trial.number": 8,
    }


def test_switches_go_on_and_off(root):
    root.post(address("trial"), posted("trial", **{"trial.off": "on", "trial.on": None}))
    assert options.options("trial.on", "trial.off") == {"trial.on": False, "trial.off": True}


def test_lists_are_lines(root):
    root.post(address("trial"), posted("trial", **{"trial.list": "users\r\n\r\n support \r\n"}))
    assert options.option("trial.list") == ["users", "support"]


def test_the_default_is_said_in_words(root):
    changes = {"trial.off": "on", "trial.list": "users\r\nsupport", "trial.text": "Fall#", "trial.empty": "no longer"}
    options.declare("trial.empty", "", "Empty", "Nothing at first.")
    root.post(address("trial"), posted("trial", **changes))
    page = unescape(root.get(address("trial")).content.decode())
    for words in ("off", "users", "Ticket#", "empty"):
        assert f"Changed; by default: {words}<" in page, words


def test_structures_are_json(root):
    root.post(address("trial"), posted("trial", **{"trial.structure": '[{"name": "other"}]'}))
    assert options.option("trial.structure") == [{"name": "other"}]
    answer = root.post(address("trial"), posted("trial", **{"trial.structure": "[{"}))
    assert answer.status_code == 422
    assert "This is no JSON" in answer.content.decode()


def test_a_wrong_value_keeps_what_was_typed_and_stores_nothing(root):
    answer = root.post(address("trial"), posted("trial", **{"trial.text": "Fall#", "trial.number": "no digits"}))
    assert answer.status_code == 422
    assert "no digits" in answer.content.decode()
    assert not Option.objects.exists()


def test_what_somebody_else_changed_meanwhile_stays(root, world):
    stale = posted("trial", **{"trial.number": "8"})
    change_option("trial.text", "Fall#", by=world.actor("root"))
    root.post(address("trial"), stale)
    assert options.options("trial.text", "trial.number") == {
        "trial.text": "Fall#",
        "trial.number": 8,
    }


def test_an_unknown_section_is_not_found(root):
    assert root.get("/admin/options/unknown/").status_code == 404
    assert root.post("/admin/options/unknown/").status_code == 404


def test_every_section_of_the_desk_has_a_name_on_the_page():
    assert set(sections()) - {"trial"} <= set(TITLES)
