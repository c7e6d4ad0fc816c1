"""Every kind of finding can be said in both languages; an unknown code, or a value left out, is an error."""

from __future__ import annotations

import pytest

from klardesk.otrs.inspect.catalogue import Kind, found, kinds
from klardesk.otrs.inspect.reasons import REASONS, SAID
from klardesk.otrs.inspect.report import labels
from klardesk.otrs.inspect.words import LANGUAGES, say

KINDS = list(kinds().values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_it_can_be_said(kind: Kind, language: str) -> None:
    values = dict.fromkeys(kind.wanted, "…")
    for sentence in (kind.title, kind.explanation, kind.remedy):
        said = say(language, sentence, values)
        assert said
        assert "%(" not in said
        assert language == "en" or said != sentence


def test_fixed_words_are_there_in_german() -> None:
    same = {"CVE", "%(step)s: %(done)s", "Version"}
    tables = (
        REASONS,
        SAID,
        labels.LABELS,
        labels.LEVELS,
        labels.CONFIDENCES,
        labels.AREA_NAMES,
        labels.VERDICTS,
        labels.KINDS,
    )
    for table in tables:
        assert [text for text in table.values() if say("de", text) == text and text not in same] == []


def test_every_area_has_a_name() -> None:
    assert {kind.area for kind in KINDS} <= set(labels.AREA_NAMES)


def test_an_unknown_code_and_a_lacking_value_are_errors() -> None:
    with pytest.raises(KeyError):
        found("files.dreadful")
    with pytest.raises(ValueError, match="needs path"):
        found("files.missing")
