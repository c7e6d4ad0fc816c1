"""Does a filter match, and what does it set (contract 2.3, mail filters)? Pure: no rows are read or written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import regex
from django.utils.translation import gettext_noop as _

from klardesk.mail.filters.models import Kind
from klardesk.mail.parse.addresses import read_addresses
from klardesk.mail.parse.model import Notes, Problem
from klardesk.mail.parse.words import Words

if TYPE_CHECKING:
    from klardesk.mail.filters.models import MailFilter
    from klardesk.mail.parse import ParsedMail

FAMILIES = ("x-klardesk-", "x-otrs-", "x-otobo-")
SECONDS = 0.8
"""What all expressions of all filters may cost for one mail together; what takes longer is stopped and noted."""
LONGEST_TEXT = 1_000_000
LONGEST_VALUE = 1000
CAPTURED = regex.compile(r"\[\*\*\s*\\(\w+)\s*\*\*\]")


@dataclass(frozen=True, slots=True)
class Checked:
    """One condition and how it came out; `text` is the beginning of what it was held against, None if undefined."""

    field: str
    kind: str
    value: str
    held: bool
    text: str | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a filter made of a mail: its conditions up to the first that failed, and what it set."""

    name: str
    matched: bool
    checked: tuple[Checked, ...]
    values: tuple[tuple[str, str], ...] = ()
    stopped: bool = False
    key: int | None = None


@dataclass(slots=True)
class Outcome:
    """What the filters made of a mail; `values` are the steering fields by their short names, headers' and filters'."""

    values: dict[str, str]
    verdicts: list[Verdict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def short_name(name: str) -> str:
    """The steering field that a header names: without its family, in lower case; empty for any other header."""
    lower = name.strip().lower()
    return next((lower[len(family) :] for family in FAMILIES if lower.startswith(family)), "")


def run_filters(
    filters: Iterable[MailFilter], parsed: ParsedMail, asked: Mapping[str, str], *, trusted: bool
) -> Outcome:
    """Let the filters decide in their order. `asked` are the steering fields of the mail's own headers (trusted ones)."""
    outcome = Outcome(dict(asked))
    sight = _Sight(parsed, outcome.values, trusted)
    for each in filters:
        verdict = _judge(each, sight)
        outcome.verdicts.append(verdict)
        outcome.problems += [_problem(each.name, item) for item in verdict.checked if item.problem]
        outcome.values.update((short_name(name) or name.lower(), value) for name, value in verdict.values)
        if verdict.stopped:
            break
    return outcome


def expression(text: str) -> regex.Pattern[str]:
    """A compiled expression: found anywhere, in any case. Raises regex.error."""
    return _compiled(text, regex.IGNORECASE)


@lru_cache(maxsize=500)
def _compiled(text: str, flags: int) -> regex.Pattern[str]:
    return regex.compile(text, flags)


def _problem(name: str, item: Checked) -> Problem:
    values = (("name", repr(name)), ("field", repr(item.field)), ("problem", item.problem))
    return Problem("filter", _("filter {name}, condition on {field}: {problem}"), values)


@dataclass(slots=True)
class _Sight:
    """What filters see of a mail, and how much time is left to look."""

    parsed: ParsedMail
    values: Mapping[str, str]
    trusted: bool
    left: float = SECONDS

    def text(self, name: str) -> str | None:
        """A field's text: empty for a header that the mail lacks, None for a steering field that is not to be believed."""
        lower = name.strip().lower()
        if short := short_name(lower):
            return self._steering(short)
        special = {"body": self.parsed.text, "x-sender": self._sender()}
        if lower in special:
            return special[lower][:LONGEST_TEXT]
        return ", ".join(self.parsed.headers.get(lower, ()))[:LONGEST_TEXT]

    def _steering(self, short: str) -> str | None:
        if short == "attachmentexists":
            return "yes" if self.parsed.attachments else "no"
        if short == "attachmentcount":
            return str(len(self.parsed.attachments))
        return self.values.get(short, "" if self.trusted else None)

    def _sender(self) -> str:
        return next((each.email for each in reversed(self.parsed.from_) if each.email), "")

    def timed(self, search: Callable[[float], Any]) -> Any:
        """Search within the time that is left. Raises TimeoutError."""
        if self.left <= 0:
            raise TimeoutError
        begun = time.monotonic()
        try:
            return search(self.left)
        finally:
            self.left -= time.monotonic() - begun


def _judge(each: MailFilter, sight: _Sight) -> Verdict:
    checked: list[Checked] = []
    captured: Any = None
    for condition in each.conditions:
        item, found = _check(condition, sight)
        checked.append(item)
        captured = found if found is not None else captured
        if not item.held:
            return Verdict(each.name, matched=False, checked=tuple(checked), key=each.pk)
    if not checked:
        return Verdict(each.name, matched=False, checked=(), key=each.pk)
    values = tuple((item["field"], _filled(item["value"], captured)) for item in each.values)
    return Verdict(each.name, True, tuple(checked), values, each.stop, each.pk)


def _check(condition: Mapping[str, str], sight: _Sight) -> tuple[Checked, Any]:
    """The condition's result, and what an expression captured (a match, or the pattern of an address)."""
    name, kind, value = condition["field"], condition["kind"], condition["value"]
    text, negated = sight.text(name), kind.startswith("not_")
    problem, found = "", None
    if text is None:
        return Checked(name, kind, value, False, None), None
    try:
        found = _found(kind.removeprefix("not_"), value, text, sight)
        held = (found is not None) is not negated
    except TimeoutError:
        held, problem = (
            False,
            _("the regular expression took too long and was stopped; the condition counts as not met"),
        )
    except regex.error:
        held, problem = False, _("this is no regular expression; the condition counts as not met")
    captures = found if isinstance(found, str) or (found is not None and found.re.groups) else None
    return Checked(name, kind, value, held, text[:200], problem), captures


def _found(kind: str, value: str, text: str, sight: _Sight) -> Any:
    if kind == Kind.PLAIN:
        return expression(regex.escape(value)).search(text)
    if kind == Kind.ADDRESS:
        pattern = expression(value)
        return value if any(sight.timed(partial(_whole, pattern, one)) for one in _addresses(text)) else None
    return sight.timed(lambda left: expression(value).search(text, timeout=left))


def _whole(pattern: regex.Pattern[str], text: str, left: float) -> Any:
    return pattern.fullmatch(text, timeout=left)


def _addresses(text: str) -> list[str]:
    notes = Notes(0)
    return [each.email for each in read_addresses([text.encode("utf-8", "replace")], Words(notes), notes, 1000)]


def _filled(value: str, captured: Any) -> str:
    r"""`[***]` is the first thing that the last capturing condition captured, `[**\name**]` what it captured by name."""
    if captured is None:
        return value
    if isinstance(captured, str):
        return value.replace("[***]", captured)[:LONGEST_VALUE]
    named = captured.groupdict()
    value = CAPTURED.sub(lambda match: named.get(match[1]) or "", value)
    return value.replace("[***]", captured[1] or "")[:LONGEST_VALUE].strip()
