"""Reading a mail's kept bytes again: after a key was added, or trusted, that was missing when it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from klardesk.base import blobs, html
from klardesk.mail.crypto.verdict import Unavailable
from klardesk.mail.keys.layers import record_layers
from klardesk.mail.keys.models import Protection, Verdict
from klardesk.mail.policy import can_read_again
from klardesk.mail.receive.bounded import TooCostly
from klardesk.mail.receive.process import files_of
from klardesk.mail.receive.protection import Reading, read_mail
from klardesk.tickets.actions import rewrite_article
from klardesk.tickets.actions.change import changing
from klardesk.tickets.drafts import NewArticle, NewAttachment
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Article

_Told = tuple[tuple[str, str], ...]


def read_again(article: Article, *, by: Actor) -> None:
    """Open and check the article's mail with the keys of now, and give the article what was within; the right is `note`.

    What was opened once stays open. Raises NotPossible if nothing came of it, or a program is missing; Refused.
    """
    before = _told(article)
    if not can_read_again([verdict for verdict, _fingerprint in before]):
        raise NotPossible(_("There is nothing to find out about this mail any more."))
    reading, files = _reading(article)
    if reading.closed and not any(verdict == Verdict.OPENED for verdict, _fingerprint in before):
        raise NotPossible(_("This mail still cannot be opened: none of the desk's keys fits."))
    after = tuple((str(each.verdict), each.fingerprint) for each in reading.layers)
    if reading.closed or after == before:
        raise NotPossible(_("Nothing else came of it than before."))
    with changing(article.ticket, "note", by=by) as fresh:
        if _told(article) != before:
            return  # somebody else was faster
        article.ticket = fresh
        rewrite_article(article, NewArticle(
            sender=article.sender, channel=article.channel, visible_to_customer=article.visible_to_customer,
            subject=reading.parsed.subject, text=reading.parsed.text, html=reading.html, html_version=html.VERSION,
            attachments=files,
        ), by=by)  # fmt: skip
        record_layers(article.pk, fresh.pk, reading.layers, by=by)


def _reading(article: Article) -> tuple[Reading, tuple[NewAttachment, ...]]:
    """What the mail holds, and its files; outside of the transaction."""
    try:
        raw = blobs.get(article.raw)
        reading = read_mail(raw)
    except blobs.BlobMissing as error:
        raise NotPossible(_("The kept bytes of this mail are missing.")) from error
    except (Unavailable, TooCostly) as error:
        raise NotPossible(_("This mail cannot be read now: {reason}.").format(reason=error)) from error
    return reading, files_of(reading, article.raw, len(raw))


def _told(article: Article) -> _Told:
    rows = Protection.objects.filter(article=article).order_by("layer")
    return tuple(rows.values_list("verdict", "fingerprint"))
