"""A ZIP archive of blobs, written while it is sent: it is never whole in memory, nor on the disk."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import PurePosixPath

from klardesk.base import blobs

CHUNK = 1 << 16
LONGEST = 120
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""What a file system does not take in a name, and the marks that turn the direction of writing."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
EARLIEST = (1980, 1, 1, 0, 0, 0)


def safe_name(name: str) -> str:
    """A file's name that is one name everywhere: no folder, no device, no dot before or behind; `file` if nothing is left."""
    clean = _UNSAFE.sub("_", name).strip(" .")
    stem, suffix = PurePosixPath(clean).stem, PurePosixPath(clean).suffix[:20]
    clean = f"{stem[: LONGEST - len(suffix)].rstrip(' .')}{suffix}" if stem else clean
    return f"_{clean}" if _DEVICES.fullmatch(clean) else clean or "file"


def different(names: Iterable[str]) -> list[str]:
    """These names, each safe, and none twice in whatever case: later ones get a number."""
    found: list[str] = []
    taken: set[str] = set()
    for name in map(safe_name, names):
        stem, suffix, number, wanted = PurePosixPath(name).stem, PurePosixPath(name).suffix, 1, name
        while wanted.casefold() in taken:
            number += 1
            wanted = f"{stem} ({number}){suffix}"
        taken.add(wanted.casefold())
        found.append(wanted)
    return found


def zipped(files: Iterable[tuple[str, str]], at: datetime) -> Iterator[bytes]:
    """The archive of these names and blobs' digests piece by piece; names as `different` gives them, all of them dated `at`."""
    pipe = _Pipe()
    moment = max(at.timetuple()[:6], EARLIEST)
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, digest in files:
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with blobs.open_blob(digest) as source, archive.open(entry, "w", force_zip64=True) as target:
                while piece := source.read(CHUNK):
                    target.write(piece)
                    yield pipe.taken()
            yield pipe.taken()
    yield pipe.taken()


class _Pipe:
    """What the archive is written to: a place that only goes forward, emptied again and again."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Take a piece."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        """All that was written since the last time."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole
