"""PostgreSQL: a generated tsvector column with a GIN index."""

from __future__ import annotations

from klardesk.search.folding import Term

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


def statement(scope: str) -> str:
    """Newest documents first."""
    return f"""
        SELECT d.id, d.ticket_id, d.article_id FROM search_document d
        WHERE d.vector @@ to_tsquery('simple', %s) AND {scope} ORDER BY d.id DESC LIMIT %s OFFSET %s
    """  # noqa: S608 - the scope is built by the ORM with its own parameters
