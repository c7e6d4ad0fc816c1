"""Which style declarations of a stranger's HTML are kept: those that colour and space, none that load or cover."""

from __future__ import annotations

import re

_NAMES = re.compile(
    r"(?:color|background-color|font(?:-(?:family|size|style|weight|variant))?|line-height|letter-spacing|direction"
    r"|text-(?:align|decoration|transform|indent)|vertical-align|white-space|word-(?:break|wrap|spacing)"
    r"|(?:min-|max-)?(?:width|height)|(?:margin|padding)(?:-(?:top|right|bottom|left))?"
    r"|border(?:-(?:top|right|bottom|left))?(?:-(?:color|style|width))?|border-(?:collapse|spacing|radius)"
    r"|list-style-type|table-layout|caption-side|display|float|clear)"
)
# No backslash, no comment, no URL, no function but colours and sums: what is left cannot load or run anything.
_VALUE = re.compile(r"(?:[\w\s#%.,'\"!+*/-]|(?:rgb|hsl)a?\([\d\s.,%/]*\)|calc\([\w\s.%+*/-]*\)){1,200}")
_DISPLAY = frozenset(("none", "block", "inline", "inline-block", "list-item"))
_LONGEST = 4000


def clean_style(style: str) -> str:
    """The harmless declarations of a style attribute, in their order; empty if there is none."""
    kept = [f"{name}: {value}" for name, value in _declarations(style[:_LONGEST]) if _harmless(name, value)]
    return "; ".join(kept)


def _declarations(style: str) -> list[tuple[str, str]]:
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return [(name.strip().lower(), " ".join(value.split())) for name, _colon, value in pairs]


def _harmless(name: str, value: str) -> bool:
    if not _NAMES.fullmatch(name) or not _VALUE.fullmatch(value) or "/*" in value:
        return False
    lowered = value.lower()
    if name == "display":
        return lowered.removesuffix("!important").strip() in _DISPLAY or lowered.startswith("table")
    if name.startswith("margin") or name == "text-indent":
        return "-" not in value  # a negative one would draw over what surrounds the mail
    # The names of old browsers' code carriers may not even stand as a bare word.
    return not re.search(r"expression|javascript|vbscript|behaviou?r|-moz-binding|@import|url", lowered)
