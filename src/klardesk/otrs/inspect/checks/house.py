"""What goes out by what administrators have set in the database: web services, notifications, jobs, mailboxes, filters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import JUDGE, READ, check
from klardesk.otrs.inspect.database.collect.rows import Row, Rows, number, word
from klardesk.otrs.inspect.database.scan import scan_of
from klardesk.otrs.inspect.database.structures import leaves, loaded
from klardesk.otrs.inspect.findings import Finding, Place
from klardesk.otrs.inspect.inspection import Inspection, Sheet
from klardesk.otrs.inspect.settings import Layer
from klardesk.otrs.inspect.sheets import MAIL_ACCOUNTS, WEB_SERVICES

NAMED = 8
ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
TASK = re.compile(r"^Daemon::SchedulerCronTaskManager::Task(?:Custom)?###")
OWN_CODE = re.compile(r"^Kernel::System::GenericAgent(?:::\w+)?$")
OFF = {"0", "no", "false", "none"}


@check("web-services", order=READ, needs=["database"])
def web_services(inspection: Inspection) -> Iterator[Finding]:
    """Who is called, and by what name one logs in there."""
    sheet = []
    for row in scan_of(inspection).found(Rows).of("gi_webservice_config"):
        name, config = word(row, "name"), loaded(row.get("config"))
        if not isinstance(config, dict):
            yield found("outgoing.web-service.unread", _service(name), name=name)
            continue
        requester, provider = _dict(config, "Requester"), _dict(config, "Provider")
        invokers, texts = _dict(requester, "Invoker"), list(leaves(_dict(requester, "Transport")))
        urls = sorted({text for _path, text in texts if text.startswith(("http://", "https://"))})
        hosts = tuple(dict.fromkeys(host_of(url) for url in urls))
        users = sorted({text for path, text in texts if path[-1] in {"User", "BasicAuthUser", "UserName"} and text})
        offers = ", ".join(sorted(map(str, _dict(provider, "Operation")))[:NAMED])
        calls = tuple(sorted(map(str, invokers)))[:NAMED]
        sheet.append((name, number(row, "valid_id") == 1, offers, ", ".join(calls), ", ".join(hosts), ", ".join(users)))
        if number(row, "valid_id") == 1 and hosts:
            yield from _calls(name, invokers, hosts, urls, texts)
    if sheet:
        head = WEB_SERVICES
        inspection.sheets.append(
            Sheet("outgoing.web-services", "outgoing", head.title, head.columns, tuple(sheet), head.note)
        )


def _calls(
    name: str,
    invokers: dict[str, Any],
    hosts: tuple[str, ...],
    urls: list[str],
    texts: list[tuple[tuple[str, ...], str]],
) -> Iterator[Finding]:
    events = sorted({text for path, text in leaves(invokers) if path[-1] == "Event"}) or ["-"]
    values: dict[str, Any] = {
        "name": name,
        "hosts": hosts,
        "calls": tuple(sorted(map(str, invokers)))[:NAMED] or ("-",),
    }
    yield found("outgoing.web-service", _service(name), events=tuple(events[:NAMED]), **values)
    plain = tuple(host_of(url) for url in urls if url.startswith("http://"))
    if plain:
        yield found("outgoing.web-service.plain", _service(name), name=name, hosts=plain)
    if any(
        path[-1] in {"SSLVerifyHostname", "SSLVerify", "SSLVerifyCert"} and text.lower() in OFF for path, text in texts
    ):
        yield found("outgoing.web-service.unchecked", _service(name), name=name)
    if any("password" in path[-1].lower() and text for path, text in texts):
        yield found("outgoing.web-service.secret", _service(name), name=name)


def _service(name: str) -> Place:
    return Place(table="gi_webservice_config", column="config", row=name)


def _dict(value: Any, key: str) -> dict[str, Any]:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def host_of(url: str) -> str:
    """The host and port of an address, and never the log-in that may stand before it."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or "?"
    except ValueError:
        return "?"


@check("notifications", order=READ, needs=["database"])
def notifications(inspection: Inspection) -> Iterator[Finding]:
    """Addresses that are written into notifications, beside the house's own domains."""
    rows = scan_of(inspection).found(Rows)
    own = _own_domains(rows)
    names = {number(row, "id"): row for row in rows.of("notification_event")}
    items: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.of("notification_event_item"):
        items[number(row, "notification_id")][word(row, "event_key")].append(word(row, "event_value"))
    for own_id, keys in sorted(items.items()):
        addresses = [
            each.group()
            for key in ("RecipientEmail", "RecipientEmails")
            for text in keys.get(key, ())
            for each in ADDRESS.finditer(text)
        ]
        outside = tuple(sorted({each for each in addresses if not _is_own(each, own)}))
        row = names.get(own_id, {})
        if outside and number(row, "valid_id", 1) == 1:
            name = word(row, "name") or str(own_id)
            place = Place(table="notification_event_item", column="event_value", row=name)
            events = tuple(keys.get("Events", ["-"])[:NAMED])
            yield found(
                "outgoing.notification",
                place,
                name=name,
                addresses=outside[:NAMED],
                events=events,
                own=tuple(sorted(own)[:NAMED]) or ("-",),
            )


def _own_domains(rows: Rows) -> set[str]:
    """The domains of the system's own addresses, and of its agents."""
    texts = [word(row, "value0") for row in rows.of("system_address")]
    return {found[1].lower() for text in texts if (found := ADDRESS.search(text))}


def _is_own(address: str, own: set[str]) -> bool:
    domain = address.rpartition("@")[2].lower()
    return any(domain == each or domain.endswith(f".{each}") for each in own)


@check("jobs", order=READ, needs=["database"])
def jobs(inspection: Inspection) -> Iterator[Finding]:
    """Jobs of the generic agent that run commands or code, or delete tickets."""
    keys: dict[str, dict[str, str]] = defaultdict(dict)
    for row in scan_of(inspection).found(Rows).of("generic_agent_jobs"):
        keys[word(row, "job_name")][word(row, "job_key")] = word(row, "job_value")
    for name, job in sorted(keys.items()):
        place = Place(table="generic_agent_jobs", column="job_value", row=name)
        for key in ("NewCMD", "NewModule"):
            program = job.get(key, "").split()[:1]
            if program:
                yield found(
                    "outgoing.job", place, name=name, program=program[0][:120], kind=key, valid=job.get("Valid", "-")
                )
        if job.get("NewDelete", "0") not in {"", "0"}:
            yield found("outgoing.job.deletes", place, name=name, valid=job.get("Valid", "-"))


@check("mailboxes", order=READ, needs=["database"])
def mailboxes(inspection: Inspection) -> Iterator[Finding]:
    """Where mails are fetched."""
    rows = scan_of(inspection).found(Rows).of("mail_account")
    sheet = tuple(
        (
            word(r, "login"),
            word(r, "host"),
            word(r, "account_type"),
            number(r, "valid_id") == 1,
            bool(number(r, "trusted")),
        )
        for r in rows
    )
    if sheet:
        inspection.sheets.append(
            Sheet("outgoing.mailboxes", "outgoing", MAIL_ACCOUNTS.title, MAIL_ACCOUNTS.columns, sheet)
        )
    for login, host, kind, is_valid, is_trusted in sheet:
        place = Place(table="mail_account", row=login)
        if is_valid and kind.upper() in {"POP3", "IMAP"}:
            yield found("outgoing.mailbox.plain", place, login=login, host=host, kind=kind)
        if is_valid and is_trusted:
            yield found("outgoing.mailbox.trusted", place, login=login)


@check("mail-rules", order=READ, needs=["database"])
def mail_rules(inspection: Inspection) -> Iterator[Finding]:
    """Filters that throw mails away."""
    rules: dict[str, list[Row]] = defaultdict(list)
    for row in scan_of(inspection).found(Rows).of("postmaster_filter"):
        rules[word(row, "f_name")].append(row)
    for name, rows in sorted(rules.items()):
        ignores = any(word(row, "f_key").endswith("-Ignore") and word(row, "f_type") == "Set" for row in rows)
        match = tuple(
            f"{word(row, 'f_key')} =~ {word(row, 'f_value')}"[:80] for row in rows if word(row, "f_type") == "Match"
        )
        if ignores and not any("spam" in each.lower() for each in match):
            yield found(
                "outgoing.mail-rule", Place(table="postmaster_filter", row=name), name=name, match=match[:3] or ("-",)
            )


@check("daemon", order=JUDGE, needs=["database"])
def daemon(inspection: Inspection) -> Iterator[Finding]:
    """Tasks of the daemon that administrators changed to call something of their own."""
    for layer, values in inspection.settings.layers:
        if layer is not Layer.DATABASE:
            continue
        for name, held in sorted(values.items()):
            if TASK.match(name) and isinstance(held.value, dict):
                shipped = inspection.settings.in_layer(name, Layer.DEFAULT)
                if shipped is None or _program(shipped.value) != _program(held.value):
                    yield found(
                        "outgoing.task", held.place, name=name.partition("###")[2], program=_program(held.value)
                    )


def _program(value: Any) -> str:
    if not isinstance(value, dict):
        return "-"
    params = value.get("Params") or []
    first = str(params[0])[:60] if isinstance(params, list) and params else ""
    return f"{value.get('Module', '-')} {value.get('Function', '')} {first}".strip()[:120]
