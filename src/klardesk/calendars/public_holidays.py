"""The holidays of countries and their states, from the `holidays` package: reckoned here, without asking anybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from django.utils.translation import gettext_lazy as _

Choices = list[tuple[str, Any]]
PUBLIC = "public"
NOT_DAYS_OFF = {"half_day", "workday"}
"""Half days and days worked in exchange: a calendar's holiday is a whole day off."""
KINDS = {
    "public": _("public holidays"), "catholic": _("where most are Catholic"), "school": _("school-free days"),
    "bank": _("bank holidays"), "government": _("of public offices"), "optional": _("optional"),
    "unofficial": _("unofficial"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Where:
    """Whose holidays: a country's code, its state's (or empty), the language of their names, and which kinds of days."""

    country: str
    state: str = ""
    language: str = ""
    kinds: tuple[str, ...] = (PUBLIC,)


@cache
def _country(code: str) -> Any:
    """The package's class of a country; it is loaded when it is first asked for."""
    import holidays

    return getattr(holidays, code)


@cache
def countries(language: str) -> Choices:
    """Codes and names of the countries known, by name in this language."""
    import holidays

    names = Locale.parse(language).territories
    codes = holidays.list_supported_countries(include_aliases=False)
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda choice: choice[1])


def states(country: str) -> Choices:
    """Codes and names of a country's parts that have holidays of their own, by name."""
    found = _country(country)
    aliases = found.get_subdivision_aliases()
    named = [(code, (aliases.get(code) or [code])[0]) for code in found.subdivisions]
    return sorted(named, key=lambda choice: choice[1])


def languages(country: str, reader: str) -> Choices:
    """Languages in which a country's holidays have names, the reader's first, else the country's own."""
    found = _country(country)
    codes = list(found.supported_languages) or [found.default_language or ""]
    codes.sort(key=lambda code: (code[:2] != reader[:2], code != found.default_language, code))
    return [(code, _language_name(code, reader)) for code in codes if code]


def kinds(country: str) -> Choices:
    """Kinds of days off of a country, public holidays first."""
    found = sorted(set(_country(country).supported_categories) - NOT_DAYS_OFF, key=lambda kind: (kind != PUBLIC, kind))
    return [(kind, KINDS.get(kind, kind.replace("_", " "))) for kind in found]


def holidays_of(where: Where, years: Iterable[int]) -> dict[date, str]:
    """Days and their names, in the order of time; several names of one day are divided by a semicolon."""
    import holidays

    found = holidays.country_holidays(
        where.country, subdiv=where.state or None, years=years, language=where.language or None,
        categories=where.kinds or (PUBLIC,),
    )  # fmt: skip
    return dict(sorted(found.items()))


def country_of(zone: str) -> str:
    """The country in which a time zone lies, or the empty text."""
    return str(get_global("zone_territories").get(zone, ""))


def _language_name(code: str, reader: str) -> str:
    try:
        return Locale.parse(code).get_display_name(reader) or code
    except (UnknownLocaleError, ValueError):
        return code
