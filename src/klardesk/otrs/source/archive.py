"""A home that is a tar archive: read once from beginning to end into an unnamed temporary file, hashed on the way."""

from __future__ import annotations

import lzma
import posixpath
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Self, TypeVar

from klardesk.otrs.source.digests import Digest, digest
from klardesk.otrs.source.home import LARGEST, RUNTIME, Entry, Home, top_of
from klardesk.otrs.source.problems import CannotRead

T = TypeVar("T")
MOST = 8 * 1024 * 1024 * 1024
"""Bytes that an archive may unpack to, without what runs left behind; an archive made to fill the disk ends here."""
_Truncated = tarfile.TruncatedHeaderError  # type: ignore[attr-defined]
_BROKEN = (tarfile.TarError, OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)


class _Member(tarfile.TarInfo):
    """A member whose header breaks off is an error, and not the end of the archive."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        """The next member. Raises ReadError if the archive breaks off within its header."""
        try:
            return super().fromtarfile(tarfile)
        except _Truncated as error:
            raise _broken() from error


class ArchiveHome(Home):
    """A tar archive, plain or packed with gzip, bzip2 or xz."""

    def __init__(self, path: Path, progress: Callable[[int], None]) -> None:
        """Read it through. Raises CannotRead if it is no archive; of one that breaks off, what came before is kept."""
        self.name = str(path)
        self.problems = []
        self._progress = progress
        self._store = tempfile.TemporaryFile()  # noqa: SIM115 (held as long as the home is)
        self._at: dict[str, int] = {}
        self._raw: dict[str, Entry] = {}
        self._folders: dict[str, Entry] = {}
        self._links: dict[str, str] = {}
        self._digests: dict[str, Digest] = {}
        self._left_out: set[str] = set()
        self._length = 0
        try:
            self._take_all(path)
        except BaseException:
            self._store.close()
            raise
        self._follow_links()
        self._lift()

    def read(self, path: str) -> bytes:
        """The content of a file."""
        if path not in self._at:
            raise CannotRead("too-large", path=path, limit=LARGEST // 1024 // 1024)
        self._store.seek(self._at[path])
        return self._store.read(self.files[path].size)

    def digest(self, path: str) -> Digest:
        """The hashes of a file."""
        if path not in self._digests:
            raise CannotRead("too-large", path=path, limit=LARGEST // 1024 // 1024)
        return self._digests[path]

    def close(self) -> None:
        """Let go of the temporary file."""
        self._store.close()

    def _take_all(self, path: Path) -> None:
        try:
            archive = tarfile.open(path, "r|*", tarinfo=_Member)  # noqa: SIM115 (closed below)
        except _BROKEN as error:
            raise CannotRead("no-archive", path=str(path), error=_reason(error)) from error
        with archive:
            try:
                for member in archive:
                    self._take(archive, member)
                    archive.members = []  # type: ignore[attr-defined]  # a stream needs none of those passed
            except _BROKEN as error:
                problem = CannotRead("no-archive", path=str(path), error=_reason(error))
                if not self._raw:
                    raise problem from error
                self.problems.append(problem)

    def _take(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        name = posixpath.normpath(member.name).lstrip("/")
        if name in {".", ""} or name.startswith(".."):
            return
        if not name.isprintable():
            shown = "".join(each if each.isprintable() else "\ufffd" for each in name)
            self.problems.append(CannotRead("odd-name", path=shown))
            return
        entry = Entry(name, member.mode & 0o7777, member.uid, member.size)
        if member.isdir():
            self._folders[name] = entry
        elif member.issym():
            self._links[name] = posixpath.normpath(posixpath.join(posixpath.dirname(name), member.linkname))
        elif member.islnk():
            self._links[name] = posixpath.normpath(member.linkname)
        elif member.isreg():
            self._take_file(archive, member, entry)

    def _take_file(self, archive: tarfile.TarFile, member: tarfile.TarInfo, entry: Entry) -> None:
        """Keep content and hashes; of files that a running installation made, only which folder has them."""
        runtime = _runtime_folder(entry.path)
        if runtime:
            self._left_out.add(runtime)
            return
        self._raw[entry.path] = entry
        if len(self._raw) % 256 == 0:
            self._progress(len(self._raw))
        if member.size > LARGEST:
            self.problems.append(CannotRead("too-large", path=entry.path, limit=LARGEST // 1024 // 1024))
            return
        self._length += member.size
        if self._length > MOST:
            raise CannotRead("archive-too-large", path=self.name, limit=MOST // 1024 // 1024)
        stream = archive.extractfile(member)
        content = stream.read(member.size) if stream else b""
        if len(content) != member.size:
            raise _broken()
        self._at[entry.path] = self._store.tell()
        self._store.write(content)
        self._digests[entry.path] = digest(content)

    def _follow_links(self) -> None:
        folders = {*self._folders, *_parents(self._raw)}
        for name in sorted(self._links):
            target, seen = self._links[name], {name}
            while target in self._links and target not in seen:
                seen.add(target)
                target = self._links[target]
            if target in self._links:
                self.problems.append(CannotRead("link-loop", path=name))
            elif target in self._raw:
                self._copy(target, name)
            elif target in folders:
                for path in [each for each in self._raw if each.startswith(f"{target}/")]:
                    if not path.startswith(f"{name}/"):
                        self._copy(path, name + path.removeprefix(target))
            else:
                self.problems.append(CannotRead("outside-link", path=name, target=target))

    def _copy(self, source: str, name: str) -> None:
        self._raw[name] = replace(self._raw[source], path=name, link=source)
        for kept in (self._at, self._digests):
            if source in kept:
                kept[name] = kept[source]  # type: ignore[assignment]

    def _lift(self) -> None:
        """Paths as of the home within the archive; what lies beside it is no part of it."""
        top = top_of(sorted({*self._raw, *self._folders, *_parents(self._raw)}))
        prefix = f"{top}/" if top else ""

        def lifted(kept: dict[str, T]) -> dict[str, T]:
            return {path.removeprefix(prefix): kept[path] for path in sorted(kept) if path.startswith(prefix)}

        self.files = {path: replace(entry, path=path) for path, entry in lifted(self._raw).items()}
        self.directories = {path: replace(entry, path=path) for path, entry in lifted(self._folders).items()}
        self._at, self._digests = lifted(self._at), lifted(self._digests)
        self.runtime = tuple(sorted(path.removeprefix(prefix) for path in self._left_out))


def _broken() -> tarfile.ReadError:
    return tarfile.ReadError("it breaks off")


def _parents(paths: dict[str, Entry]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        folder = posixpath.dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return found


def _runtime_folder(path: str) -> str:
    """The folder of a running installation in which this file lies, or empty; the home may be one or two folders further in."""
    framed = f"/{path}"
    for folder in RUNTIME:
        before, found, _rest = framed.partition(f"/{folder}/")
        if found and before.count("/") <= 2:
            return f"{before}/{folder}".lstrip("/")
    return ""


def _reason(error: Exception) -> str:
    return str(error).strip() or type(error).__name__
