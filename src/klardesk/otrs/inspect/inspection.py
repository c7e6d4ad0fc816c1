"""One inspection: what it looks at, what it found, what it could not look at and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from klardesk.otrs.inspect.findings import Finding, Value
from klardesk.otrs.inspect.settings import Settings
from klardesk.otrs.source.opening import Progress, Source
from klardesk.otrs.source.problems import CannotRead

if TYPE_CHECKING:
    from klardesk.otrs.inspect.advisories import Advisory
    from klardesk.otrs.inspect.claims import Claim
    from klardesk.otrs.inspect.files import State
    from klardesk.otrs.inspect.identity import Verdict
    from klardesk.otrs.inspect.releases import Releases
    from klardesk.otrs.inspect.settings.rules import Rule
    from klardesk.otrs.source.digests import Digest
    from klardesk.otrs.source.home import Home

Cell = str | int | float | bool | None
"""What a sheet's cell holds; None is shown as a dash."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not inspected: the check or part, and a reason (`klardesk.otrs.inspect.reasons`)."""

    what: str
    code: str
    values: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of facts in the report, which is no finding: administrators, web services, what an upgrade would drop.

    `title`, `note` and `columns` are English sentences of the catalogue (`marked`). Rows come in their order.
    """

    code: str
    area: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    translated: tuple[int, ...] = ()
    """Columns whose cells are sentences of the catalogue as well."""


@dataclass
class Inspection:
    """What the checks share. `at` is the report's time (aware, UTC). Checks read subjects and add what they found."""

    at: datetime
    releases: Releases
    home: Home | None = None
    database: Source | None = None
    progress: Progress = lambda step, done, total: None
    rules: Sequence[Rule] = ()
    advisories: Sequence[Advisory] = ()
    settings: Settings = field(default_factory=Settings)
    verdict: Verdict | None = None
    """Which release the files are; a check of order GATHER sets it."""
    digests: dict[str, Digest] = field(default_factory=dict)
    """The hashes of all files of the home that could be read, by path."""
    states: list[State] = field(default_factory=list)
    """What each file is, seen from the release."""
    claims: list[Claim] = field(default_factory=list)
    """What files and database say of themselves; a check of order JUDGE compares them with the verdict."""
    packages: dict[str, str] = field(default_factory=dict)
    """Which installed package a file belongs to, by path; a reader of the database fills it at GATHER."""
    schema: str = ""
    """Which release's schema the database has, such as `znuny 6.5.4`; empty if unknown or there is none."""
    facts: dict[str, Value | None] = field(default_factory=dict)
    """Single facts for the head of the report, such as `database.system_id`. Names are stable: the JSON has them."""
    sheets: list[Sheet] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    inspected: list[str] = field(default_factory=list)
    """The names of the checks that were made."""

    def add(self, findings: Iterable[Finding]) -> None:
        """Keep these findings."""
        self.findings.extend(findings)

    def skip(self, what: str, problem: CannotRead) -> None:
        """Say that `what` (a check's name, or a part such as a file or table) was not inspected."""
        skipped = Skipped(what, problem.code, dict(problem.values))
        if skipped not in self.skipped:
            self.skipped.append(skipped)
