"""Words as the index knows them: what people type alike is stored alike, on both engines."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_TEXT = 200_000
"""Characters of one document that are indexed; behind it stand logs and quotations of quotations."""
LONGEST_WORD = 80
SHORTEST_PREFIX = 3
"""A word of fewer characters finds itself alone, not all words that begin with it."""
_SPELLINGS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "æ": "ae",
        "ø": "oe",
        "å": "aa",
        "œ": "oe",
        "ı": "i",
        "ł": "l",
        "đ": "d",
    }
)
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> list[str]:
    """The words of a text: lower case, ä as ae, other accents dropped, divided at all that is no letter or digit."""
    plain = unicodedata.normalize("NFC", text[:LONGEST_TEXT]).casefold().translate(_SPELLINGS)
    if not plain.isascii():
        plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain)]


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a question: one word, or several in a row; `prefix` finds all words that begin with the last one."""

    words: tuple[str, ...]
    prefix: bool


def terms(question: str) -> list[Term]:
    """The parts of what somebody typed, all of which must be found: words as prefixes, quoted phrases as they stand.

    A word that folding divides (an address, a hyphenated word) stays together as a phrase. At most 16 parts count.
    """
    found = []
    for phrase, word in re.findall(r'"([^"]*)"|(\S+)', question):
        words = tuple(fold(phrase or word))
        if words:
            found.append(Term(words, prefix=not phrase and len(words[-1]) >= SHORTEST_PREFIX))
    return found[:16]
