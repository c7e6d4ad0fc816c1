"""The reports of inspections that lie in the desk's data directory: `inspections/NAME/inspection.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from klardesk.ledger import keys
from klardesk.otrs.inspect.report.signature import state_of
from klardesk.otrs.inspect.report.values import FORMAT

MAIN = "inspection.json"
FILES = ("inspection.html", "inspection.pdf", MAIN, "inspection.sarif")
_SHOWN = {"at", "subject", "verdict", "findings", "skipped", "inspected"}
LARGEST = 64 * 1024 * 1024
"""Bytes of a report that are read."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its folder's name, its values, when it was made, and whose it is.

    `seal`: `ours` (signed with a key of this desk), `other` (with another), `unsigned`, `altered`.
    """

    name: str
    values: dict[str, Any]
    at: datetime
    seal: str
    files: tuple[str, ...]

    @property
    def subject(self) -> str:
        """What was inspected."""
        subject = self.values["subject"]
        return str(subject["home"] or ", ".join(str(value) for value in (subject["database"] or {}).values()))


def folder() -> Path:
    """Where the desk looks for reports."""
    return Path(settings.KLARDESK_DATA) / "inspections"


def reports() -> list[Report]:
    """All reports that can be read, the newest first."""
    try:
        names = sorted(path.name for path in folder().iterdir() if path.is_dir())
    except OSError:
        return []
    found = [report for name in names if (report := report_named(name)) is not None]
    return sorted(found, key=lambda report: (report.at, report.name), reverse=True)


def report_named(name: str) -> Report | None:
    """The report in the folder of this name; None if none can be read there. A name never leads out of the folder."""
    place = folder() / name
    if place.parent != folder() or name in {"", ".", ".."}:
        return None
    try:
        if (place / MAIN).stat().st_size > LARGEST:
            return None
        text = (place / MAIN).read_text("utf-8")
        values = json.loads(text)
        if values["format"] != FORMAT or values["v"] != 1:
            return None
        if not (values.keys() >= _SHOWN and {"level", "counts", "worst", "release"} <= values["verdict"].keys()):
            return None
        at = datetime.fromisoformat(values["at"])
        files = tuple(each for each in FILES if (place / each).is_file())
        return Report(name, values, at, _seal(text), files)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _seal(text: str) -> str:
    state, key = state_of(text)
    if state == "signed":
        return "ours" if key in keys.trusted() else "other"
    return state
