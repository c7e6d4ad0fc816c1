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
Marked = tuple[str, bool]
"""A folded word, and whether it may be a part: then the whole word in which it stands is marked."""


def marker(words: Iterable[Marked]) -> re.Pattern[str] | None:
    """Finds folded words in a text as people write them, a part by the group `part`; None without any word."""
    chosen = sorted(set(words), key=lambda marked: (-len(marked[0]), marked))[:MOST]
    either = [_written(word) for word, is_part in chosen if not is_part]
    parts = [_written(word) for word, is_part in chosen if is_part]
    if parts:
        either.append(rf"(?P<part>{'|'.join(parts)})\w*")
    return re.compile("|".join(either), re.IGNORECASE) if either else None


def excerpt(text: str, words: re.Pattern[str] | None) -> list[Piece]:
    """The place of a text where the first of the words stands, on one line, in pieces; its beginning if none does."""
    line = " ".join(text[:READ].split())
    first = words.search(line) if words else None
    start = max(first.start() - EXCERPT // 3, 0) if first else 0
    part = line[start : start + EXCERPT]
    pieces, end = list[Piece](), 0
    for found in words.finditer(part) if words else ():
        begin = _beginning(part, found, end)
        pieces += [(part[end:begin], False), (part[begin : found.end()], True)]
        end = found.end()
    pieces = [("… " if start else "", False), *pieces, (part[end:], False)]
    pieces.append((" …" if start + EXCERPT < len(line) else "", False))
    return [piece for piece in pieces if piece[0]]


def _beginning(text: str, found: re.Match[str], end: int) -> int:
    """Where the word begins in which a part was found, behind the `end` of the last one."""
    begin = found.start()
    while found.lastgroup and begin > end and text[begin - 1].isalnum():
        begin -= 1
    return begin


def _written(word: str) -> str:
    return "".join(_SPELLINGS.get(piece) or _ACCENTS.get(piece) or re.escape(piece) for piece in _PIECE.findall(word))
