"""The administration of fields in the browser's eyes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.fields.definitions import definitions
from klardesk.fields.models import Field
from tests.fields.conftest import make, place
from tests.world import World

pytestmark = pytest.mark.django_db
NEW = {
    "subject": "ticket", "name": "Site", "kind": "dropdown", "label_en": "Site", "label_de": "Standort", "valid": "on",
    "choices": "north | North | Norden\nnorth::hh | North::Hamburg\nsouth", "none_possible": "on", "order": "1",
}  # fmt: skip


@pytest.fixture
def root(client: Client, world: World) -> Client:
    client.force_login(world.root)
    return client


def test_a_field_is_made_changed_retired_and_restored(root: Client) -> None:
    assert root.get("/admin/fields/").status_code == 200
    assert root.get("/admin/fields/new/").status_code == 200
    assert root.post("/admin/fields/new/", NEW).status_code == 302
    field = Field.objects.get()
    assert [(one.key, one.en, one.de) for one in field.all_choices] == [
        ("north", "North", "Norden"), ("north::hh", "North::Hamburg", "North::Hamburg"), ("south", "south", "south"),
    ]  # fmt: skip
    address = f"/admin/fields/{field.pk}/"
    assert "north | North | Norden" in root.get(address).content.decode()
    changed = {**NEW, "choices": "south | South | Süden", "name": "Other", "subject": "article"}
    assert root.post(address, changed).status_code == 302
    field.refresh_from_db()
    assert (field.name, field.subject) == ("Site", "ticket")
    assert "north, north::hh" in root.get(address).content.decode()
    root.post(f"{address}validity/", {"valid": "no"})
    field.refresh_from_db()
    assert not field.valid
    assert "retired" in root.get("/admin/fields/").content.decode()
    root.post(f"{address}validity/", {"valid": "yes"})
    field.refresh_from_db()
    assert field.valid


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"choices": ""}, "at least one value"),
        ({"choices": "a | b | c | d"}, "This line is no value"),
        ({"name": "with blank"}, "Letters and digits alone"),
        ({"kind": "text", "pattern": "("}, "The check cannot be read"),
        ({"kind": "text", "link": "javascript:{value}"}, "A link begins with http:// or https://"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(root: Client, change: dict[str, str], said: str) -> None:
    response = root.post("/admin/fields/new/", {**NEW, **change})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert 'value="Standort"' in response.content.decode()
    assert not Field.objects.exists()


def test_a_name_that_is_taken_is_said(root: Client) -> None:
    make("Site")
    response = root.post("/admin/fields/new/", NEW)
    assert response.status_code == 422
    assert "Internal name already exists" in response.content.decode()


def test_a_mask_is_chosen_by_a_page(root: Client) -> None:
    serial, site, person = make("Serial"), make("Site", "dropdown"), make("Shirt", subject="person")
    page = root.get("/admin/fields/masks/note/").content.decode()
    assert "Serial (en) on the mask" in page
    assert "Shirt" not in page
    form = {
        f"standing_{serial.pk}": "shown", f"place_{serial.pk}": "2", f"standing_{site.pk}": "mandatory", f"place_{site.pk}": "1",
    }  # fmt: skip
    assert root.post("/admin/fields/masks/note/", form).status_code == 302
    assert [(one.field.pk, one.mandatory) for one in definitions.get().masks["note"]] == [
        (site.pk, True),
        (serial.pk, False),
    ]
    root.post("/admin/fields/masks/note/", {f"standing_{serial.pk}": "absent", f"standing_{site.pk}": "shown"})
    assert [(one.field.pk, one.mandatory) for one in definitions.get().masks["note"]] == [(site.pk, False)]
    assert root.get("/admin/fields/masks/nothing/").status_code == 404
    place("person", person)
    assert "Shirt (en)" in root.get("/admin/fields/").content.decode()


def test_the_list_costs_the_same_for_many_fields(root: Client, django_assert_max_num_queries) -> None:
    make("F0")
    root.get("/admin/fields/")
    with CaptureQueriesContext(connection) as context:
        root.get("/admin/fields/")
    few = len(context)
    for number in range(1, 6):
        make(f"F{number}")
    root.get("/admin/fields/")
    with django_assert_max_num_queries(few):
        root.get("/admin/fields/")
