"""An installation's home, read and never written: what a directory and an archive have in common, and which is opened."""

from __future__ import annotations

import stat
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from klardesk.otrs.source.digests import Digest, digest
from klardesk.otrs.source.problems import CannotRead

LARGEST = 64 * 1024 * 1024
"""Bytes of one file that are read. No release has a larger one; of others only the size is told."""

RUNTIME = (
    "var/article", "var/tmp", "var/sessions", "var/log", "var/spool", "var/virtualfs", "var/run", ".git", "local", "node_modules",
    "var/httpd/htdocs/js/js-cache", "var/httpd/htdocs/skins/Agent/default/css-cache",
)  # fmt: skip
"""What an installation makes while it runs. It may hold millions of files, and is not walked through."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or directory: its path within the home (with `/`), permissions, owner's number, size in bytes, target if a link."""

    path: str
    mode: int
    owner: int
    size: int
    link: str = ""

    @property
    def others_may_write(self) -> bool:
        """Whether anybody on the machine may change it."""
        return bool(self.mode & stat.S_IWOTH)

    @property
    def others_may_read(self) -> bool:
        """Whether anybody on the machine may read it."""
        return bool(self.mode & stat.S_IROTH)


class Home(ABC):
    """A home. `files` and `directories` by their path, in order; `problems` says what could not be read, and why."""

    name: str
    files: Mapping[str, Entry]
    directories: Mapping[str, Entry]
    runtime: tuple[str, ...]
    problems: list[CannotRead]

    @abstractmethod
    def read(self, path: str) -> bytes:
        """The content of a file of `files`. Raises CannotRead; `too-large` for more than LARGEST bytes."""

    @abstractmethod
    def digest(self, path: str) -> Digest:
        """The hashes of a file of `files`, taken once. Raises CannotRead."""

    def article_folders(self) -> Iterator[str] | None:
        """The folders in which articles keep files (`2026/07/01/123`), one by one; None where that is not looked at."""
        return None

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""

    def text(self, path: str) -> str:
        """The content as text; bytes that are no UTF-8 are read as Latin-1, as Perl would."""
        content = self.read(path)
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            return content.decode("latin-1")

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self.files


class LoneFile(Home):
    """A single file, such as a package that is to be read before it is installed."""

    def __init__(self, path: Path) -> None:
        """Read it. Raises CannotRead."""
        try:
            found = path.stat()
            self._content = path.read_bytes() if found.st_size <= LARGEST else b""
        except OSError as error:
            raise CannotRead("unreadable", path=str(path), error=error.strerror or str(error)) from error
        if found.st_size > LARGEST:
            raise CannotRead("too-large", path=str(path), limit=LARGEST // 1024 // 1024)
        self.name = str(path)
        self.files = {path.name: Entry(path.name, stat.S_IMODE(found.st_mode), found.st_uid, found.st_size)}
        self.directories, self.runtime, self.problems = {}, (), []

    def read(self, path: str) -> bytes:
        """Its content."""
        return self._content

    def digest(self, path: str) -> Digest:
        """Its hashes."""
        return digest(self._content)

    def close(self) -> None:
        """Nothing is held open."""


def is_runtime(path: str) -> bool:
    """Whether this directory is one that an installation fills while it runs."""
    return path in RUNTIME


def within(path: str, folder: str) -> bool:
    """Whether the path lies in this folder."""
    return path.startswith(f"{folder}/")


def open_home(path: Path, progress: Callable[[int], None] = lambda files: None) -> Home:
    """The home at this path: a directory, or a tar archive (plain, gz, bz2, xz). Raises CannotRead.

    `progress` is told how many files were seen so far.
    """
    from klardesk.otrs.source.archive import ArchiveHome
    from klardesk.otrs.source.directory import DirectoryHome

    try:
        there = path.stat()
    except PermissionError as error:
        raise CannotRead("no-right", path=str(path)) from error
    except OSError as error:
        raise CannotRead("no-such-path", path=str(path)) from error
    if stat.S_ISDIR(there.st_mode):
        return DirectoryHome(path, progress)
    if stat.S_ISREG(there.st_mode) and path.suffix == ".opm":
        return LoneFile(path)
    if stat.S_ISREG(there.st_mode):
        return ArchiveHome(path, progress)
    raise CannotRead("unreadable", path=str(path), error="neither a directory nor a file")


def top_of(paths: list[str]) -> str:
    """The folder within a tree that is the home: where `Kernel`, `bin` and `var` lie; empty if that is the tree itself.

    An archive usually has one folder around everything, such as `otrs/`.
    """
    folders = {str(PurePosixPath(path).parent.parent) for path in paths if path.endswith("/Kernel/System")}
    folders |= {"." for path in paths if path == "Kernel/System"}
    if folders:
        top = min(folders, key=lambda folder: (folder.count("/"), len(folder), folder))
        return "" if top == "." else top
    firsts = {path.partition("/")[0] for path in paths}
    return firsts.pop() if len(firsts) == 1 and not firsts & {"Kernel", "var", "bin", "scripts", "Custom"} else ""
