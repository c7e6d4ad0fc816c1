"""Every sentence a person reads is there in both languages, and the German one says Sie."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from klardesk.base import i18n
from tests.house.sources import PACKAGE

CATALOGUES = sorted(PACKAGE.glob("**/locale/de/LC_MESSAGES/django.po"))
FAMILIAR = re.compile(r"\b(du|dich|dir|dein|deine|deinen|deinem|deiner)\b", re.IGNORECASE)


def test_no_sentence_lacks_its_german() -> None:
    assert [str(flaw) for flaw in i18n.flaws()] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: str(file.relative_to(PACKAGE).parts[0]))
def test_german_speaks_formally(file: Path) -> None:
    texts = [text for message in i18n.read(file, "de") if message.id for text in _texts(message.string)]
    assert [text for text in texts if FAMILIAR.search(text)] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: str(file.relative_to(PACKAGE).parts[0]))
def test_no_catalogue_keeps_a_sentence_that_is_said_no_more(file: Path) -> None:
    app = file.parents[3]
    said = {text for _context, text in i18n.sentences(app)}
    kept = [_texts(message.id)[0] for message in i18n.read(file, "de") if message.id]
    assert [text for text in kept if text not in said] == []


def test_two_rooms_say_the_same_sentence_alike() -> None:
    """Django merges the catalogues, so the first would win. What means something else needs a context (pgettext)."""
    said: dict[tuple[str | None, str], dict[str, str]] = {}
    for file in CATALOGUES:
        for message in i18n.read(file, "de"):
            if message.id:
                key = (message.context, _texts(message.id)[0])
                said.setdefault(key, {})[" / ".join(_texts(message.string))] = file.parents[3].name
    assert {text: translations for (_context, text), translations in said.items() if len(translations) > 1} == {}


def test_a_catalogue_reaches_the_page() -> None:
    """Some sentence of each catalogue, looked up as a page does it: compiled, found by Django, not shadowed."""
    i18n.compile_all()
    unreached = []
    with translation.override("de"):
        for file in CATALOGUES:
            plain = [m for m in i18n.read(file, "de") if m.id and m.string and isinstance(m.id, str) and not m.context]
            if plain and not any(translation.gettext(str(m.id)) == m.string for m in plain):
                unreached.append(str(file.relative_to(PACKAGE)))
    assert unreached == []


def test_a_missing_an_empty_and_a_doubtful_sentence_are_found(tmp_path: Path) -> None:
    app = tmp_path / "demo"
    catalogue = i18n.catalogue_file(app, "de")
    (app / "jinja2" / "demo").mkdir(parents=True)
    catalogue.parent.mkdir(parents=True)
    (tmp_path / "__init__.py").touch()
    (app / "__init__.py").write_text(
        '_("known"), _("empty"), _("doubtful"), _("lost %(name)s"), ngettext("a", "b", 2)', "utf-8"
    )
    (app / "jinja2" / "demo" / "page.html").write_text("{% trans %}\n  on\n  a page\n{% endtrans %}", "utf-8")
    entries = 'msgid "known"\nmsgstr "bekannt"\n\nmsgid "empty"\nmsgstr ""\n\n#, fuzzy\nmsgid "doubtful"\nmsgstr "zweifelhaft"\n'
    catalogue.write_text(entries + '\n#, python-format\nmsgid "lost %(name)s"\nmsgstr "verloren %(nam)s"\n', "utf-8")
    found = {(flaw.kind, flaw.sentence) for flaw in i18n.flaws(tmp_path)}
    assert found == {
        ("empty", "empty"),
        ("fuzzy", "doubtful"),
        ("placeholders", "lost %(name)s"),
        ("missing", "a"),
        ("missing", "on a page"),
    }
    assert i18n.add_missing(tmp_path) == [catalogue]
    assert {flaw.kind for flaw in i18n.flaws(tmp_path)} == {"empty", "fuzzy", "placeholders"}


def _texts(value: object) -> list[str]:
    return [str(text) for text in value] if isinstance(value, list | tuple) else [str(value)]
