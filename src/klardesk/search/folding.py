"""Words as the index knows them: what people type alike is stored alike, on both engines."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TEXT = 200_000
"""Characters of one document that are indexed; behind it stand logs and quotations of quotations."""
LONGEST_WORD = 80
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
_SPELLED_OUT = re.compile("([aou])e")
_HYPHENATED = re.compile(r"(?<![\w.@/-])[^\W\d_]{2,}(?:-[^\W\d_]{2,}){1,3}(?![\w@/-])")


def fold(text: str) -> list[str]:
    """The words of a text: lower case, ä as ae, other accents dropped, divided at all that is no letter or digit."""
    plain = unicodedata.normalize("NFC", text[:LONGEST_TEXT]).casefold().translate(_SPELLINGS)
    if not plain.isascii():
        plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain)]


def plain(word: str) -> str:
    """A folded word as somebody writes it who has no ä, ö, ü: `mueller` becomes `muller`. Other words stay."""
    return _SPELLED_OUT.sub(r"\1", word)


def joined(text: str) -> list[str]:
    """The hyphenated words of a text in one: `Netzwerk-Drucker` gives `netzwerkdrucker`. Numbers and addresses give none."""
    found = (fold(each) for each in _HYPHENATED.findall(text[:LONGEST_TEXT]))
    return ["".join(words)[:LONGEST_WORD] for words in found]
