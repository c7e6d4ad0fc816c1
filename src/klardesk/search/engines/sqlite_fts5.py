"""SQLite: an FTS5 table over the documents, kept in step by triggers."""

from __future__ import annotations

from typing import Any

from klardesk.search.folding import Term

CREATE = (
    # The words are folded already: the tokenizer only has to divide them at blanks.
    """CREATE VIRTUAL TABLE search_fts USING fts5(
        words, content='search_document', content_rowid='id', tokenize='ascii', prefix='3'
    )""",
    """CREATE TRIGGER search_document_inserted AFTER INSERT ON search_document BEGIN
        INSERT INTO search_fts(rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER search_document_deleted AFTER DELETE ON search_document BEGIN
        INSERT INTO search_fts(search_fts, rowid, words) VALUES ('delete', old.id, old.words);
    END""",
    """CREATE TRIGGER search_document_changed AFTER UPDATE OF words ON search_document BEGIN
        INSERT INTO search_fts(search_fts, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO search_fts(rowid, words) VALUES (new.id, new.words);
    END""",
)
DROP = ("DROP TABLE search_fts",)


def question(terms: list[Term]) -> str:
    """The terms in FTS5's language."""
    return " AND ".join(f'"{" ".join(term.words)}"{"*" if term.prefix else ""}' for term in terms)


def statement(question: str, scope: str, parameters: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Newest documents first: FTS5 walks its row ids backwards, so a frequent word stops at the limit."""
    sql = f"""
        SELECT d.id, d.ticket_id, d.article_id FROM search_fts f CROSS JOIN search_document d ON d.id = f.rowid
        WHERE search_fts MATCH %s AND {scope} ORDER BY f.rowid DESC LIMIT %s OFFSET %s
    """  # noqa: S608 - the scope is built by the ORM with its own parameters
    return sql, (question, *parameters)
