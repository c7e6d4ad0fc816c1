"""The message that a winmail.dat holds, for mails that bring none besides."""

from __future__ import annotations

from klardesk.base.html import to_text
from klardesk.mail.parse import charsets, rtf
from klardesk.mail.parse.marks import noop as _
from klardesk.mail.parse.model import Notes
from klardesk.mail.parse.tnef import Container
from klardesk.mail.parse.words import scrub


def message(container: Container, most: int, notes: Notes) -> tuple[str, str]:
    """Plain text and HTML of a container, either may be empty; at most about `most` characters of each."""
    text, html = _clean(container.text[:most]), ""
    if container.html:
        html = _clean(
            charsets.decode(container.html[:most], container.html_codec or container.codec, notes, "winmail.dat")
        )
    elif container.rtf and (found := rtf.decompress(container.rtf, most)):
        told, is_html = rtf.to_html_or_text(found)
        as_html, as_text = (
            _("the message was in rich text; it was turned into HTML"),
            _("the message was in rich text; it was turned into plain text"),
        )
        notes.add("rtf-message", as_html if is_html else as_text)
        html = _clean(told) if is_html else ""
        text = text if is_html or text.strip() else _clean(told)
    return text.strip("\n") or (to_text(html) if html else ""), html


def _clean(text: str) -> str:
    return scrub(text.replace("\r\n", "\n").replace("\r", "\n"))
