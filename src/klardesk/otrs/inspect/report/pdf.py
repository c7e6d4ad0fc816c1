"""The report as PDF, by WeasyPrint if it is installed (`pip install 'klardesk[pdf]'`)."""

from __future__ import annotations

import hashlib

from klardesk.otrs.source.problems import CannotRead


def as_pdf(page: str) -> bytes:
    """The page as PDF; the same page gives the same bytes. Raises CannotRead(`no-weasyprint`). Fetches nothing."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:  # OSError: Pango is missing
        raise CannotRead("no-weasyprint", error=str(error).splitlines()[0] if str(error) else "") from error
    identifier = hashlib.sha256(page.encode()).digest()[:16]
    return bytes(HTML(string=page, url_fetcher=_fetch_nothing).write_pdf(pdf_identifier=identifier))


def _fetch_nothing(url: str, *_words: object, **_further: object) -> dict[str, object]:
    raise ValueError(f"a report fetches nothing: {url}")
