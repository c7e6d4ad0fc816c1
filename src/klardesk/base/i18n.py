"""Message catalogues: compiled from each app's `.po`, and checked against the sentences in its sources.

An app owns its catalogue: `src/klardesk/<app>/locale/de/LC_MESSAGES/django.po`. Sentences are English in the source, so
English needs none. The compiled `.mo` files are never committed: `python -m klardesk.base.i18n` makes them, and so does
the build of the wheel. This module needs Babel and no Django, since both of those run without settings.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent
LANGUAGES = ("de",)
METHODS = [("**/locale/**", "ignore"), ("**/jinja2/**", "jinja2"), ("**.py", "python")]
# As in klardesk.web.jinja: else the sentences found are not those looked up.
OPTIONS = {
    "**/jinja2/**": {
        "extensions": "jinja2.ext.do, jinja2.ext.loopcontrols, klardesk.web.drawn.DrawnExtension",
        "trimmed": "true",
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "newstyle_gettext": "true",
        "silent": "false",
    }
}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Key = tuple[str | None, str]  # context and msgid; a plural is found by its singular


@dataclass(frozen=True, slots=True)
class Flaw:
    """A sentence that an app's catalogue does not translate: `missing`, `empty`, `fuzzy` or `placeholders`."""

    app: str
    language: str
    kind: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.app} ({self.language}): {self.kind}: {self.sentence!r}"


def apps(package: Path = PACKAGE) -> list[Path]:
    """The folders of all apps, and the package itself for the modules beside them (`cli.py`, `settings.py`)."""
    return [package, *sorted(folder for folder in package.iterdir() if (folder / "__init__.py").exists())]


def catalogue_file(app: Path, language: str) -> Path:
    """Where an app keeps its catalogue."""
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def sentences(app: Path) -> dict[Key, str | tuple[str, ...]]:
    """Every translatable sentence in an app's Python and templates, by context and msgid (singular and plural)."""
    found: dict[Key, str | tuple[str, ...]] = {}
    top = not (app.parent / "__init__.py").exists()
    rows = _top_level(app) if top else extract_from_dir(app, METHODS, OPTIONS, keywords=KEYWORDS)
    for _file, _line, message, _comments, context in rows:
        found[context, _singular(message)] = message
    return found


def flaws(package: Path = PACKAGE) -> Iterator[Flaw]:
    """What the catalogues lack, in every language but English."""
    for app in apps(package):
        wanted = sentences(app)
        for language in LANGUAGES:
            catalogue = read(catalogue_file(app, language), language)
            yield from _flaws_of(app.name, language, wanted, catalogue)


def missing(package: Path = PACKAGE) -> list[tuple[str, str]]:
    """App and msgid of every sentence that some catalogue lacks or leaves empty or doubtful."""
    return [(flaw.app, flaw.sentence) for flaw in flaws(package)]


def read(file: Path, language: str) -> Catalog:
    """A catalogue from its file; an empty one if there is none. A malformed line raises an error that names it."""
    if not file.exists():
        return Catalog(domain="django", locale=language, charset="utf-8")
    with file.open("rb") as stream:
        return read_po(stream, locale=language, domain="django", charset="utf-8", abort_invalid=True)


def compile_all(package: Path = PACKAGE) -> list[Path]:
    """Compile every catalogue whose `.mo` is missing or older; returns the files written."""
    written = []
    for source in sorted(package.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(".mo.draft")
        with draft.open("wb") as stream:
            write_mo(stream, read(source, source.parent.parent.name))
        draft.replace(target)
        written.append(target)
    return written


def add_missing(package: Path = PACKAGE, only: frozenset[str] = frozenset()) -> list[Path]:
    """Write each sentence a catalogue lacks into it, untranslated, for a person to fill; returns the files changed.

    `only` names the apps to look at; empty means all of them.
    """
    changed = []
    for app in [app for app in apps(package) if not only or app.name in only]:
        for language in LANGUAGES:
            file = catalogue_file(app, language)
            catalogue = read(file, language)
            lacking = [(key, message) for key, message in sentences(app).items() if _entry(catalogue, key) is None]
            if not lacking:
                continue
            for (context, _text), message in lacking:
                catalogue.add(message, context=context)
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as stream:
                write_po(stream, catalogue, width=120, omit_header=False)
            changed.append(file)
    return changed


def _top_level(package: Path) -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    """The sentences of the modules that stand beside the apps; their catalogue is the package's own."""
    yield from extract_from_dir(package, [("*.py", "python")], keywords=KEYWORDS, directory_filter=lambda _path: False)


def _flaws_of(app: str, language: str, wanted: dict[Key, str | tuple[str, ...]], catalogue: Catalog) -> Iterator[Flaw]:
    for key, message in wanted.items():
        entry = _entry(catalogue, key)
        if entry is None:
            yield Flaw(app, language, "missing", _singular(message))
        elif not all(_translations(entry)):
            yield Flaw(app, language, "empty", _singular(message))
        elif entry.fuzzy:
            yield Flaw(app, language, "fuzzy", _singular(message))
        elif any(entry.check(catalogue)):
            yield Flaw(app, language, "placeholders", _singular(message))


def _entry(catalogue: Catalog, key: Key) -> Message | None:
    context, text = key
    return catalogue.get(text, context)


def _translations(entry: Message) -> list[str]:
    return [str(text or "") for text in (entry.string if isinstance(entry.string, list | tuple) else (entry.string,))]


def _singular(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def main(words: list[str]) -> int:
    """Compile the catalogues; `messages [APP ...]` adds missing sentences first, `check` lists flaws and fails on any."""
    if words[:1] == ["messages"]:
        for file in add_missing(only=frozenset(words[1:])):
            print(f"added sentences to {file.relative_to(PACKAGE)}: fill their msgstr")
    compile_all()
    found = list(flaws()) if words == ["check"] else []
    for flaw in found:
        print(flaw)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
