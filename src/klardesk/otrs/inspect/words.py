"""Sentences in the report's language, which is its own and not that of the process: no settings are needed."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo

from klardesk.base import i18n
from klardesk.otrs.inspect.marking import Counted

LANGUAGES = ("en", "de")
ROOM = Path(__file__).resolve().parent.parent


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    source = i18n.catalogue_file(ROOM, language)
    compiled = source.with_suffix(".mo")
    if not compiled.exists():
        return _from_source(source, language)
    with compiled.open("rb") as stream:
        return gettext.GNUTranslations(stream)


def _from_source(source: Path, language: str) -> gettext.NullTranslations:
    """The same from the `.po`, where nothing was compiled."""
    from io import BytesIO

    buffer = BytesIO()
    write_mo(buffer, i18n.read(source, language))
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)


def say(language: str, sentence: str, values: Mapping[str, object] | None = None) -> str:
    """The sentence in this language, filled with the values; a tuple of names becomes a list with commas."""
    text = _told(language, sentence, values or {})
    if values is None:
        return text
    return text % {name: _shown(value) for name, value in values.items()}


def _told(language: str, sentence: str, values: Mapping[str, object]) -> str:
    if not sentence:
        return ""
    if not isinstance(sentence, Counted):
        return _catalogue(language).gettext(sentence)
    return _catalogue(language).ngettext(sentence.one, str(sentence), 1 if values.get("count") == 1 else 2)


def _shown(value: object) -> object:
    return ", ".join(str(each) for each in value) if isinstance(value, tuple | list) else value
