"""The place of a text where what was looked for stands."""

from __future__ import annotations

import re
from collections.abc import Iterable

EXCERPT = 160
READ = 50_000
"""Characters of a text that are looked through."""
MOST = 20
"""So many words are marked."""
_SPELLINGS = {"ae": "(?:ae|ä|æ)", "oe": "(?:oe|ö|ø|œ)", "ue": "(?:ue|ü)", "ss": "(?:ss|ß)", "aa": "(?:aa|å)"}
_ACCENTS = {"a": "[aàáâãä]", "c": "[cç]", "e": "[eèéêë]", "i": "[iìíîï]", "n": "[nñ]", "o": "[oòóôõö]", "u": "[uùúûü]"}
_PIECE = re.compile("|".join(_SPELLINGS) + "|.")

Piece = tuple[str, bool]
"""A piece of an excerpt, and whether it is what was looked for."""


def marker(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds folded words in a text as people write them; None without any word."""
    chosen = sorted(set(words), key=lambda word: (-len(word), word))[:MOST]
    return re.compile("|".join(map(_written, chosen)), re.IGNORECASE) if chosen else None


def excerpt(text: str, words: re.Pattern[str] | None) -> list[Piece]:
    """The place of a text where the first of the words stands, on one line, in pieces; its beginning if none does."""
    line = " ".join(text[:READ].split())
    first = words.search(line) if words else None
    start = max(first.start() - EXCERPT // 3, 0) if first else 0
    part = line[start : start + EXCERPT]
    pieces, end = list[Piece](), 0
    for found in words.finditer(part) if words else ():
        pieces += [(part[end : found.start()], False), (found.group(), True)]
        end = found.end()
    pieces = [("… " if start else "", False), *pieces, (part[end:], False)]
    pieces.append((" …" if start + EXCERPT < len(line) else "", False))
    return [piece for piece in pieces if piece[0]]


def _written(word: str) -> str:
    return "".join(_SPELLINGS.get(piece) or _ACCENTS.get(piece) or re.escape(piece) for piece in _PIECE.findall(word))
