"""Options of search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klardesk.base.options import declare


def _positive(value: int) -> None:
    if not 1 <= value <= 1000:
        raise ValueError("1 … 1000")


FILES = declare(
    "search.files",
    True,
    _("Find words in attached files"),
    _(
        "The worker reads the text of PDF, Office, OpenDocument, HTML, CSV and plain text files, so that tickets are found "
        "by it. When this is switched on again, “klardesk search rebuild” has it read what came in between; when it is "
        "switched off, the same command takes what was read out of the index."
    ),
).key
FILES_MOST = declare(
    "search.files_most_mb", 25, _("Attached files are read up to this size (MB)"),
    _("Larger ones are found by their names alone."), check=_positive,
).key  # fmt: skip
