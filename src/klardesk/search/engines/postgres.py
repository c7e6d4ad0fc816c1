"""PostgreSQL: generated tsvector columns with GIN indexes, and one over the three-letter parts of the vocabulary's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

from klardesk.search.engines.busy import Busy
from klardesk.search.question import Both, Either, Except, Node, Term

FEW = 2000
"""Matches up to which the index finds all of them faster than a walk would find the newest."""
NOTHING = "qxnothing"
"""A word that no text is folded to."""
LOCK_NOT_AVAILABLE = "55P03"

CREATE = (
    "ALTER TABLE search_document ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX search_document_vector ON search_document USING gin (vector)",
)
DROP = ("ALTER TABLE search_document DROP COLUMN vector",)
# Parts by a function of our own: the extension pg_trgm would have to be there and allowed.
SETTLE = ("ANALYZE search_document", "ANALYZE search_known", "ANALYZE search_word")
"""After many rows were written at once: how many there are."""
CREATE_FURTHER = (
    "ALTER TABLE search_known ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX search_known_vector ON search_known USING gin (vector)",
    """CREATE OR REPLACE FUNCTION klardesk_parts(word text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT AS
    $$SELECT coalesce(array_agg(DISTINCT substr(word, place, 3)), '{}') FROM generate_series(1, length(word) - 2) AS place$$""",
    "CREATE INDEX search_word_beginning ON search_word (word text_pattern_ops)",
    "CREATE INDEX search_word_parts ON search_word USING gin (klardesk_parts(forms))",
)
DROP_FURTHER = (
    "DROP INDEX search_word_beginning", "DROP INDEX search_word_parts",
    "DROP FUNCTION klardesk_parts(text)", "ALTER TABLE search_known DROP COLUMN vector",
)  # fmt: skip


def question(node: Node) -> str:
    """The tree in the language of to_tsquery; quotes keep a word like `or` a word."""
    if isinstance(node, Term):
        return _term(node)
    if isinstance(node, Except):
        return f"({question(node.found)} & !{question(node.without)})"
    parts = [question(part) for part in node.parts] if isinstance(node, Both | Either) else []
    return "(" + (" & " if isinstance(node, Both) else " | ").join(parts) + ")"


def _term(term: Term) -> str:
    parts = [_row(term)] if term.words else []
    parts += [f"'{word}'" for word in term.others]
    return "(" + " | ".join(parts or [f"'{NOTHING}'"]) + ")"


def _row(term: Term) -> str:
    *first, last = (f"'{word}'" for word in term.words)
    return "(" + " <-> ".join([*first, f"{last}:*" if term.prefix else last]) + ")"


def statement(
    question: str, scope: str, parameters: tuple[Any, ...], wanted: bool = True
) -> tuple[str, tuple[Any, ...]]:
    """Newest documents first, in one of two ways.

    Few matches come out of the GIN index and are sorted. For many, the primary key is walked backwards until the limit is
    reached. Left to itself the planner takes the walk for rare prefixes too, whose number it overrates, and reads every
    vector there is; so up to `FEW` matches are counted first, and only the branch that fits is run. All but what a question
    finds is always walked.
    """
    if not wanted:
        sql = f"""SELECT d.id, d.ticket_id, d.article_id FROM search_document d
            WHERE NOT (d.vector @@ to_tsquery('simple', %s)) AND {scope} ORDER BY d.id DESC LIMIT %s OFFSET %s"""  # noqa: S608
        return sql, (question, *parameters)
    sql = f"""
        WITH few AS MATERIALIZED (
            SELECT id, ticket_id, article_id, visible_to_customer FROM search_document
            WHERE vector @@ to_tsquery('simple', %s) LIMIT {FEW}
        )
        (SELECT d.id, d.ticket_id, d.article_id FROM few d
         WHERE (SELECT count(*) FROM few) < {FEW} AND {scope} ORDER BY d.id DESC LIMIT %s OFFSET %s)
        UNION ALL
        (SELECT d.id, d.ticket_id, d.article_id FROM search_document d
         WHERE (SELECT count(*) FROM few) = {FEW} AND d.vector @@ to_tsquery('simple', %s) AND {scope}
         ORDER BY d.id DESC LIMIT %s OFFSET %s)
    """  # noqa: S608 - the scope is built by the ORM with its own parameters
    *scoped, limit, offset = parameters
    return sql, (question, *parameters, question, *scoped, limit, offset)


def tickets(question: str, limit: str) -> tuple[str, tuple[Any, ...]]:
    """The tickets in one of whose documents the question is answered."""
    sql = f"SELECT d.ticket_id FROM search_document d WHERE d.vector @@ to_tsquery('simple', %s) AND {limit}"  # noqa: S608
    return sql, (question,)


def known(question: str, column: str, limit: int) -> tuple[str, tuple[Any, ...]]:
    """The people (`column` person_id) or companies (company_id) in whose words the question is answered."""
    sql = f"""SELECT k.{column} FROM search_known k
        WHERE k.vector @@ to_tsquery('simple', %s) AND k.{column} IS NOT NULL LIMIT %s"""  # noqa: S608
    return sql, (question, limit)


def known_words(words: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
    """Those of the words that the vocabulary has."""
    return "SELECT word FROM search_word WHERE word = ANY(%s)", (list(words),)


def words_beginning(place: int, beginning: str, most: int) -> tuple[str, tuple[Any, ...]]:
    """`place` and word of the vocabulary's words that begin so, but for the beginning itself."""
    sql = f"""(SELECT {place:d}, word FROM search_word
        WHERE word LIKE %s AND word <> %s LIMIT {most:d})"""  # noqa: S608
    return sql, (f"{beginning}%", beginning)


def words_with(place: int, part: str, pattern: str, beginning: str, most: int) -> tuple[str, tuple[Any, ...]]:
    """`place` and word of the vocabulary's words in whose forms the part stands."""
    sql = f"""(SELECT {place:d}, w.word FROM search_word w
        WHERE klardesk_parts(w.forms) @> klardesk_parts(%s) AND w.forms LIKE %s AND w.word LIKE %s
        AND substr(w.word, 1, %s) <> %s LIMIT {most:d})"""  # noqa: S608
    return sql, (part, f"%{part}%", pattern, len(beginning), beginning or "-")


def unused(words: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
    """Those of the words that stand in no document."""
    asked = "@@ to_tsquery('simple', quote_literal(word))"
    sql = f"""SELECT word FROM unnest(%s::text[]) AS word
        WHERE NOT EXISTS (SELECT 1 FROM search_document d WHERE d.vector {asked})
        AND NOT EXISTS (SELECT 1 FROM search_known k WHERE k.vector {asked})"""  # noqa: S608
    return sql, (list(words),)


@contextmanager
def by_index() -> Iterator[None]:
    """The planner does not know how dear it is to read a vector, and would rather read all of some thousands."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Whoever writes a document holds its table until the commit: so the lock is given when nobody does, or not at all."""
    with transaction.atomic():
        try:
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE search_document, search_known IN SHARE MODE NOWAIT")
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE:
                raise Busy from error
            raise
        yield
