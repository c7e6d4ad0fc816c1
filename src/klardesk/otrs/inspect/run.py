"""One inspection from beginning to end: open the subjects, load the data, make the checks."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from klardesk.otrs.inspect import advisories, checks, releases
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.inspect.settings import rules
from klardesk.otrs.source.home import open_home
from klardesk.otrs.source.opening import Progress, openers
from klardesk.otrs.source.problems import CannotRead


@dataclass(frozen=True)
class Subjects:
    """What is to be inspected; at least one of the three. `data` are an owner's files: releases, advisories, settings."""

    home: Path | None = None
    db: str = ""
    dump: str = ""
    data: tuple[Path, ...] = field(default=())


Known = tuple[releases.Releases, list[advisories.Advisory], list[rules.Rule]]


def inspect(
    subjects: Subjects,
    *,
    at: datetime,
    progress: Progress = lambda step, done, total: None,
    data: Known | None = None,
) -> Inspection:
    """Inspect these subjects; `at` is the report's time. What cannot be read is in `skipped`.

    `data` are those of `load_data`, where many inspections share them; otherwise they are loaded. Raises CannotRead if a data
    file cannot be used, or if not one of the subjects can be opened.
    """
    known, holes, settings = data or load_data(subjects.data)
    inspection = Inspection(at=at, releases=known, advisories=holes, rules=settings, progress=progress)
    problems = [*_open_home(inspection, subjects), *_open_database(inspection, subjects)]
    if inspection.home is None and inspection.database is None:
        raise problems[0] if problems else CannotRead("no-home")
    try:
        checks.run(inspection)
    finally:
        if inspection.home:
            inspection.home.close()
        if inspection.database:
            inspection.database.close()
    return inspection


def load_data(files: Iterable[Path]) -> Known:
    """The product's data, with an owner's: releases are added; advisories and settings replace. Raises CannotRead."""
    further = [(_format(file), file) for file in files]
    last = dict(further)
    learned = [file for form, file in further if form == releases.FORMAT]
    return releases.load(learned), advisories.load(last.get(advisories.FORMAT)), rules.load(last.get(rules.FORMAT))


def _format(file: Path) -> str:
    """What a data file says it is. Raises CannotRead."""
    try:
        content = file.read_bytes()
        content = lzma.decompress(content) if content.startswith(b"\xfd7zXZ") else content
        first = content.split(b"\n", 1)[0]
        head = json.loads(first if first.rstrip().endswith(b"}") else content)
        known = {releases.FORMAT, advisories.FORMAT, rules.FORMAT}
        if not isinstance(head, dict) or head.get("format") not in known:
            raise ValueError("its format is not known")
        return str(head["format"])
    except (OSError, ValueError, lzma.LZMAError) as error:
        raise CannotRead("bad-data", path=str(file), error=str(error) or type(error).__name__) from error


def _open_home(inspection: Inspection, subjects: Subjects) -> list[CannotRead]:
    if subjects.home is None:
        return []
    try:
        inspection.home = open_home(subjects.home, lambda count: inspection.progress("files", count, 0))
    except CannotRead as problem:
        inspection.skip(str(subjects.home), problem)
        return [problem]
    return []


def _open_database(inspection: Inspection, subjects: Subjects) -> list[CannotRead]:
    problems = []
    known = openers()
    for kind, what in (("db", subjects.db), ("dump", subjects.dump)):
        if not what or inspection.database is not None:
            continue
        try:
            inspection.database = known[kind](what, inspection.progress)
        except KeyError:
            problem = CannotRead("no-reader", kind=kind)
        except CannotRead as error:
            problem = error
        else:
            continue
        problems.append(problem)
        inspection.skip(kind, problem)
    return problems
