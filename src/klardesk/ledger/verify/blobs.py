"""Verifies the blobs: each file's content is what its name, its SHA-256, says (design, rule 7)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from django.utils.translation import gettext as _

from klardesk.base import blobs
from klardesk.ledger.verify.report import Finding

_PIECE = 1 << 20


def changed_blobs() -> Iterator[Finding]:
    """Each blob whose content was changed. That none is missing is for the rooms to check whose rows name them."""
    for digest in blobs.digests():
        try:
            found = _digest_of(digest)
        except blobs.BlobMissing as error:
            yield Finding(
                "blobs", "blob-foreign", _("A file lies among the blobs that is none: %(error)s") % {"error": error}
            )
            continue
        if found != digest:
            detail = _("The content of the file %(file)s was changed.") % {"file": blobs.path_of(digest)}
            yield Finding("blobs", "blob-changed", detail)


def _digest_of(name: str) -> str:
    found = sha256()
    with blobs.open_blob(name) as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
