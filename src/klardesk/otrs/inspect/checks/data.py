"""The rows themselves: what points at nothing, impossible times, damaged texts, contents and attachments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import JUDGE, READ, check
from klardesk.otrs.inspect.database.collect.links import Links
from klardesk.otrs.inspect.database.collect.texts import Texts
from klardesk.otrs.inspect.database.collect.tickets import Articles
from klardesk.otrs.inspect.database.collect.times import Odd, Times
from klardesk.otrs.inspect.database.scan import Scan, scan_of
from klardesk.otrs.inspect.database.schemas import class_of
from klardesk.otrs.inspect.findings import Finding, Level, Place
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.source.model import Value, text_of
from klardesk.otrs.source.problems import CannotRead

EXAMPLES = 5
STORES = ("Ticket::Article::Backend::MIMEBase::ArticleStorage", "Ticket::StorageModule")
"""The settings that say where attachments are kept, of new and old releases."""


@check("data.links", order=READ, needs=["database"])
def links(inspection: Inspection) -> Iterator[Finding]:
    """Every column that points at a row elsewhere."""
    scan = scan_of(inspection)
    unread = {table.name for table in scan.database.schema.tables.values() if not table.complete}
    for table, column, to, lost in scan.found(Links).lost():
        if to in unread:
            continue
        examples = tuple(text_of(value)[:60] for value in sorted(lost, key=_by_number)[:EXAMPLES])
        values: dict[str, Any] = {"count": sum(lost.values()), "examples": examples}
        place = Place(table=table, column=column, row=examples[0])
        if (table, column) == ("article", "ticket_id"):
            yield found("data.article.lost", place, **values)
        else:
            level = None if class_of(table) in {"mapped", "vault"} else Level.LOW
            yield found("data.orphan", place, level=level, table=table, column=column, to=to, **values)


def _by_number(value: Value) -> tuple[int, str]:
    return (value, "") if isinstance(value, int) else (0, text_of(value))


@check("data.times", order=READ, needs=["database"])
def times(inspection: Inspection) -> Iterator[Finding]:
    """When rows were made and changed."""
    odd = scan_of(inspection).found(Times).odd
    for table, column, kind in sorted(odd):
        yield _rows(f"data.time.{kind}", table, column, odd[table, column, kind])


@check("data.texts", order=READ, needs=["database"])
def texts(inspection: Inspection) -> Iterator[Finding]:
    """The texts that people read."""
    odd = scan_of(inspection).found(Texts).odd
    for table, column, kind in sorted(odd):
        yield _rows(f"data.text.{kind}", table, column, odd[table, column, kind])


def _rows(code: str, table: str, column: str, odd: Odd) -> Finding:
    rows = sorted(odd.rows, key=lambda row: (len(row), row))[:EXAMPLES]
    return found(
        code,
        Place(table=table, column=column, row=rows[0]),
        table=table,
        column=column,
        count=odd.count,
        examples=tuple(rows),
    )


@check("data.articles", order=READ, needs=["database"])
def articles(inspection: Inspection) -> Iterator[Finding]:
    """What articles and attachments hold."""
    scan = scan_of(inspection)
    gathered, known = scan.found(Articles), _articles(scan)
    if gathered.has_contents:
        chats = gathered.chats
        empty = sorted(known - gathered.contents - chats)
        yield from _ids("data.article.empty", "article_data_mime", "article_id", empty)
        yield from _ids("data.article.several", "article_data_mime", "article_id", sorted(gathered.several))
    yield from _ids("data.article.message-id", "article_data_mime", "a_message_id", gathered.foreign_ids)
    table = (
        "article_attachment" if "article_attachment" in scan.database.schema.tables else "article_data_mime_attachment"
    )
    yield from _ids("data.attachment.empty", table, "content", gathered.empty)
    yield from _ids("data.attachment.size", table, "content", gathered.other)


def _articles(scan: Scan) -> set[int]:
    return {own for own in scan.found(Links).rows.get(("article", "id"), ()) if isinstance(own, int)}


def _ids(code: str, table: str, column: str, ids: Sequence[int]) -> Iterator[Finding]:
    if ids:
        examples = tuple(str(own) for own in sorted(ids)[:EXAMPLES])
        yield found(code, Place(table=table, column=column, row=examples[0]), count=len(ids), examples=examples)


@check("data.stores", order=JUDGE, needs=["database", "home"])
def stores(inspection: Inspection) -> Iterator[Finding]:
    """Attachments in files beside the rows: folders that no article has, and articles whose folder is gone."""
    scan = scan_of(inspection)
    gathered, known = scan.found(Articles), _articles(scan)
    assert inspection.home is not None
    folders = inspection.home.article_folders()
    if folders is None:
        raise CannotRead("archive-articles", path=inspection.home.name)
    there = {int(path.rpartition("/")[2]): path for path in folders}
    stray = sorted(path for own, path in there.items() if own not in known)
    if stray:
        place = Place(file=f"var/article/{stray[0]}")
        yield found("data.attachment.stray", place, count=len(stray), examples=tuple(stray[:EXAMPLES]))
    held = next((each for name in STORES if (each := inspection.settings.get(name))), None)
    if held is not None and str(held.value).endswith("FS"):
        mails = gathered.mails - gathered.sources - there.keys()
        yield from _ids("data.attachment.missing", "article_data_mime", "content_path", sorted(mails & gathered.paths))
