"""PostgreSQL: a generated tsvector column with a GIN index."""

from __future__ import annotations

from typing import Any

from klardesk.search.folding import Term

FEW = 2000
"""Matches up to which the index finds all of them faster than a walk would find the newest."""

CREATE = (
    "ALTER TABLE search_document ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX search_document_vector ON search_document USING gin (vector)",
)
DROP = ("ALTER TABLE search_document DROP COLUMN vector",)


def question(terms: list[Term]) -> str:
    """The terms in the language of to_tsquery; quotes keep a word like `or` a word."""
    return " & ".join(_term(term) for term in terms)


def _term(term: Term) -> str:
    *first, last = (f"'{word}'" for word in term.words)
    return "(" + " <-> ".join([*first, f"{last}:*" if term.prefix else last]) + ")"


def statement(question: str, scope: str, parameters: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Newest documents first, in one of two ways.

    Few matches come out of the GIN index and are sorted. For many, the primary key is walked backwards until the limit is
    reached. Left to itself the planner takes the walk for rare prefixes too, whose number it overrates, and reads every
    vector there is; so up to `FEW` matches are counted first, and only the branch that fits is run.
    """
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
