"""SQLite: FTS5 tables over the documents, the known people and companies, and the vocabulary, kept in step by triggers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import transaction

from klardesk.search.question import Both, Either, Except, Node, Term

NOTHING = "qxnothing"
"""A word that no text is folded to."""
by_index = nullcontext[None]


def _followed(table: str, fts: str, column: str) -> tuple[str, ...]:
    remove = f"INSERT INTO {fts}({fts}, rowid, {column}) VALUES ('delete', old.id, old.{column});"  # noqa: S608
    add = f"INSERT INTO {fts}(rowid, {column}) VALUES (new.id, new.{column});"  # noqa: S608
    return (
        f"CREATE TRIGGER {table}_inserted AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_deleted AFTER DELETE ON {table} BEGIN {remove} END",
        f"CREATE TRIGGER {table}_changed AFTER UPDATE OF {column} ON {table} BEGIN {remove} {add} END",
    )


# The words are folded already: the tokenizer only has to divide them at blanks.
CREATE = (
    """CREATE VIRTUAL TABLE search_fts USING fts5(
        words, content='search_document', content_rowid='id', tokenize='ascii', prefix='3 4 5'
    )""",
    *_followed("search_document", "search_fts", "words"),
)
DROP = ("DROP TABLE search_fts",)
SETTLE = (
    "INSERT INTO search_fts(search_fts) VALUES ('optimize')",
    "INSERT INTO search_known_fts(search_known_fts) VALUES ('optimize')",
    "INSERT INTO search_parts(search_parts) VALUES ('optimize')",
)
"""After many rows were written at once: one tree instead of many."""
CREATE_FURTHER = (
    """CREATE VIRTUAL TABLE search_known_fts USING fts5(
        words, content='search_known', content_rowid='id', tokenize='ascii', prefix='2 3'
    )""",
    *_followed("search_known", "search_known_fts", "words"),
    """CREATE VIRTUAL TABLE search_parts USING fts5(
        forms, content='search_word', content_rowid='id', tokenize='trigram'
    )""",
    *_followed("search_word", "search_parts", "forms"),
)
DROP_FURTHER = ("DROP TABLE search_known_fts", "DROP TABLE search_parts")


def question(node: Node) -> str:
    """The tree in FTS5's language."""
    if isinstance(node, Term):
        return _term(node)
    if isinstance(node, Except):
        return f"({question(node.found)} NOT {question(node.without)})"
    parts = [question(part) for part in node.parts] if isinstance(node, Both | Either) else []
    return "(" + (" AND " if isinstance(node, Both) else " OR ").join(parts) + ")"


def _term(term: Term) -> str:
    parts = [f'"{" ".join(term.words)}"{"*" if term.prefix else ""}'] if term.words else []
    parts += [f'"{word}"' for word in term.others]
    return "(" + " OR ".join(parts or [f'"{NOTHING}"']) + ")"


def statement(
    question: str, scope: str, parameters: tuple[Any, ...], wanted: bool = True
) -> tuple[str, tuple[Any, ...]]:
    """Newest documents first: FTS5 walks its row ids backwards, so a frequent word stops at the limit."""
    source, order = (
        ("search_fts f CROSS JOIN search_document d ON d.id = f.rowid WHERE search_fts MATCH %s", "f.rowid") if wanted else
        ("search_document d WHERE d.id NOT IN (SELECT rowid FROM search_fts WHERE search_fts MATCH %s)", "d.id")
    )  # fmt: skip
    sql = f"SELECT d.id, d.ticket_id, d.article_id FROM {source} AND {scope} ORDER BY {order} DESC LIMIT %s OFFSET %s"  # noqa: S608
    return sql, (question, *parameters)


def tickets(question: str, limit: str) -> tuple[str, tuple[Any, ...]]:
    """The tickets in one of whose documents the question is answered; by an index, since the rows carry all their words."""
    sql = f"""SELECT d.ticket_id FROM search_fts f CROSS JOIN search_document d INDEXED BY search_document_key ON d.id = f.rowid
        WHERE search_fts MATCH %s AND {limit}"""  # noqa: S608
    return sql, (question,)


def known(question: str, column: str, limit: int) -> tuple[str, tuple[Any, ...]]:
    """The people (`column` person_id) or companies (company_id) in whose words the question is answered."""
    sql = f"""SELECT k.{column} FROM search_known_fts f CROSS JOIN search_known k ON k.id = f.rowid
        WHERE search_known_fts MATCH %s AND k.{column} IS NOT NULL LIMIT %s"""  # noqa: S608
    return sql, (question, limit)


def known_words(words: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
    """Those of the words that the vocabulary has; up to 200,000."""
    import json

    sql = "SELECT word FROM search_word WHERE word IN (SELECT value FROM json_each(%s))"
    return sql, (json.dumps(list(words)),)


def words_beginning(place: int, beginning: str, most: int) -> tuple[str, tuple[Any, ...]]:
    """`place` and word of the vocabulary's words that begin so, but for the beginning itself."""
    sql = f"SELECT * FROM (SELECT {place:d}, word FROM search_word WHERE word > %s AND word < %s LIMIT {most:d})"  # noqa: S608
    return sql, (beginning, f"{beginning}\U0010ffff")


def words_with(place: int, part: str, pattern: str, beginning: str, most: int) -> tuple[str, tuple[Any, ...]]:
    """`place` and word of the vocabulary's words in whose forms the part stands."""
    sql = f"""SELECT * FROM (SELECT {place:d}, w.word FROM search_parts f CROSS JOIN search_word w ON w.id = f.rowid
        WHERE search_parts MATCH %s AND w.word LIKE %s AND substr(w.word, 1, %s) <> %s LIMIT {most:d})"""  # noqa: S608
    return sql, (f'"{part}"', pattern, len(beginning), beginning or "-")


def unused(words: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
    """Those of the words that stand in no document."""
    import json

    none_of = "NOT EXISTS (SELECT 1 FROM {0} WHERE {0} MATCH '\"' || word.value || '\"')"
    tables = " AND ".join(none_of.format(table) for table in ("search_fts", "search_known_fts"))
    return f"SELECT word.value FROM json_each(%s) AS word WHERE {tables}", (json.dumps(list(words)),)  # noqa: S608


def alone() -> AbstractContextManager[None]:
    """There is one writer at a time: every transaction begins as one (`transaction_mode`)."""
    return transaction.atomic()
