"""A dump's bytes, plain or gzipped, in pieces: as much as is looked at and no more."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import BinaryIO

from klardesk.otrs.source.opening import Progress
from klardesk.otrs.source.problems import CannotRead

PIECE, RAW = 1 << 20, 1 << 16
GZIP = 31
"""zlib's window bits for a gzip file."""
KINDS = {
    b"PGDMP": "pg_dump -Fc", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip",
    b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"SQLite format 3": "SQLite", b"7z\xbc\xaf": "7z",
}  # fmt: skip


class Chunks:
    """`buffer` from `position` on is what comes next; `more()` lengthens it. `cut` says that the file ends too early."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self.path = path
        self.buffer = b""
        self.position = 0
        self.ended = False
        self.cut = False
        self._progress = progress
        self._raw = _open(path)
        self._size = path.stat().st_size
        head = self._raw.read(16)
        self._raw.seek(0)
        self._refuse(head)
        self._unpacker = zlib.decompressobj(GZIP) if head.startswith(b"\x1f\x8b") else None
        self._packed = b""
        self.more()
        self._refuse(self.buffer[:16])
        if self.buffer.startswith(b"\xef\xbb\xbf"):
            self.position = 3

    def more(self) -> bool:
        """Read on, at least a piece and at least as much as there is already; False at the end of the file."""
        if self.ended:
            return False
        rest = self.buffer[self.position :]
        read = self._read(max(PIECE, len(rest)))
        self.buffer = rest + read if rest else read
        self.position = 0
        self.ended = not read
        self._progress("dump", self._raw.tell(), self._size)
        return bool(read)

    def ensure(self, size: int) -> None:
        """Have at least so many bytes ahead, or all there are."""
        while len(self.buffer) - self.position < size and self.more():
            pass

    def line(self) -> bytes:
        """The next line with its end; without one at the end of the file; empty when there is none."""
        start = self.position
        while (end := self.buffer.find(b"\n", start)) < 0:
            seen = len(self.buffer) - self.position
            if not self.more():
                line, self.position = self.buffer[self.position :], len(self.buffer)
                return line
            start = seen
        line, self.position = self.buffer[self.position : end + 1], end + 1
        return line

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def _refuse(self, head: bytes) -> None:
        for magic, kind in KINDS.items():
            if head.startswith(magic):
                self.close()
                raise CannotRead("dump-kind", path=str(self.path), kind=kind)

    def _read(self, size: int) -> bytes:
        if self._unpacker is None:
            return self._raw.read(size)
        read = bytearray()
        while len(read) < size and not self.cut:
            packed = self._packed or self._raw.read(RAW)
            self._packed = b""
            if not packed:
                self.cut = not self._unpacker.eof
                break
            read += self._unpack(packed)
        return bytes(read)

    def _unpack(self, packed: bytes) -> bytes:
        """Unpack these bytes; several gzip files one after the other count as one."""
        if self._unpacker is None or self._unpacker.eof:
            if not packed.strip(b"\0"):
                return b""
            self._unpacker = zlib.decompressobj(GZIP)
        try:
            read = self._unpacker.decompress(packed)
        except zlib.error:
            self.cut = True
            return b""
        self._packed = self._unpacker.unused_data
        return read


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise CannotRead("no-such-path", path=str(path)) from error
    except PermissionError as error:
        raise CannotRead("no-right", path=str(path)) from error
    except OSError as error:
        raise CannotRead("unreadable", path=str(path), error=type(error).__name__) from error
