"""The report as SARIF 2.1.0, for tools."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from klardesk.otrs.inspect.catalogue import kinds
from klardesk.otrs.inspect.report.values import Values
from klardesk.otrs.inspect.words import say

LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
SEVERITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "0.0"}
RANK = {"proven": 100.0, "likely": 70.0, "hint": 30.0}


def as_sarif(values: Values) -> str:
    """The findings as one run."""
    codes = sorted({finding["code"] for finding in values["findings"]})
    places = {code: index for index, code in enumerate(codes)}
    run = {
        "tool": {
            "driver": {
                "name": "Klardesk inspect",
                "version": values["klardesk"],
                "rules": [_rule(code) for code in codes],
            }
        },
        "invocations": [{"executionSuccessful": True, "endTimeUtc": values["at"]}],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"HOME": {"description": {"text": "The installation's home"}}},
        "results": [_result(finding, places[finding["code"]]) for finding in values["findings"]],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _rule(code: str) -> dict[str, Any]:
    kind = kinds()[code]
    return {
        "id": code,
        "shortDescription": {"text": say("en", kind.title)},
        "fullDescription": {"text": say("en", kind.explanation)},
        "help": {"text": say("en", kind.remedy)},
        "defaultConfiguration": {"level": LEVELS[kind.level.word]},
        "properties": {"tags": [kind.area], "security-severity": SEVERITY[kind.level.word]},
    }


def _result(finding: Values, rule: int) -> dict[str, Any]:
    place = finding["place"]
    result: dict[str, Any] = {
        "ruleId": finding["code"],
        "ruleIndex": rule,
        "level": LEVELS[finding["level"]],
        "rank": RANK[finding["confidence"]],
        "message": {"text": f"{finding['title']}. {finding['explanation']} {finding['remedy']}"},
        "properties": {"level": finding["level"], "confidence": finding["confidence"], "evidence": finding["evidence"]},
    }
    location: dict[str, Any] = {}
    if place.get("file"):
        physical: dict[str, Any] = {"artifactLocation": {"uri": quote(place["file"]), "uriBaseId": "HOME"}}
        if place.get("line"):
            physical["region"] = {"startLine": place["line"]}
        location["physicalLocation"] = physical
    logical = [place[name] for name in ("table", "column", "row", "setting", "package") if place.get(name)]
    if logical:
        location["logicalLocations"] = [{"fullyQualifiedName": "/".join(str(each) for each in logical)}]
    if location:
        result["locations"] = [location]
    return result
