"""Commands of the OTRS family: `klardesk inspect`. It needs neither the desk's settings nor its database."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from klardesk.base import clock
from klardesk.otrs.inspect.findings import Level
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.inspect.reasons import REASONS, SAID
from klardesk.otrs.inspect.report.labels import LABELS, LEVELS
from klardesk.otrs.inspect.report.signature import Signer, signed, state_of
from klardesk.otrs.inspect.report.values import Values, as_json, values_of
from klardesk.otrs.inspect.run import Subjects, inspect, load_data
from klardesk.otrs.inspect.words import LANGUAGES, say
from klardesk.otrs.source.opening import Progress, openers
from klardesk.otrs.source.problems import CannotRead

CLEAN, FOUND, COULD_NOT = 0, 1, 2
SHOWN = 10


def add_commands(commands: Any) -> None:
    """Add `inspect`, so that it stands among the others; `main` runs it."""
    parser = commands.add_parser(
        "inspect", help="tell what an OTRS, Znuny or OTOBO really is (exit 0, 1 findings, 2 could not)"
    )
    parser.add_argument("words", nargs=argparse.REMAINDER)
    parser.set_defaults(run=lambda options: main(options.words))


def main(words: list[str]) -> int:
    """`klardesk inspect …`: an inspection, or `learn` or `verify`."""
    if words[:1] == ["learn"]:
        return run_learn(_learn_parser().parse_args(words[1:]))
    if words[:1] == ["verify"]:
        return run_verify(_verify_parser().parse_args(words[1:]))
    parser = _parser()
    options = parser.parse_args(words)
    if not (options.path or options.db or options.dump):
        parser.error("give a PATH, or --db or --dump")
    return run_inspect(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="klardesk inspect",
        description="Tell the owner of an OTRS, Znuny or OTOBO what it really is. Reads only. "
        "See also: klardesk inspect learn --help, klardesk inspect verify --help.",
    )
    parser.add_argument(
        "path", metavar="PATH", nargs="?", type=Path, help="the home (such as /opt/otrs), or a tar archive of it"
    )
    known = openers()
    parser.set_defaults(db="", dump="")
    if "db" in known:
        parser.add_argument(
            "--db", metavar="URL", help="its database: mysql://, mariadb:// or postgresql://user:password@host/name"
        )
    if "dump" in known:
        parser.add_argument("--dump", metavar="FILE", help="a dump by mysqldump or pg_dump, plain or gz")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="write inspection.html, .json and .sarif into this folder"
    )
    parser.add_argument("--pdf", action="store_true", help="write inspection.pdf as well (needs klardesk[pdf])")
    parser.add_argument("--lang", choices=LANGUAGES, default=_language(), help="language of the report")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--at", metavar="TIME", type=_moment, help="the report's time (2026-05-04T12:00Z), for the same bytes again"
    )
    parser.add_argument(
        "--data", metavar="FILE", type=Path, action="append", help="further releases, advisories or settings"
    )
    return parser


def _learn_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="klardesk inspect learn", description="Learn a release from its official archive."
    )
    parser.add_argument("archive", metavar="FILE", type=Path)
    parser.add_argument(
        "--data", metavar="FILE", type=Path, default=own_data(), help="where to add it (default: %(default)s)"
    )
    parser.add_argument(
        "--family", choices=("otrs", "znuny", "otobo", "centuran"), default="", help="if the archive leaves it open"
    )
    parser.add_argument("--version", default="", help="if the archive does not say it")
    parser.add_argument("--date", default="", help="the day it was published, such as 2026-05-04")
    return parser


def _verify_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="klardesk inspect verify", description="Check a report's signature.")
    parser.add_argument("report", metavar="FILE", type=Path, help="an inspection.json")
    parser.add_argument(
        "--key", metavar="HEX", default="", help="the public key it must be signed with (klardesk ledger public-key)"
    )
    return parser


def own_data() -> Path:
    """Where an owner's learned releases are kept if nothing else is said."""
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "klardesk" / "otrs-releases.jsonl"


def _language() -> str:
    """The report's language if none is given: that of the environment."""
    word = next(
        (os.environ[name] for name in ("KLARDESK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)),
        "",
    )
    return "de" if word.lower().startswith("de") else "en"


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("expected a time such as 2026-05-04T12:00Z") from error
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def run_inspect(options: argparse.Namespace) -> int:
    """`klardesk inspect PATH`."""
    data = tuple(options.data or ([own_data()] if own_data().exists() else []))
    subjects = Subjects(options.path, options.db or "", options.dump or "", data)
    try:
        with _progress() as progress:
            inspection = inspect(subjects, at=options.at or clock.now(), progress=progress)
        if not (inspection.verdict or inspection.database or inspection.facts.get("packages.files")):
            return _cannot(options.lang, _reason(inspection))
        values = signed(values_of(inspection, options.lang), _signer())
        if options.out:
            _write(options, values)
    except CannotRead as problem:
        return _cannot(options.lang, problem)
    except OSError as error:
        return _cannot(
            options.lang, CannotRead("cannot-write", path=str(options.out), error=error.strerror or str(error))
        )
    sys.stdout.write(as_json(values) if options.json else _summary(values))
    return FOUND if any(each.level >= Level.HIGH for each in inspection.findings) else CLEAN


def _reason(inspection: Inspection) -> CannotRead:
    """Why nothing could be told."""
    for skipped in inspection.skipped:
        if skipped.what == "release":
            return CannotRead(skipped.code, **skipped.values)
    return CannotRead("no-home")


def _cannot(language: str, problem: CannotRead) -> int:
    print(
        f"klardesk inspect: {say(language, REASONS.get(problem.code, problem.code), problem.values)}", file=sys.stderr
    )
    return COULD_NOT


def _write(options: argparse.Namespace, values: Values) -> None:
    from klardesk.otrs.inspect.report.html import as_html
    from klardesk.otrs.inspect.report.sarif import as_sarif

    page = as_html(values)
    files = {"inspection.json": as_json(values), "inspection.html": page, "inspection.sarif": as_sarif(values)}
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (options.out / name).write_text(text, "utf-8")
    if options.pdf:
        from klardesk.otrs.inspect.report.pdf import as_pdf

        (options.out / "inspection.pdf").write_bytes(as_pdf(page))


def _summary(values: Values) -> str:
    """The report in a few lines for a terminal."""
    language, verdict = values["language"], values["verdict"]
    counts = ", ".join(f"{count} {say(language, LEVELS[word])}" for word, count in verdict["counts"].items() if count)
    lines = [verdict["release"], verdict["sentence"], counts, ""]
    for index in verdict["worst"]:
        finding = values["findings"][index]
        lines.append(f"  [{say(language, LEVELS[finding['level']])}] {finding['title']}")
    if values["skipped"]:
        lines += ["", f"{say(language, LABELS['skipped'])}:"]
        lines += [f"  {each['what']}: {each['reason']}" for each in values["skipped"][:SHOWN]]
        lines += [f"  … (+{len(values['skipped']) - SHOWN})"] if len(values["skipped"]) > SHOWN else []
    return "\n".join(lines) + "\n"


def _signer() -> Signer | None:
    """The installation's key, if there is one here; an inspection never makes a key or a data directory."""
    folder = Path(os.environ.get("KLARDESK_DATA") or "./klardesk-data").expanduser()
    if not (folder / "keys" / "seal.key").exists():
        return None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klardesk.settings")
    from klardesk.base.env import WrongSetting
    from klardesk.ledger import keys

    def sign(message: bytes) -> tuple[str, str]:
        try:
            return keys.sign(message)
        except (keys.KeyProblem, WrongSetting, OSError) as error:
            raise CannotRead("no-key", error=str(error)) from error

    return sign


def run_learn(options: argparse.Namespace) -> int:
    """`klardesk inspect learn FILE`."""
    from klardesk.otrs.inspect.learn import learn

    language = _language()
    try:
        known, _advisories, _settings = load_data([options.data] if options.data.exists() else [])
        learned = learn(
            options.archive, options.data, known, family=options.family, version=options.version, date=options.date
        )
    except CannotRead as problem:
        return _cannot(language, problem)
    except OSError as error:
        return _cannot(language, CannotRead("cannot-write", path=str(options.data), error=error.strerror or str(error)))
    values = {"name": f"{learned.family} {learned.version}", "files": learned.files, "confirmed": learned.confirmed}
    print(say(language, SAID["learned"], {**values, "path": str(options.data)}))
    return CLEAN


def run_verify(options: argparse.Namespace) -> int:
    """`klardesk inspect verify FILE`: 0 signed (with the key, if one is given), 1 not, 2 cannot be read."""
    language = _language()
    try:
        state, key = state_of(options.report.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return _cannot(language, CannotRead("unreadable", path=str(options.report), error=str(error)))
    if state == "no-report":
        return _cannot(
            language, CannotRead("unreadable", path=str(options.report), error=say(language, SAID["no-report"]))
        )
    if state == "signed" and options.key and options.key.lower() != key.lower():
        state = "other-key"
    print(say(language, SAID[state], {"key": key}))
    return CLEAN if state == "signed" else FOUND


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on stderr, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(
        TextColumn("{task.description:<16}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda step, done, total: bar.update(task, description=step[:16], completed=done, total=total or None)
