"""Placeholders in texts: what a running Znuny 6.5.4 made of 600 of them, about the tickets and agents in its facts.json.

A case is filled by the desk's own values and compared place by place. Where the desk decides otherwise (`DIFFERENT` says
why), where it has no such value, and where the case does not hold the row behind a value, the case counts as opinion. No
opinion excuses a secret: a value the desk gives for a secret's name is a failure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

from tests.oracles.database import database
from tests.oracles.result import Result

DIFFERENT = {
    "unknown": "an unknown placeholder becomes empty, also one of an unknown family; the reference leaves some as text",
    "config": "only a few public settings have a name; the reference gives every setting, secrets among them",
    "twice": "a value is never filled again; the reference expands placeholders that a customer wrote",
    "blocked": "subject and body of an article are filled in every kind of text",
    "html": "a quote is lines that begin with > in HTML too; links are made when a mail is written",
    "converted": "texts are stored as what they are; turning HTML into text is the mail's part",
    "language": "values are not translated; each text is written in its language",
    "order": "a name is first name and last name; the desk has no setting for another order",
    "names": "names are the same in capitals and small letters, and for the whole family",
    "mailto": "what stands inside a link's address is left alone",
    "absent": "the desk has no such value, or the case does not hold the row behind it",
}
"""Why a case counts as opinion."""
LANGUAGES = ("lang", "lang-tz", "notif-lang")
UNTRANSLATED = ("salutation", "signature", "genericagent")
SECRET = re.compile(r"config|secret|passw|userpw|auth|token|pw\d*$|apikey", re.IGNORECASE)
PUBLIC = ("CONFIG_FQDN", "CONFIG_HTTPTYPE", "CONFIG_TICKET::HOOK")
ARTICLE = re.compile(r"(AGENT|CUSTOMER)_(SUBJECT|BODY)$")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HERE = ZoneInfo("Europe/Berlin")


def run(folder: Path) -> Result:
    """Fill every text in `folder`/automation/placeholders/cases.jsonl."""
    with database():
        return _run(folder)


def _run(folder: Path) -> Result:
    from django.test import override_settings

    from klardesk.base import clock

    passed, opinion, failures = 0, 0, []
    with (
        clock.at(NOW),
        override_settings(TIME_ZONE="Europe/Berlin", KLARDESK_URL="http://helpdesk.musterwerke.example"),
    ):
        for case, difference, excuse in comparisons(folder):
            if not difference:
                passed += 1
            elif excuse:
                opinion += 1
            else:
                failures.append(f"{case}: {difference}")
    return Result("placeholders", passed, len(failures), opinion, failures)


def comparisons(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Of each case its name, the difference or nothing, and the reason in `DIFFERENT` why that is no failure, or nothing."""
    facts = json.loads((folder / "automation" / "facts.json").read_text(encoding="utf-8"))
    for line in (folder / "automation" / "placeholders" / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        yield (f"{case['id']} {case['tag']}", *_compared(case, facts))


def _compared(case: dict[str, Any], facts: dict[str, Any]) -> tuple[str, str]:
    from klardesk.texts.placeholders import fill, fill_html

    given, html = case["input"], case["input"].get("rich_text") == 1
    expected = _plain(_text_of(case["result"]), html)
    text, values = given.get("text", ""), _values(given, facts)
    found = _plain((fill_html if html else fill)(text, values), html)
    leaks = [name for name, value in _places(text, values, html) if value and _secret(name)]
    if leaks:
        return f"{leaks[0]} was filled", ""
    if re.fullmatch(_pattern(text, values, html), expected, re.DOTALL):
        return "", ""
    return f"expected {expected!r}, got {found!r}", _excuse(case, text, values, html)


def _text_of(result: dict[str, Any]) -> str:
    return str(next((result[name] for name in ("text", "Text", "Body") if result.get(name) is not None), ""))


def _plain(text: str, html: bool) -> str:
    return re.sub(r"<br\s*/?>\n?", "\n", text) if html else text


def _placeholders(html: bool) -> re.Pattern[str]:
    from klardesk.texts import placeholders

    return placeholders._ENCODED if html else placeholders._PLACEHOLDER


def _places(text: str, values: Any, html: bool) -> list[tuple[str, str]]:
    return [(each[1].upper(), values.get(each[1], each[2] or "")) for each in _placeholders(html).finditer(text)]


def _pattern(text: str, values: Any, html: bool) -> str:
    """What the reference may have made of the text: an empty value may be its dash, and a secret its xxx."""
    from html import escape

    parts, end = [], 0
    for each in _placeholders(html).finditer(text):
        value = values.get(each[1], each[2] or "")
        shown = re.escape(escape(value) if html else value)
        if not value:
            shown = "(?:-|xxx|)" if _secret(each[1]) else "(?:-|)"
        parts += [re.escape(_plain(text[end : each.start()], html)), shown]
        end = each.end()
    return "".join([*parts, re.escape(_plain(text[end:], html))])


def _secret(name: str) -> bool:
    return bool(SECRET.search(name.upper().removeprefix("CONFIG_")))


def _excuse(case: dict[str, Any], text: str, values: Any, html: bool) -> str:
    """Which of the known differences this is; nothing if none."""
    kind, places = case["tag"].split(":")[0], _places(text, values, html)
    names = [name for name, _value in places]
    checks: dict[str, Callable[[], bool]] = {
        "twice": lambda: kind in ("inject", "nested"),
        "converted": lambda: kind == "richtext-convert" or html != (case["input"].get("content_type") == "text/html"),
        "language": lambda: kind in LANGUAGES or (case["function"] not in UNTRANSLATED and "TICKET_CREATED" in names),
        "order": lambda: "FirstnameLastnameOrder" in (case["input"].get("config") or {}),
        "names": lambda: "<OTRS_config_" in text or "<OTOBO_" in text,
        "mailto": lambda: "mailto:" in text,
        "html": lambda: html and any("[" in each for each in re.findall(r"&lt;.*?&gt;", text)),
        "config": lambda: any(name.startswith("CONFIG_") and name not in PUBLIC for name in names),
        "blocked": lambda: any(ARTICLE.search(name) for name in names),
        "absent": lambda: any(_absent(name, value, bool(case["input"].get("data"))) for name, value in places),
        "unknown": lambda: any(not value for _name, value in places),
    }
    return next((reason for reason, holds in checks.items() if holds()), "")


def _absent(name: str, value: str, has_article: bool) -> bool:
    """A value that no field of the desk has, or of a row that the case does not hold: the customer's."""
    from klardesk.texts.placeholders import LONG

    if name in LONG:
        return not has_article
    return name.startswith(("CUSTOMER_", "NOTIFICATION_RECIPIENT_")) or (not value and "_" in name)


def _values(given: dict[str, Any], facts: dict[str, Any]) -> Any:
    from klardesk.mail.subject import SubjectFormat
    from klardesk.texts.values import values_for

    data = given.get("data") or {}
    subject, body = data.get("Subject", ""), data.get("Body", "")
    agents = SimpleNamespace(subject=subject, text=body) if data.get("SenderType") == "agent" else None
    ticket = _ticket(
        {**facts["tickets"].get(str(given.get("ticket_id")), {}), **(given.get("ticket_set") or {})}, facts
    )
    return values_for(
        ticket, agent=_person(given.get("user_id"), facts), subject=subject, body=body, said_by=cast(Any, agents),
        clean=SubjectFormat(hook="Ticket#").clean,
    )  # fmt: skip


def _ticket(row: dict[str, Any], facts: dict[str, Any]) -> Any:
    """The ticket as a row of the desk's own, never stored."""
    from klardesk.tickets.models import Priority, Queue, State, Ticket

    ticket = Ticket(
        pk=row.get("TicketID"), number=row.get("TicketNumber", ""), title=row.get("Title", ""),
        owner=_person(row.get("OwnerID"), facts), responsible=_person(row.get("ResponsibleID"), facts),
        locked=row.get("Lock") == "lock", customer_login=row.get("CustomerUserID") or "",
        company_number=row.get("CustomerID") or "", created_by_id=row.get("CreateBy"),
        created_at=_moment(row.get("Created")), changed_at=_moment(row.get("Changed")),
    )  # fmt: skip
    if row:
        ticket.queue = Queue(pk=row["QueueID"], name=row["Queue"])
        ticket.state = State(pk=row["StateID"], name=row["State"], type=row["StateType"].replace(" ", "_"))
        ticket.priority = Priority(pk=row["PriorityID"], name=row["Priority"])
    return ticket


def _moment(text: str | None) -> Any:
    return datetime.fromisoformat(text).replace(tzinfo=HERE) if text else None


def _person(key: Any, facts: dict[str, Any]) -> Any:
    from klardesk.people.models import Person

    row = next((each for each in facts["users"] if str(each["id"]) == str(key)), None)
    if row is None:
        return None
    return Person(
        pk=row["id"], login=row["login"], first_name=row["first_name"], last_name=row["last_name"], email=row["email"]
    )
