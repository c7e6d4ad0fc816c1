"""Reading a stranger's file for a bounded price, in a process of its own (`reader`).

It is a bound of cost: what runs there is the desk's own program, without the desk's settings in its environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import PurePath
from typing import BinaryIO, Literal

from klardesk.search.files.reader import WALL_SECONDS, Code

Outcome = Literal["read", "unreadable", "locked", "costly"]
COMMAND = [sys.executable, "-P", "-m", "klardesk.search.files.reader"]
_GRACE = 30.0
_OUTCOMES: dict[int, Outcome] = {
    Code.READ: "read",
    Code.UNREADABLE: "unreadable",
    Code.LOCKED: "locked",
    1: "unreadable",
}
_KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")
HEAD = 1024
"""Bytes by which a file tells its kind."""
HTML = (".html", ".htm", ".xhtml")
TEXT = (".txt", ".csv", ".tsv", ".log", ".md", ".text")


def kind_of(head: bytes, name: str, content_type: str) -> str:
    """What kind of file it is by its first HEAD bytes, else by type and name: `pdf`, `office`, `html`, `text`, or empty."""
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "office"
    bare, ending = content_type.partition(";")[0].strip().lower(), PurePath(name).suffix.lower()
    if bare in ("text/html", "application/xhtml+xml") or ending in HTML:
        return "html"
    return "text" if bare.startswith("text/") or bare == "application/csv" or ending in TEXT else ""


def read_file(kind: str, file: BinaryIO) -> tuple[Outcome, str]:
    """How reading the file ended, and the text that was found until then; it is read from its beginning. Raises OSError if no
    process can be started now.
    """
    os.lseek(file.fileno(), 0, os.SEEK_SET)  # the file's own buffer does not know whence the process reads
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 (the command is our own)
            [*COMMAND, kind], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
            timeout=WALL_SECONDS + _GRACE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        return "costly", _text(late.stdout or b"")
    return _OUTCOMES.get(done.returncode, "costly"), _text(done.stdout)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "ignore").replace("\x00", " ").strip()
