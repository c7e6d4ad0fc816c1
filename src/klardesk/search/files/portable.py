"""Texts of PDF files, by pypdf."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pypdf
from pypdf import filters

from klardesk.search.files.office import Locked, Unreadable

PAGES = 1_000
filters.JBIG2DEC_BINARY = None  # pictures are not looked at, and no other program is started


def texts(file: BinaryIO) -> Iterator[str]:
    """The texts of a PDF's pages. Raises Unreadable, Locked. A page that cannot be read is passed over."""
    try:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Locked
        count = len(reader.pages)
    except (Locked, MemoryError):
        raise
    except Exception as error:  # a broken file breaks the library in every way there is
        raise Unreadable(f"the PDF is broken: {error}") from error
    for number in range(min(count, PAGES)):
        yield f"{_page(reader, number)}\n"


def _page(reader: pypdf.PdfReader, number: int) -> str:
    try:
        return reader.pages[number].extract_text()
    except MemoryError:
        raise
    except Exception:  # a broken page breaks the library in every way there is  # noqa: BLE001
        return ""
