"""Static files: their addresses follow their content, and nothing outside the folders is given out."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.http import Http404
from django.test import Client, RequestFactory

from klardesk.web import static_files
from klardesk.web.icons import ICONS

pytestmark = pytest.mark.urls("tests.web.pages")
FIRST_LOAD = [
    *(f"web/css/{sheet}.css" for sheet in ("tokens", "base", "layout", "components", "content")),
    "web/app.js", "web/vendor/htmx.min.js", "web/icons.svg", "web/mark.svg",
]  # fmt: skip
BUDGET = 250 * 1024


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "static").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(static_files, "folders", lambda: ((tmp_path / "static").resolve(),))
    monkeypatch.setattr(static_files, "_kept", {})
    return tmp_path / "static"


def test_with_its_hash_a_file_is_kept_for_a_year(visitor: Client) -> None:
    response = visitor.get(static_files.static("web/app.js"))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("address", ["/static/web/app.js", "/static/web/app.js?v=0123456789abcdef"])
def test_without_it_the_browser_asks_again(visitor: Client, address: str) -> None:
    response = visitor.get(address)
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = visitor.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_a_browser_that_can_gets_it_squeezed(visitor: Client) -> None:
    plain = visitor.get("/static/web/icons.svg")
    small = visitor.get("/static/web/icons.svg", headers={"Accept-Encoding": "br, gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert "Accept-Encoding" in small.headers["Vary"]
    assert visitor.get("/static/web/icons.svg", headers={"If-None-Match": small.headers["ETag"]}).status_code == 304


def test_a_changed_file_has_another_address(folder: Path, settings: pytest.FixtureRequest) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]
    (folder / "a.css").write_text("a {}")
    before = static_files.static("a.css")
    (folder / "a.css").write_text("a { color: red }")
    assert static_files.static("a.css") != before


def test_a_misspelt_name_stops_the_page(folder: Path) -> None:
    with pytest.raises(static_files.UnknownStaticFile, match=r"static/web/nothing\.css"):
        static_files.static("web/nothing.css")


@pytest.mark.parametrize("name", ["../secret.txt", "web/../../secret.txt", "/etc/passwd", "link.txt", "a\0b", "", "."])
def test_nothing_outside_is_given_out(folder: Path, rf: RequestFactory, name: str) -> None:
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    assert static_files.locate(name) is None
    with pytest.raises(Http404):
        static_files.serve(rf.get("/static/x"), name)


def test_only_reading_is_allowed(visitor: Client) -> None:
    assert visitor.post("/static/web/app.js").status_code == 405


def test_the_first_load_is_within_its_budget() -> None:
    files = [static_files.load(name) for name in FIRST_LOAD]
    assert sum(len(file.squeezed or file.content) for file in files if file) < BUDGET
    assert None not in files


def test_the_sprite_has_every_icon_of_the_list_and_no_other() -> None:
    sprite = static_files.load("web/icons.svg")
    assert sprite
    assert [part.split('"')[0] for part in sprite.content.decode().split('<symbol id="')[1:]] == list(ICONS)


def test_what_is_taken_from_others_names_its_licence() -> None:
    vendor = Path(static_files.__file__).parent / "static" / "web" / "vendor"
    listed = (vendor / "LICENCES.md").read_text()
    taken = [file.name for file in vendor.iterdir() if not file.name.endswith((".LICENSE", ".md"))]
    assert taken
    for name in taken:
        assert name in listed
