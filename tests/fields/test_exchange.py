"""Definitions as a file: equal after a round trip, compared before anything happens, all of it or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from klardesk.cli import main
from klardesk.fields import actions
from klardesk.fields.definitions import definitions
from klardesk.fields.exchange import WrongFile, compared, read, take_in, written
from klardesk.fields.models import Choice, Field, MaskField
from klardesk.tickets.policy import NotPossible
from tests.fields.conftest import make, place
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
HEAD = "format: klardesk fields\nversion: '1'\n"
ONE = "  - {name: Site, subject: ticket, kind: text, label: {en: Site, de: Standort}}\n"


def a_desk() -> str:
    """Fields and masks, as a file; keys and texts are such as YAML reads as something else."""
    keys = [Choice("no", "No", "Nein"), Choice("2026-12-24", "Eve: a day", "# Abend"), Choice("1.0", "true", "null")]
    site = make("Site", "dropdown", choices=keys, default="no", portal=True)
    serial = make(
        "Serial", pattern="^[0-9]{6}$", message_de="Sechs „Ziffern“.", link="https://a.example/{value}", order=3
    )
    make("Gone", "date", valid=False, default="-7")
    place("note", serial, mandatory=(site,))
    place("portal_new", site)
    return written()


def test_a_round_trip_is_equal_and_changes_nothing(world: World) -> None:
    file = a_desk()
    assert {step.what for step in compared(read(file))} == {"same"}
    before = list(Field.objects.order_by("name").values()), list(MaskField.objects.values())
    take_in(read(file), by=SYSTEM)
    assert (list(Field.objects.order_by("name").values()), list(MaskField.objects.values())) == before


def test_another_desk_gets_the_same_fields(world: World) -> None:
    file = a_desk()
    MaskField.objects.all().delete()
    Field.objects.all().delete()
    steps = compared(read(file))
    assert [step.what for step in steps if step.noun == "field"] == ["new"] * 3
    assert not Field.objects.exists()
    take_in(read(file), by=SYSTEM)
    assert written() == file
    assert [one.field.name for one in definitions.get().masks["note"]] == ["Serial", "Site"]


def test_what_would_change_is_shown_and_what_is_not_named_stays(world: World) -> None:
    site, other = make("Site"), make("Other")
    place("note", site)
    [step] = compared(read(HEAD + "fields:\n" + ONE))
    assert (step.what, [(one.name, one.new) for one in step.changes]) == (
        "changed", [("label_en", "Site"), ("label_de", "Standort")],
    )  # fmt: skip
    take_in(read(HEAD + "fields:\n" + ONE), by=SYSTEM)
    assert Field.objects.get(name="Site").label_de == "Standort"
    assert Field.objects.get(name="Other") == other
    assert MaskField.objects.get().field == site


def test_one_refusal_refuses_the_whole_file(world: World) -> None:
    site = make("Site", "dropdown")
    actions.change_values(world.ticket(), {site: ["north"]}, by=SYSTEM)
    file = HEAD + "fields:\n  - {name: New, subject: ticket, kind: date, label: {en: A, de: B}}\n" + ONE
    assert [bool(step.problem) for step in compared(read(file))] == [False, True]
    with pytest.raises(NotPossible, match="has values"):
        take_in(read(file), by=SYSTEM)
    assert [one.name for one in Field.objects.all()] == ["Site"]


@pytest.mark.parametrize(
    "text",
    [
        "", "- a", "a: b", "[" * 100_000, "{", HEAD + "fields: 1", HEAD + "fields: [1]", HEAD + "more: []",
        HEAD + "fields:\n" + ONE * 2, HEAD + "fields:\n  - {name: A, subject: desk, kind: text}",
        HEAD + "fields:\n  - {name: A, subject: ticket, kind: text, valid: perhaps}",
        HEAD + "fields:\n  - {name: A, subject: ticket, kind: text, order: -1}",
        HEAD + "fields:\n  - {name: [A], subject: ticket, kind: text}",
        HEAD + "fields:\n  - {name: A, subject: ticket, kind: text, choices: [{en: x}]}",
        HEAD + "masks: {kitchen: []}", HEAD + "masks: {note: [Site]}",
        "a: &a [x,x]\nb: &b [*a,*a]\n", "!!python/object/apply:os.system [true]", HEAD.replace("'1'", "'2'"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(WrongFile) as refused:
        read(text)
    assert 5 < len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("masks: {note: [{field: Nothing}]}", "No field is called Nothing."),
        ("fields:\n  - {name: 1st, subject: ticket, kind: text, label: {en: A, de: B}}", "Letters and digits alone"),
        ("fields:\n  - {name: A, subject: ticket, kind: dropdown, label: {en: A, de: B}}", "at least one value"),
        ("fields:\n" + ONE + "masks: {portal_new: [{field: Site}]}", "Customers do not see"),
    ],
)
def test_what_does_not_fit_is_said_by_its_step(text: str, said: str) -> None:
    assert said in " ".join(step.problem for step in compared(read(HEAD + text)))


def test_the_page_shows_first_and_takes_in_then(client: Client, world: World) -> None:
    client.force_login(world.root)
    site = make("Site")
    file = client.get("/admin/fields/export/").content
    assert b"name: Site" in file
    changed = file.replace(b"Site (de)", "Straße".encode())
    page = client.post("/admin/fields/import/", {"file": SimpleUploadedFile("f.yaml", changed)}).content.decode()
    assert "Site (de) → Straße" in page
    site.refresh_from_db()
    assert site.label_de == "Site (de)"
    assert client.post("/admin/fields/import/", {"text": changed.decode(), "apply": "yes"}).status_code == 302
    site.refresh_from_db()
    assert site.label_de == "Straße"
    for wrong in (b"\xff\xfe", b"", b"a: b"):
        assert client.post("/admin/fields/import/", {"file": SimpleUploadedFile("f.yaml", wrong)}).status_code == 422
    assert client.post("/admin/fields/import/", {}).status_code == 422


def test_the_command_line_does_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str], world: World) -> None:
    make("Site")
    file = tmp_path / "fields.yaml"
    assert main(["fields", "export", str(file)]) == 0
    assert main(["fields", "export"]) == 0
    assert capsys.readouterr().out == file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace("Site (en)", "Place"), "utf-8")
    assert main(["fields", "import", str(file)]) == 0
    assert "field Site: changed\n    label_en: Site (en) -> Place" in capsys.readouterr().out
    assert Field.objects.get().label_en == "Site (en)"
    assert main(["fields", "import", str(file), "--apply", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["applied"], told["steps"][0]["what"]) == (True, "changed")
    assert Field.objects.get().label_en == "Place"
    file.write_text(HEAD + "masks: {note: [{field: Nothing}]}", "utf-8")
    assert main(["fields", "import", str(file), "--apply"]) == 1
    file.write_text("nonsense", "utf-8")
    assert main(["fields", "import", str(file)]) == 2
    assert main(["fields", "import", str(tmp_path / "missing")]) == 2
