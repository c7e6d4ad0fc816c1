"""The values of a report: everything in it, in one language, as plain dictionaries and lists."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC
from typing import Any

import klardesk
from klardesk.otrs.inspect.catalogue import kinds, plain
from klardesk.otrs.inspect.findings import Finding, Level, Place
from klardesk.otrs.inspect.inspection import Cell, Inspection, Sheet
from klardesk.otrs.inspect.reasons import REASONS
from klardesk.otrs.inspect.releases import named
from klardesk.otrs.inspect.report.labels import KINDS, VERDICTS
from klardesk.otrs.inspect.words import say

FORMAT = "klardesk-inspection"
WORST = 5
Values = dict[str, Any]


def values_of(inspection: Inspection, language: str) -> Values:
    """The report's values, unsigned. Their order is fixed."""
    findings = [_finding(each, language) for each in inspection.findings]
    counts = Counter(each.level.word for each in inspection.findings)
    worst = max((each.level for each in inspection.findings), default=Level.INFO)
    return {
        "format": FORMAT,
        "v": 1,
        "language": language,
        "at": inspection.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "klardesk": getattr(klardesk, "__version__", "0"),
        "data": {
            "releases": len(inspection.releases),
            "advisories": len(inspection.advisories),
            "settings": len(inspection.rules),
        },
        "subject": {
            "home": inspection.home.name if inspection.home else None,
            "database": dict(inspection.database.describe()) if inspection.database else None,
        },
        "verdict": {
            "level": worst.word,
            "sentence": say(language, VERDICTS[worst.word]),
            "release": _release_words(inspection, language),
            "counts": {level.word: counts[level.word] for level in sorted(Level, reverse=True)},
            "worst": _worst(inspection.findings),
        },
        "facts": {name: _plain(value) for name, value in sorted(inspection.facts.items())},
        "findings": findings,
        "sheets": [_sheet(each, language) for each in sorted(inspection.sheets, key=lambda sheet: sheet.code)],
        "inspected": sorted(inspection.inspected),
        "skipped": _skipped(inspection, language),
        "signature": None,
    }


def _skipped(inspection: Inspection, language: str) -> list[Values]:
    """What was not inspected, in a fixed order."""
    return [
        {
            "what": plain(each.what),
            "code": each.code,
            "reason": plain(say(language, REASONS.get(each.code, each.code), each.values)),
        }
        for each in sorted(inspection.skipped, key=lambda skipped: (skipped.what, skipped.code))
    ]


def _finding(finding: Finding, language: str) -> Values:
    kind = kinds()[finding.code]
    return {
        "code": finding.code,
        "area": kind.area,
        "level": finding.level.word,
        "confidence": finding.confidence.word,
        "title": say(language, kind.title, finding.evidence),
        "explanation": say(language, kind.explanation, finding.evidence),
        "remedy": say(language, kind.remedy, finding.evidence),
        "place": _place(finding.place),
        "evidence": {name: _plain(value) for name, value in sorted(finding.evidence.items())},
    }


def _place(place: Place) -> Values:
    named = {name: getattr(place, name) for name in ("file", "line", "table", "column", "row", "setting", "package")}
    return {name: value for name, value in named.items() if value}


def _plain(value: Any) -> Any:
    value = plain(value)
    return list(value) if isinstance(value, tuple) else value


def _sheet(sheet: Sheet, language: str) -> Values:
    return {
        "code": sheet.code,
        "area": sheet.area,
        "title": say(language, sheet.title),
        "note": say(language, sheet.note),
        "columns": [say(language, column) for column in sheet.columns],
        "rows": [_cells(row, sheet, language) for row in sheet.rows],
    }


def _cells(row: tuple[Cell, ...], sheet: Sheet, language: str) -> list[Cell]:
    return [
        say(language, cell) if isinstance(cell, str) and index in sheet.translated else plain(cell)
        for index, cell in enumerate(row)
    ]


def _worst(findings: list[Finding]) -> list[int]:
    """The places in the list of findings of the five worst, of different codes, of level medium or above."""
    chosen: dict[str, int] = {}
    order = sorted(range(len(findings)), key=lambda index: (-findings[index].level, -findings[index].confidence, index))
    for index in order:
        if findings[index].level < Level.MEDIUM or len(chosen) == WORST:
            break
        chosen.setdefault(findings[index].code, index)
    return list(chosen.values())


def _release_words(inspection: Inspection, language: str) -> str:
    """What it is, in sentences."""
    facts, verdict = inspection.facts, inspection.verdict
    values = {
        "release": facts.get("files.release", ""),
        "runner_up": facts.get("files.runner_up", ""),
        "candidates": facts.get("files.candidates", ()),
        "percent": _percent(verdict.share) if verdict else "",
        "schema": named(*inspection.schema.partition(" ")[::2]),
        "open": _number(facts.get("advisories.open")) + _number(facts.get("advisories.lost")),
        "days": facts.get("advisories.days", 0),
        "count": facts.get("advisories.unassessed", 0),
    }
    said = [verdict.kind if verdict else "none"]
    said += ["later"] if verdict and verdict.or_later else []
    said += ["schema"] if inspection.schema else []
    if values["open"]:
        said.append("holes" if "advisories.days" in facts else "holes_known")
    said += ["unassessed"] if values["count"] else []
    return " ".join(say(language, KINDS[each], values) for each in said)


def _percent(share: float) -> str:
    """Never rounded up to the whole."""
    return f"{int(share * 1000) / 10:g}"


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def as_json(values: Values) -> str:
    """The report as JSON, as it is written into a file."""
    return json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def digest(values: Values) -> str:
    """SHA-256 of the values without their signature, hex: what is signed."""
    unsigned = json.dumps({**values, "signature": None}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(unsigned.encode()).hexdigest()
