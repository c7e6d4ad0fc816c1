"""A sentence about several things is another one where there is but one, in both languages."""

from __future__ import annotations

import re

import pytest

from klardesk.otrs.inspect.catalogue import kinds
from klardesk.otrs.inspect.marking import Counted
from klardesk.otrs.inspect.words import say


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("en", 1, "1 article has no content"), ("en", 2, "2 articles have no content"), ("en", 0, "0 articles have no content"),
        ("de", 1, "1 Artikel hat keinen Inhalt"), ("de", 7, "7 Artikel haben keinen Inhalt"),
    ],
)  # fmt: skip
def test_one_and_many(language: str, count: int, words: str) -> None:
    assert say(language, kinds()["data.article.empty"].title, {"count": count}) == words


def test_without_values_it_is_the_one_of_many() -> None:
    assert say("de", kinds()["data.article.empty"].title).startswith("%(count)s Artikel haben")


def test_both_fill_the_same_values() -> None:
    titles = [one.title for one in kinds().values() if isinstance(one.title, Counted)]
    assert len(titles) > 30
    for title in titles:
        values = dict.fromkeys(re.findall(r"%\((\w+)\)", title), "x")
        assert values.keys() == set(re.findall(r"%\((\w+)\)", title.one))
        for language in ("en", "de"):
            one, two = (say(language, title, {**values, "count": count}) for count in (1, 2))
            assert one != two.replace("2", "1", 1)
