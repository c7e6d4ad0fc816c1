"""What stands in the files of articles: read once by each file's digest, by a sweep, and put into the articles' documents.

An article whose files are to be read waits in a row (`FilesToRead`) that was written in the transaction in which it came; it
goes as its document has their words. So whatever ends a worker, nothing is missed and nothing is read twice but for the file at
hand. The words stand in the article's own document: whoever may not find the article does not find its files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath

import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from klardesk.base import blobs
from klardesk.base.options import option, options
from klardesk.jobs import wake
from klardesk.search import index
from klardesk.search.files.bounded import HEAD, kind_of, read_file
from klardesk.search.models import FilesToRead, FileText
from klardesk.search.options import FILES, FILES_MOST
from klardesk.tickets.models import Article, Attachment, Ticket

SWEEP = "search.files"
AT_ONCE = 100
"""Articles of one round; other sweeps have their turn then."""
_MEGABYTE = 1_000_000
log = structlog.get_logger("klardesk.search")


def run_reading(stop_asked: Callable[[], bool]) -> int:
    """Read the files of articles that wait, the newest first; returns how many articles are done."""
    if not option(FILES):
        return 0
    waiting = list(FilesToRead.objects.order_by("-article_id").values_list("article_id", flat=True)[: AT_ONCE + 1])
    done = 0
    for key in waiting[:AT_ONCE]:
        if stop_asked():
            return done
        done += _read(key)
    if len(waiting) > AT_ONCE:
        wake(SWEEP)
    return done


def forget() -> int:
    """Forget texts of files that no article has any more; returns how many."""
    there = Attachment.all_rows.filter(digest=OuterRef("digest"))
    return FileText.objects.filter(~Exists(there)).delete()[0]


def start_anew() -> int:
    """Before the index is made anew: have everything read that was not, or forget all where files are not to be read. Returns
    how many articles wait.
    """
    if not option(FILES):
        FilesToRead.objects.all().delete()
        FileText.objects.all().delete()
        return 0
    FileText.objects.exclude(outcome="read").delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_filestoread (article_id) SELECT DISTINCT article_id FROM tickets_attachment a WHERE NOT EXISTS"
            " (SELECT 1 FROM search_filestoread w WHERE w.article_id = a.article_id)"
        )
    return FilesToRead.objects.count()


def _read(article_id: int) -> bool:
    """Read an article's files and put their words into its document; False if there is something new to be read by now."""
    seen = set()
    for file in _files(article_id):
        _read_once(file)
        seen.add(file.digest)
    with transaction.atomic():
        article = Article.all_rows.filter(pk=article_id).defer("html").first()
        if article is None:
            return True
        ticket = Ticket.all_rows.select_for_update().get(pk=article.ticket_id)
        files = list(_files(article_id))
        if not {file.digest for file in files} <= seen:
            return False
        index.index_with_files(article, ticket, files)
        FilesToRead.objects.filter(article_id=article_id).delete()
    return True


def _files(article_id: int) -> Iterable[Attachment]:
    return Attachment.all_rows.filter(article_id=article_id).order_by("pk")


def _read_once(file: Attachment) -> None:
    if file.size > options(FILES_MOST)[FILES_MOST] * _MEGABYTE or FileText.objects.filter(digest=file.digest).exists():
        return
    try:
        with blobs.open_blob(file.digest) as content:
            kind = kind_of(content.read(HEAD), PurePath(file.name).name, file.content_type)
            if not kind:
                return
            outcome, text = read_file(kind, content)
    except blobs.BlobMissing as missing:
        log.warning("file cannot be read for the search", attachment=file.pk, reason=str(missing))
        return
    if outcome != "read":
        log.info(
            "file could not be read whole for the search", attachment=file.pk, outcome=outcome, characters=len(text)
        )
    found = FileText(digest=file.digest, outcome=outcome, text=text)
    FileText.objects.bulk_create([found], ignore_conflicts=True)
