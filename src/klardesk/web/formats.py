"""How moments, sizes and numbers look in the reader's language and time zone (both are active per request)."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from klardesk.base import clock

# English readers sit in many countries: the month is a word, so that 3/4 is never read the other way round.
# A list shows a hundred moments: plain formatting and remembered phrases, since Django's formats cost ten times as much.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH = timedelta(days=30)
HUES = 8


def _german() -> bool:
    return (get_language() or "en")[:2] == "de"


def day_text(value: date) -> str:
    """A day as text; a moment gives the day of its own time zone."""
    return _day_in(value, _german())


def _day_in(value: date, german: bool) -> str:
    if german:
        return f"{value.day:02}.{value.month:02}.{value.year}"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment_text(value: datetime) -> str:
    """A moment as text in the reader's time zone, to the minute."""
    return _moment_in(value.astimezone(timezone.get_current_timezone()), _german())


def _moment_in(local: datetime, german: bool) -> str:
    return f"{_day_in(local, german)}{' ' if german else ', '}{local.hour:02}:{local.minute:02}"


def moment(value: datetime | None) -> SafeString:
    """A moment as a `<time>` element; None gives a dash."""
    if value is None:
        return SafeString("–")
    return _moment(value, timezone.get_current_timezone(), _german())


@lru_cache(maxsize=8192)
def _moment(value: datetime, zone: tzinfo, german: bool) -> SafeString:
    return SafeString(f'<time datetime="{value.isoformat()}">{_moment_in(value.astimezone(zone), german)}</time>')


def day(value: date | None) -> SafeString:
    """A day as a `<time>` element; a datetime gives its day in the reader's time zone; None gives a dash."""
    if value is None:
        return SafeString("–")
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return SafeString(f'<time datetime="{local.isoformat()}">{day_text(local)}</time>')


@lru_cache(maxsize=2048)
def _distance(language: str, minutes: int, past: bool) -> str:  # noqa: ARG001 (what is remembered depends on it)
    """The phrase for a distance in a language, which is the active one."""
    if minutes < 60:
        amount = ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    elif minutes < 24 * 60:
        amount = ngettext("%(n)d h", "%(n)d h", minutes // 60) % {"n": minutes // 60}
    else:
        days = minutes // (24 * 60)
        amount = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if past:
        return pgettext("how long ago", "%(amount)s ago") % {"amount": amount}
    return pgettext("how far ahead", "in %(amount)s") % {"amount": amount}


def ago_text(value: datetime) -> str:
    """How long ago, or how far ahead, a moment is; past thirty days, its date."""
    span = clock.now() - value
    if abs(span) >= MONTH:
        return day_text(value.astimezone(timezone.get_current_timezone()))
    return _span_text(span, get_language() or "en")


def _span_text(span: timedelta, language: str) -> str:
    """A span of less than a month since a moment; one to come is negative."""
    distance = abs(span)
    if distance < timedelta(minutes=1):
        return _("just now")
    minutes = int(distance.total_seconds()) // 60
    unit = 1 if minutes < 60 else 60 if minutes < 24 * 60 else 24 * 60  # fewer phrases to remember
    return _distance(language, minutes - minutes % unit, span > timedelta(0))


def ago(value: datetime | None) -> SafeString:
    """How long ago, as a `<time>` element whose title is the exact moment; None gives a dash."""
    return ago_writer()(value)


def ago_writer() -> Callable[[datetime | None], SafeString]:
    """`ago` for many moments of one page: language, time zone and the present moment are asked for once."""
    german, zone, now = _german(), timezone.get_current_timezone(), clock.now()
    language = get_language() or "en"

    def written(value: datetime | None) -> SafeString:
        if value is None:
            return SafeString("–")
        start, day = _exact(value, zone, german)
        span = now - value
        words = escape(_span_text(span, language)) if -MONTH < span < MONTH else day
        return SafeString(f"{start}{words}</time>")

    return written


@lru_cache(maxsize=8192)
def _exact(value: datetime, zone: tzinfo, german: bool) -> tuple[str, str]:
    """What of a moment hangs not on the present: the beginning of its `<time>` element, and its day in words."""
    local = value.astimezone(zone)
    day = _day_in(local, german)
    return f'<time datetime="{value.isoformat()}" title="{_moment_in(local, german)}">', day


def number(value: float, digits: int | None = None) -> str:
    """A number with the reader's grouping and decimal sign; `digits` after it, or as many as there are."""
    if type(value) is int and digits is None and -1000 < value < 1000:
        return str(value)
    return str(formats.number_format(value, decimal_pos=digits, use_l10n=True, force_grouping=True))


def filesize(size: int) -> str:
    """A number of bytes in words: 812 B, 14 KB, 3.2 MB (powers of 1024)."""
    if size < 1024:
        return f"{number(size)}\N{NO-BREAK SPACE}B"
    amount = float(size)
    for unit in ("KB", "MB", "GB", "TB"):
        amount /= 1024
        if amount < 1023.5 or unit == "TB":
            break
    return f"{number(round(amount, 1), 1 if amount < 10 else 0)}\N{NO-BREAK SPACE}{unit}"


def initials(name: str) -> str:
    """One or two letters that stand for a person."""
    words = [word for word in name.split() if word[0].isalnum()] or [name.strip() or "?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def hue(name: str) -> int:
    """The same number below 8 for the same name, for a colour that stays with a person."""
    return zlib.crc32(name.encode()) % HUES
