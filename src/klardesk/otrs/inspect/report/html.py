"""The report as one page of HTML that needs nothing else: no script, no font, no picture from anywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from klardesk.otrs.inspect.report.labels import AREA_NAMES, CONFIDENCES, LABELS, LEVELS
from klardesk.otrs.inspect.report.values import Values, digest
from klardesk.otrs.inspect.words import say

FOLDER = Path(__file__).resolve().parent
FIRST = 10
"""Places of one kind that are shown before the others are folded."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def as_html(values: Values) -> str:
    """The page."""
    language = values["language"]

    def label(name: str, **filled: object) -> str:
        return say(language, LABELS[name], filled or None)

    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            values=values,
            label=label,
            level_name=lambda word: say(language, LEVELS[word]),
            confidence_name=lambda word: say(language, CONFIDENCES[word]),
            areas=_areas(values, language),
            worst=[values["findings"][index] for index in values["verdict"]["worst"]],
            remedies=_remedies(values),
            style=Markup((FOLDER / "page.css").read_text("utf-8")),  # noqa: S704 (the package's own file)
            digest=digest(values),
            place_words=lambda place: place_words(place, language),
            cell=lambda value: cell_words(value, language),
            first=FIRST,
        )
    )


def _areas(values: Values, language: str) -> list[dict[str, Any]]:
    """The findings by area, then by code in the order of their worst; areas in the order of theirs."""
    areas: dict[str, dict[str, list[Values]]] = {}
    for finding in values["findings"]:
        areas.setdefault(finding["area"], {}).setdefault(finding["code"], []).append(finding)
    return [
        {"code": area, "name": say(language, AREA_NAMES[area]), "groups": list(groups.values())}
        for area, groups in areas.items()
    ]


def _remedies(values: Values) -> list[Values]:
    """The worst findings, one for each remedy."""
    worst = [values["findings"][index] for index in values["verdict"]["worst"]]
    return list({finding["remedy"]: finding for finding in reversed(worst)}.values())[::-1]


def place_words(place: Values, language: str) -> str:
    """A place as a person reads it."""
    words = [str(place[name]) for name in ("file", "package", "table", "column", "row") if place.get(name)]
    text = " · ".join(words) or str(place.get("setting", ""))
    return f"{text}, {say(language, LABELS['line'], {'line': place['line']})}" if place.get("line") else text


def cell_words(value: object, language: str) -> str:
    """A value as a person reads it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return say(language, LABELS["yes" if value else "no"])
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f") if abs(value) >= 10_000 else str(value)
    if isinstance(value, float):
        return f"{value:.4g}".replace(".", "," if language == "de" else ".")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
