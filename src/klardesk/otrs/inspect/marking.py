"""Marks a sentence for the catalogue of translations. Django's own mark asks for settings, which an inspection does not have."""

from __future__ import annotations


def marked(sentence: str) -> str:
    """The sentence itself. Import it as `_`, by which the catalogue's tools find it."""
    return sentence


class Counted(str):
    """A sentence about several things, filled with `count`; `one` is the same about one of them."""

    __slots__ = ("one",)

    one: str


def counted(one: str, many: str) -> Counted:
    """The sentence for several. Import it as `ngettext`, by which the catalogue's tools find both."""
    sentence = Counted(many)
    sentence.one = one
    return sentence
