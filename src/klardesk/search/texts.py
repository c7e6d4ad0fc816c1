"""What words a document consists of, as the index keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from klardesk.search.folding import LONGEST_WORD, fold, joined

MARKS = {"subject": "qxs", "from": "qxf", "to": "qxt", "cc": "qxc", "file": "qxa"}
"""A field's words stand in the document once more behind its mark, so that they can be asked for as the field's."""
LARGEST = 400_000
"""Bytes of a document's words beyond which no more of its files are added: PostgreSQL takes a megabyte, with their places."""


def ticket_words(*texts: str) -> list[str]:
    """The words of a ticket: its number and title, and what else is said of it."""
    return _words(texts)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above an article's text; `files` are the names of its attachments."""

    subject: str
    sender: str
    to: str
    cc: str
    files: Sequence[str] = ()

    def fields(self) -> Iterator[tuple[str, str]]:
        """Field and text of each."""
        yield from (("subject", self.subject), ("from", self.sender), ("to", self.to), ("cc", self.cc))
        yield from (("file", name) for name in self.files)


def article_words(ticket: Sequence[str], head: Head, text: str, in_files: Iterable[str] = ()) -> list[str]:
    """The words of an article. Number and title of its ticket stand with each article, so that a word of the title and one
    of the text find it together. Words in its files come last, as many as the index takes.
    """
    fields = list(head.fields())
    words = _words([*ticket, *(each for _field, each in fields), text])
    words += [marked(field, word) for field, each in fields for word in fold(each)]
    return [*words, *_fitting(in_files, LARGEST - _size(words))] if in_files else words


def known_words(*texts: str) -> list[str]:
    """The words of a customer or a company."""
    return _words(texts)


def marked(field: str, word: str) -> str:
    """The word as a field's own."""
    return (MARKS[field] + word)[:LONGEST_WORD]


def unmarked(words: Iterable[str]) -> list[str]:
    """The words without those of fields: the vocabulary has each once."""
    marks = tuple(MARKS.values())
    return [word for word in words if not word.startswith(marks)]


def _fitting(texts: Iterable[str], room: int) -> Iterator[str]:
    for text in texts:
        for word in _words([text]):
            room -= _size([word])
            if room < 0:
                return
            yield word


def _size(words: Iterable[str]) -> int:
    """Bytes of words with a blank behind each."""
    return sum(len(word.encode()) + 1 for word in words)


def _words(texts: Sequence[str]) -> list[str]:
    return list(chain(*(fold(text) for text in texts), *(joined(text) for text in texts)))
