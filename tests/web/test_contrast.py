"""WCAG contrast of the colour tokens, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from klardesk.web import static_files

TOKENS = (Path(static_files.__file__).parent / "static" / "web" / "css" / "tokens.css").read_text()
GROUNDS = ("canvas", "surface", "raised", "sunken", "hover")
SOFT = ("accent", "danger", "warning", "good", "neutral", "internal", *(f"hue-{number}" for number in range(8)))
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "ink-faint", "link", "danger-ink") for ground in GROUNDS),
    *((f"{tone}-ink", f"{tone}-soft") for tone in SOFT),
    *(("accent-on", f"accent-{ground}") for ground in ("solid", "hover")),
    *(("danger-on", f"danger-{ground}") for ground in ("solid", "hover")),
    *((ink, "internal-soft") for ink in ("ink", "ink-soft", "link")),
    *((ink, "accent-soft") for ink in ("ink", "ink-faint", "link")),
]
SHAPES = [
    *((shape, ground) for shape in ("line-strong", "focus") for ground in ("canvas", "surface", "raised")),
    ("internal-line", "internal-soft"), ("internal-line", "canvas"), ("accent-solid", "surface"), ("danger-solid", "surface"),
]  # fmt: skip


def colours(theme: int) -> dict[str, str]:
    """The colour tokens by name; theme 0 is light, 1 is dark."""
    pattern = r"--([a-z0-9-]+): (?:light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)|(#[0-9a-f]{6}));"
    return {name: (both or (light, dark)[theme]) for name, light, dark, both in re.findall(pattern, TOKENS)}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_arithmetic_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT, ids=lambda name: name)
def test_text_can_be_read(ink: str, ground: str, theme: int) -> None:
    known = colours(theme)
    assert contrast(known[ink], known[ground]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES, ids=lambda name: name)
def test_shapes_can_be_seen(shape: str, ground: str, theme: int) -> None:
    known = colours(theme)
    assert contrast(known[shape], known[ground]) >= 3


def test_every_colour_of_the_sheets_is_a_token() -> None:
    """Colours stand in tokens.css alone; what is left elsewhere is named here with its reason."""
    folder = Path(static_files.__file__).parent / "static" / "web" / "css"
    for sheet in folder.glob("*.css"):
        if sheet.name == "tokens.css":
            continue
        found = set(re.findall(r"#[0-9a-f]{3,8}\b", sheet.read_text()))
        # a mail is drawn on white paper, so is print; the veil behind dialogs is the same in both themes
        assert found <= {"#fff", "#0b0e1280"}, sheet.name


def test_every_token_that_is_used_exists() -> None:
    folder = Path(static_files.__file__).parent / "static"
    sheets = "".join(sheet.read_text() for sheet in folder.rglob("*.css"))
    defined = set(re.findall(r"(--[a-z0-9-]+):", sheets))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", sheets)) <= defined
