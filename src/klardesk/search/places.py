"""Where in a found article the words stand: in its text, or in which of its files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import connection

from klardesk.search.excerpts import READ, Piece, excerpt
from klardesk.tickets.models import Article

MOST = 2_000_000
"""Characters of files that are looked through for one page of what was found."""
AROUND = 400
"""Characters of a file on both sides of the word, out of which the excerpt is cut."""
Place = tuple[list[Piece], str]
"""The pieces of an excerpt, and the name of the file in which it is; empty for the article's own text."""


def places_in(articles: Sequence[int], words: re.Pattern[str] | None) -> dict[int, Place]:
    """The place of each article, which was scoped when it was found. Two queries, the second where no word stands in the text."""
    found = Article.objects.unscoped("excerpts of found articles").filter(pk__in=articles)
    texts = dict(found.values_list("pk", "text"))
    places: dict[int, Place] = {key: (excerpt(text, words), "") for key, text in texts.items()}
    elsewhere = [key for key, text in texts.items() if words and not words.search(text[:READ])]
    return places | (_in_files(elsewhere, words) if elsewhere and words else {})


def _in_files(articles: Sequence[int], words: re.Pattern[str]) -> dict[int, Place]:
    """The first file of each article in which one of the words stands."""
    marks = ", ".join(["%s"] * len(articles))
    sql = f"""SELECT a.article_id, a.name, f.text FROM tickets_attachment a JOIN search_filetext f ON f.digest = a.digest
        WHERE a.article_id IN ({marks}) ORDER BY a.id"""  # noqa: S608
    places, left = dict[int, Place](), MOST
    with connection.cursor() as cursor:
        cursor.execute(sql, articles)
        for article, name, text in cursor:
            left -= len(text)
            if left > 0 and article not in places and (there := words.search(text)):
                near = text[max(there.start() - AROUND, 0) : there.end() + AROUND]
                places[article] = (excerpt(near, words), name)
    return places
