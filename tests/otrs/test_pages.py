"""The administration shows the reports that lie in the data directory, and says whose they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from klardesk.ledger import keys
from klardesk.otrs.inspect.report.html import as_html
from klardesk.otrs.inspect.report.signature import signed
from klardesk.otrs.inspect.report.values import as_json, values_of
from tests.matrix import AdministratorPages, client_of
from tests.otrs import homes
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of the test's own."""
    monkeypatch.setattr(settings, "KLARDESK_DATA", tmp_path / "desk")
    return tmp_path / "desk" / "inspections"


@pytest.fixture
def report(folder: Path, tmp_path: Path, data: Path) -> Path:
    """A signed report with two grave findings and many others."""
    keys.ensure_key()
    files = homes.installed() | {
        "var/httpd/htdocs/x.php": b"x",
        "var/httpd/htdocs/dump.sql": b"x",
        "bin/<b>x</b>.sh": b"#!/bin/sh\n",
    }
    files |= {f"Kernel/System/Own{number:02d}.pm": b"package X;\n1;\n" for number in range(60)}
    made = homes.look(homes.unpack(tmp_path / "home", files), data)
    values = signed(values_of(made, "en"), keys.sign)
    (folder / "may").mkdir(parents=True)
    (folder / "may" / "inspection.json").write_text(as_json(values), "utf-8")
    (folder / "may" / "inspection.html").write_text(as_html(values), "utf-8")
    return folder / "may"


class TestWhoMay(AdministratorPages):
    @pytest.fixture(autouse=True)
    def _made(self, report: Path) -> None:
        """The pages need a report."""

    def addresses(self, world: World) -> list[str]:
        return ["/admin/inspections/", "/admin/inspections/may/", "/admin/inspections/may/inspection.json"]


@pytest.fixture
def root(world: World) -> Client:
    return client_of(world.root)


def test_without_a_report_it_says_how_to_make_one(root: Client, folder: Path) -> None:
    assert "klardesk inspect PATH --out" in root.get("/admin/inspections/").content.decode()


def test_a_report_is_listed_and_shown(root: Client, report: Path) -> None:
    listed = root.get("/admin/inspections/").content.decode()
    assert 'href="/admin/inspections/may/"' in listed
    assert "signed by this desk" in listed
    shown = root.get("/admin/inspections/may/").content.decode()
    assert "var/httpd/htdocs/dump.sql can be fetched by anybody" in shown
    assert "<b>x</b>" not in shown
    assert "page=2" in shown


def test_it_is_shown_in_the_readers_language(root: Client, report: Path) -> None:
    shown = root.get("/admin/inspections/may/", headers={"Accept-Language": "de"}).content.decode()
    assert "var/httpd/htdocs/dump.sql kann jeder abrufen" in shown
    assert "Die fünf schlimmsten" in shown


def test_one_level_alone_can_be_read(root: Client, report: Path) -> None:
    shown = root.get("/admin/inspections/may/", {"level": "critical"}).content.decode()
    table = shown[shown.index('id="findings"') :]
    assert "dump.sql" in table
    assert "Own01" not in table


def test_an_altered_report_is_shown_as_such(root: Client, report: Path) -> None:
    file = report / "inspection.json"
    file.write_text(file.read_text("utf-8").replace("dump.sql", "none.sql"), "utf-8")
    assert "This report was altered after it was signed" in root.get("/admin/inspections/may/").content.decode()


def test_a_report_of_another_key_is_not_ours(
    root: Client, report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "trusted", list)
    assert "signed by another" in root.get("/admin/inspections/").content.decode()


def test_files_are_saved_and_never_shown_within_the_desk(root: Client, report: Path) -> None:
    answer = root.get("/admin/inspections/may/inspection.html")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content == (report / "inspection.html").read_bytes()


@pytest.mark.parametrize(
    "address",
    ["none/", "../", "%2e%2e/", "..%2f..%2f/", "may/secret.txt", "may/..%2finspection.json", "none/inspection.json"],
)
def test_no_address_leads_out_of_the_folder(root: Client, report: Path, address: str) -> None:
    (report / "secret.txt").write_text("x")
    assert root.get(f"/admin/inspections/{address}").status_code == 404


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"format": "klardesk-inspection", "v": 2}', '{"format": "klardesk-inspection", "v": 1}']
)
def test_a_broken_report_is_left_out(root: Client, report: Path, content: str) -> None:
    broken = report.parent / "wreck"
    broken.mkdir()
    (broken / "inspection.json").write_text(content)
    assert "wreck" not in root.get("/admin/inspections/").content.decode()
    assert root.get("/admin/inspections/wreck/").status_code == 404


def test_a_finding_of_a_kind_this_desk_does_not_know_is_shown_as_it_stands(root: Client, report: Path) -> None:
    file = report / "inspection.json"
    values = json.loads(file.read_text("utf-8"))
    values["findings"][0]["code"] = "files.of-the-future"
    file.write_text(json.dumps(values), "utf-8")
    assert values["findings"][0]["title"] in root.get("/admin/inspections/may/").content.decode()
