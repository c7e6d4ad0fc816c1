"""What runs by itself and what goes out, as far as files and settings tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import JUDGE, check
from klardesk.otrs.inspect.code_text import without_comments
from klardesk.otrs.inspect.findings import Finding, Place
from klardesk.otrs.inspect.inspection import Inspection, Sheet
from klardesk.otrs.inspect.sentences import HOSTS_COLUMNS, HOSTS_SHEET, JOBS_COLUMNS, JOBS_SHEET
from klardesk.otrs.source.home import Home
from klardesk.otrs.source.problems import CannotRead

_JOB = re.compile(r"^\s*(?P<when>@\w+|(?:\S+\s+){4}\S+)\s+(?P<command>\S.*)$")
_OURS = re.compile(r"(?:^|[\s/])bin/(?:otrs|znuny|otobo)\.\w[\w.]*(?:\s|$)|\$HOME/bin/\w")
_DOWNLOADS = re.compile(
    r"(?:curl|wget)[^|;&]*\|\s*(?:\w*/)*(?:ba|da|k|z)?sh\b|/dev/tcp/|\bnc\b.*-e|base64\s+(?:-d|--decode)|\bmkfifo\b"
)
_COMMAND = re.compile(r"['\"]?(?P<key>CMD|NewCMD|Module|NewModule)['\"]?\s*=>\s*['\"](?P<value>[^'\"]*)")
_POLL = re.compile(r"^\s*(?:poll|server|skip)\s+(\S+)", re.MULTILINE)
_HOST_SETTING = re.compile(
    r"^(?:(?:Customer::)?Auth(?:Sync)?Module::(?:LDAP|Radius)::Host\d*|SendmailModule::Host|DatabaseHost|WebUserAgent::Proxy|FQDN)$"
)
_FILTER = re.compile(r"^PostMaster::P(?:re|ost)(?:Create)?FilterModule###")


@check("outgoing", order=JUDGE)
def outgoing(inspection: Inspection) -> Iterator[Finding]:
    """Jobs, mail programs, filters and hosts."""
    if inspection.home is not None:
        yield from _cron(inspection, inspection.home)
        yield from _generic_agent(inspection.home)
        yield from _mail_programs(inspection.home)
    yield from _filters(inspection)
    _hosts(inspection)


def _text(home: Home, path: str) -> str:
    try:
        return home.text(path) if home.has(path) else ""
    except CannotRead:
        return ""


def _cron(inspection: Inspection, home: Home) -> Iterator[Finding]:
    rows: list[tuple[str, int, str, str]] = []
    for path in home.files:
        if not path.startswith("var/cron/") or path.endswith((".dist", ".save")) or path.count("/") > 2:
            continue
        for number, line in enumerate(without_comments(_text(home, path), "shell").splitlines(), 1):
            job = _JOB.match(line)
            if job is None or "=" in line.split()[0]:
                continue
            when, command = " ".join(job["when"].split()), job["command"]
            program = _program(command)
            rows.append((path, number, when, program))
            if _DOWNLOADS.search(command):
                yield found(
                    "outgoing.cron-downloads", Place(file=path, line=number), path=path, when=when, program=program
                )
            elif not _OURS.search(command):
                yield found("outgoing.cron", Place(file=path, line=number), path=path, when=when, program=program)
    if rows:
        inspection.sheets.append(Sheet("outgoing.jobs", "outgoing", JOBS_SHEET, JOBS_COLUMNS, tuple(rows)))


def _program(command: str) -> str:
    """What is called, without its arguments, which may hold a password; of a test and a pipe, what comes first."""
    words = re.sub(r"^(?:\[[^\]]*\]\s*&&\s*|if\s.*?;\s*then\s+|test\s+\S+\s+\S+\s*&&\s*)", "", command).split()
    while words and ("=" in words[0] or words[0] in {"nice", "sudo", "exec", "nohup", "/usr/bin/env"}):
        words.pop(0)
    return words[0][:120] if words else "?"


def _generic_agent(home: Home) -> Iterator[Finding]:
    path = "Kernel/Config/GenericAgent.pm"
    for number, line in enumerate(without_comments(_text(home, path), "perl").splitlines(), 1):
        match = _COMMAND.search(line)
        if match and match["value"]:
            shown = f"{match['key']}: {_program(match['value'])}"
            yield found("outgoing.generic-agent", Place(file=path, line=number), path=path, shown=shown)


def _mail_programs(home: Home) -> Iterator[Finding]:
    for path in (".fetchmailrc", ".getmailrc"):
        hosts = tuple(sorted(set(_POLL.findall(_text(home, path)))))
        if hosts:
            yield found("outgoing.mail-fetch", Place(file=path), path=path, hosts=hosts)


def _filters(inspection: Inspection) -> Iterator[Finding]:
    """Filters of incoming mail that call a command, in whatever layer they stand."""
    names = sorted({name for _layer, values in inspection.settings.layers for name in values if _FILTER.match(name)})
    for name in names:
        held = inspection.settings.get(name)
        if held is None or not isinstance(held.value, dict) or not str(held.value.get("Module", "")).endswith("::CMD"):
            continue
        place = Place(
            file=held.place.file, line=held.place.line, table=held.place.table, row=held.place.row, setting=name
        )
        yield found("outgoing.mail-command", place, name=name, program=_program(str(held.value.get("CMD", ""))))


def _hosts(inspection: Inspection) -> None:
    names = sorted(
        {name for _layer, values in inspection.settings.layers for name in values if _HOST_SETTING.match(name)}
    )
    rows = []
    for name in names:
        held = inspection.settings.get(name)
        if held is not None and isinstance(held.value, str) and held.value:
            rows.append((name, re.sub(r"//[^/@\s]+@", "//…@", held.value)[:120]))
    if rows:
        inspection.sheets.append(Sheet("outgoing.hosts", "outgoing", HOSTS_SHEET, HOSTS_COLUMNS, tuple(rows)))
