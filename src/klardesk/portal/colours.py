"""Whether a colour can be read (WCAG 2.2, 1.4.3), and the shades that a portal's colour gives."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

ENOUGH = 4.5
"""Contrast that ordinary text needs."""
DARK_GROUND, WHITE = "#171b21", "#ffffff"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours `#rrggbb`, from 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def unreadable(colour: str) -> str:
    """Why this cannot be the portal's colour; empty if it can."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        return _("A colour such as #1d5bb8 is expected.")
    found = contrast(colour, WHITE)
    if found < ENOUGH:
        sentence = _(
            "White text on this colour cannot be read well: its contrast is {found}, at least {wanted} is needed."
        )
        return sentence.format(found=f"{found:.1f}", wanted=ENOUGH)
    return ""


def style_sheet(accent: str) -> str:
    """The tokens of a portal in this colour, light and dark; every pair that carries text is readable."""
    soft, dark_soft = mixed(accent, WHITE, 0.88), mixed(accent, DARK_GROUND, 0.7)
    hover, on_dark = mixed(accent, "#000000", 0.15), _readable_on(accent, DARK_GROUND)
    pairs = {
        "accent-solid": (accent, accent), "accent-hover": (hover, hover), "accent-soft": (soft, dark_soft),
        "accent-ink": (_readable_on(accent, soft), _readable_on(accent, dark_soft)),
        "link": (_readable_on(accent, "#f5f6f8"), on_dark), "focus": (accent, on_dark),
    }  # fmt: skip
    lines = "".join(f"--{name}: light-dark({light}, {dark});" for name, (light, dark) in pairs.items())
    return f":root {{{lines}}}\n"


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with so large a share of another."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _readable_on(colour: str, ground: str) -> str:
    """The colour, brightened or darkened just so far that it can be read on the ground."""
    towards = WHITE if _luminance(ground) < 0.18 else "#000000"
    for step in range(21):
        found = mixed(colour, towards, step / 20)
        if contrast(found, ground) >= ENOUGH:
            return found
    return towards


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
