"""Pictures within a mail survive an answer and a forwarding: beside the text goes HTML that shows them in the quote.

People write text. As long as the quote below it stands as it was put there, the recipient gets the quoted mail's own
HTML with its pictures; whoever cuts or changes the quote sends what they wrote and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from klardesk.base import html
from klardesk.tickets.drafts import NewAttachment, cleaned_html
from klardesk.tickets.models import Attachment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from klardesk.mail.send.write import MailDraft
    from klardesk.tickets.models import Article


def with_quoted_pictures(article: Article, draft: MailDraft, quoted: str, heading: str) -> MailDraft:
    """The answer with the article's HTML below `heading`, if its text ends with `quoted` and the article shows pictures."""
    own = _own_words(draft, quoted)
    kept, pictures = _pictures_of(article) if own is not None else ("", {})
    if own is None or not pictures:
        return draft
    pictures = _renamed(pictures)
    body = f"{own}{_paragraph(heading)}<blockquote>{_showing(kept, pictures)}</blockquote>"
    return replace(draft, html=html.clean(body), attachments=(*draft.attachments, *pictures.values()))


def with_forwarded_pictures(article: Article, draft: MailDraft, quoted: str, heading: str) -> MailDraft:
    """The same for a forwarding, whose files are all there to be sent or left out: pictures among them stand in the HTML."""
    own = _own_words(draft, quoted)
    kept, pictures = _pictures_of(article) if own is not None else ("", {})
    pictures = {key: picture for key, picture in pictures.items() if _same(picture, draft.attachments)}
    if own is None or not pictures:
        return draft
    others = tuple(file for file in draft.attachments if not _same(file, tuple(pictures.values())))
    pictures = _renamed(pictures)
    body = f"{own}{_paragraph(heading)}<div>{_showing(kept, pictures)}</div>"
    return replace(draft, html=html.clean(body), attachments=(*others, *pictures.values()))


def with_own_pictures(article: Article, draft: MailDraft) -> MailDraft:
    """A mail of the desk once more: with its HTML if its words are the same."""
    if draft.html or not article.html or _lines(draft.text) != _lines(article.text):
        return draft
    return replace(draft, html=cleaned_html(article)[0])


def _pictures_of(article: Article) -> tuple[str, dict[str, NewAttachment]]:
    """The article's HTML, and the files that it shows, by their content id."""
    kept, _version = cleaned_html(article)
    shown = html.content_ids(kept)
    files = Attachment.all_rows.filter(article=article).order_by("pk") if shown else ()
    found = {file.content_id.lower(): replace(NewAttachment.copy(file), inline=True) for file in files}
    return kept, {key: file for key, file in found.items() if key in shown}


def _renamed(pictures: dict[str, NewAttachment]) -> dict[str, NewAttachment]:
    """The pictures under content ids of the desk's own: a stranger's may be unfit for a header, or be there twice."""
    numbered = enumerate(pictures.items(), 1)
    return {key: replace(file, content_id=f"{file.digest[:24]}.{number}@picture") for number, (key, file) in numbered}


def _showing(kept: str, pictures: dict[str, NewAttachment]) -> str:
    """The HTML with those pictures alone that go along."""
    return html.present(kept, cid_url=lambda key: f"cid:{pictures[key].content_id}" if key in pictures else None)


def _same(file: NewAttachment, among: Sequence[NewAttachment]) -> bool:
    return any((each.digest, each.content_id) == (file.digest, file.content_id) for each in among)


def _own_words(draft: MailDraft, quoted: str) -> str | None:
    """The HTML of what its writer put before the quote; None if the quote does not stand as it was put there."""
    if not draft.html:
        own = _before(draft.text, quoted)
        return None if own is None else _paragraph(own)
    first = escape(quoted.partition("\n")[0].strip(), quote=False)
    start = draft.html.rfind(f"<p>{first}")
    if not first or start < 0 or _words(html.to_text(draft.html[start:])) != _words(quoted):
        return None
    return draft.html[:start]


def _words(text: str) -> list[str]:
    """The words without the marks of quotes: an editor shows them otherwise."""
    return " ".join(line.lstrip("> ") for line in text.split("\n")).split()


def _before(text: str, quoted: str) -> str | None:
    """What stands before the quote at the end of a text; None if it does not end with it. Ends of lines and empty lines do
    not count.
    """
    lines, end = _lines(text), _said(_lines(quoted))
    places = [place for place, line in enumerate(lines) if line.strip("> ")]
    if not end or _said(lines)[-len(end) :] != end:
        return None
    return "\n".join(lines[: places[-len(end)]])


def _said(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip("> ")]


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.replace("\r\n", "\n").rstrip().split("\n")]


def _paragraph(text: str) -> str:
    return "<p>{}</p>".format(escape(text.strip()).replace("\n", "<br>")) if text.strip() else ""
