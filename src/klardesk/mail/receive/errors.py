"""Which failures pass by themselves, so that a mail stays where it is, and which are the mail's own."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

from klardesk.base.blobs import BlobMissing

_LIMIT_EXCEEDED = "54"
"""PostgreSQL's class of errors for data too large or complex: trying again changes nothing, though it is an OperationalError."""


class Temporary(Exception):
    """The database, the disk or a server is not available now. Nothing was lost; the same step is to be tried again."""


def is_temporary(error: BaseException) -> bool:
    """Whether the failure is the machine's (database lost, disk full), not the mail's.

    Memory that runs out counts as the mail's own, as does any cost beyond the bounds (`bounded.TooCostly`): it is huge,
    and the others must not wait for it.
    """
    if isinstance(error, OperationalError):
        code = getattr(error.__cause__, "sqlstate", None) or ""
        return not code.startswith(_LIMIT_EXCEEDED)
    if isinstance(error, BlobMissing):
        return False
    return isinstance(error, InterfaceError | OSError | Temporary)


def told(error: BaseException) -> str:
    """The failure in one line for a list that a person reads."""
    return fit(f"{type(error).__name__}: {error}")


def fit(text: str) -> str:
    """A text from outside on one line, as every text column takes it: without NUL and lone surrogates."""
    clean = text.replace("\x00", "").encode("utf-8", "replace").decode()
    return " ".join(clean.split())[:2000]
