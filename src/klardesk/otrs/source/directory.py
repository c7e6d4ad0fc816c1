"""A home that is a directory: walked through once, links followed within it, nothing written, access times left where allowed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from klardesk.otrs.source.digests import Digest, digest
from klardesk.otrs.source.home import LARGEST, Entry, Home, is_runtime, top_of
from klardesk.otrs.source.problems import CannotRead

_EVERY = 256


class DirectoryHome(Home):
    """A directory, or the one folder within it that is the home."""

    def __init__(self, path: Path, progress: Callable[[int], None]) -> None:
        """Walk through it. Raises CannotRead if the directory itself cannot be listed."""
        self._root = self._home_within(path)
        self._real = os.path.realpath(self._root)
        self.name = str(path)
        self._progress = progress
        self._digests: dict[str, Digest] = {}
        self.problems = []
        files: dict[str, Entry] = {}
        directories: dict[str, Entry] = {}
        runtime: list[str] = []
        for entry, kind in self._walk():
            if kind == "file":
                files[entry.path] = entry
                if len(files) % _EVERY == 0:
                    progress(len(files))
            else:
                directories[entry.path] = entry
                if kind == "runtime":
                    runtime.append(entry.path)
        self.files = dict(sorted(files.items()))
        self.directories = dict(sorted(directories.items()))
        self.runtime = tuple(sorted(runtime))

    def read(self, path: str) -> bytes:
        """The content of a file."""
        try:
            descriptor = _open(self._root / path)
        except OSError as error:
            raise _problem(path, error) from error
        with os.fdopen(descriptor, "rb") as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise CannotRead("unreadable", path=path, error="not a file any more")
            if found.st_size > LARGEST:
                raise CannotRead("too-large", path=path, limit=LARGEST // 1024 // 1024)
            try:
                return stream.read(LARGEST)
            except OSError as error:
                raise _problem(path, error) from error

    def digest(self, path: str) -> Digest:
        """The hashes of a file."""
        if path not in self._digests:
            self._digests[path] = digest(self.read(path))
        return self._digests[path]

    def article_folders(self) -> Iterator[str]:
        """The folders `var/article/YYYY/MM/DD/ID`; what cannot be listed is passed over."""
        yield from _below(self._root / "var" / "article", 4, "")

    def close(self) -> None:
        """Nothing is held open."""

    @staticmethod
    def _home_within(path: Path) -> Path:
        try:
            first = sorted(entry.name for entry in path.iterdir())
        except OSError as error:
            raise _problem(str(path), error) from error
        if {"Kernel", "var"} & set(first):
            return path
        inner = [f"{name}/Kernel/System" for name in first if (path / name / "Kernel" / "System").is_dir()]
        return path / top_of(inner) if inner else path

    def _walk(self) -> Iterator[tuple[Entry, str]]:
        waiting: list[tuple[str, frozenset[str]]] = [("", frozenset({self._real}))]
        while waiting:
            folder, above = waiting.pop()
            for name in self._names(folder):
                path = f"{folder}/{name}" if folder else name
                found = self._entry(path, above)
                if found is None:
                    continue
                entry, is_folder, real = found
                if not is_folder:
                    yield entry, "file"
                elif is_runtime(path):
                    yield entry, "runtime"
                else:
                    yield entry, "folder"
                    waiting.append((path, above | {real}))

    def _names(self, folder: str) -> list[str]:
        try:
            names = sorted(entry.name for entry in (self._root / folder).iterdir())
        except OSError as error:
            self.problems.append(_problem(folder, error))
            return []
        for name in names:
            if not _is_text(name):
                self.problems.append(CannotRead("odd-name", path=_shown(f"{folder}/{name}")))
        return [name for name in names if _is_text(name)]

    def _entry(self, path: str, above: frozenset[str]) -> tuple[Entry, bool, str] | None:
        """The entry, whether it is a folder, and its real path; None for what is no file, or a link that is not followed."""
        full = self._root / path
        try:
            itself = full.lstat()
            link = str(full.readlink()) if stat.S_ISLNK(itself.st_mode) else ""
            real = os.path.realpath(full) if link else str(full)
            if link and not self._is_inside(real):
                self.problems.append(CannotRead("outside-link", path=path, target=_shown(link)))
                return None
            found = full.stat() if link else itself
        except OSError as error:
            self.problems.append(_problem(path, error))
            return None
        is_folder = stat.S_ISDIR(found.st_mode)
        real = os.path.realpath(full) if is_folder else real
        if is_folder and real in above:
            self.problems.append(CannotRead("link-loop", path=path))
            return None
        if not is_folder and not stat.S_ISREG(found.st_mode):
            return None
        return Entry(path, stat.S_IMODE(found.st_mode), found.st_uid, found.st_size, _shown(link)), is_folder, real

    def _is_inside(self, real: str) -> bool:
        return real == self._real or real.startswith(self._real + os.sep)


def _open(path: Path) -> int:
    """Open for reading, without waiting at a pipe; without touching the access time where the owner asks."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(path, flags | getattr(os, "O_NOATIME", 0))
    except PermissionError:
        return os.open(path, flags)


def _problem(path: str, error: OSError) -> CannotRead:
    if isinstance(error, PermissionError):
        return CannotRead("no-right", path=_shown(path))
    if error.errno == 40:  # ELOOP: a link to itself
        return CannotRead("link-loop", path=_shown(path))
    return CannotRead("unreadable", path=_shown(path), error=error.strerror or type(error).__name__)


def _is_text(name: str) -> bool:
    return _shown(name) == name


def _shown(name: str) -> str:
    """The name with anything that is no text, or steers a terminal, replaced."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _below(folder: Path, depth: int, above: str) -> Iterator[str]:
    """The paths of the folders so many levels below, whose names are all numbers."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    for name in names:
        if not name.isascii() or not name.isdigit():
            continue
        path = f"{above}/{name}" if above else name
        if depth == 1:
            yield path
        else:
            yield from _below(folder / name, depth - 1, path)
