"""Calls of the `gpg` program: a home of its own for every piece of work, in memory where there is such a directory.

Nothing of it stays: the agent that holds private keys is ended and the home removed when the work is done. Only the
status lines are believed, never the words for people; they go to a file of their own, where no mail can write.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from klardesk.base import clock
from klardesk.mail.crypto.verdict import Unavailable

SECONDS = 20
"""A mail of the greatest size takes three."""
LARGEST = 150 * 2**20
"""What a message may become when it is unpacked, in bytes; as large as a mail that is parsed."""

_OPTIONS = (
    "--no-options", "--batch", "--yes", "--no-tty", "--no-permission-warning", "--lock-never", "--no-random-seed-file",
    "--disable-dirmngr", "--no-auto-key-locate", "--no-auto-key-retrieve", "--no-auto-check-trustdb", "--trust-model", "always",
    "--display-charset", "utf-8", "--no-emit-version", "--no-comments", "--pinentry-mode", "loopback", "--no-symkey-cache",
    "--max-output", str(LARGEST), "--status-file", "status",
)  # fmt: skip
_AGENT = "s2k-count 65536\n"
"""The agent wraps a key anew when it first opens it, and would measure for two seconds how to; the wrap lasts a moment here."""
_MEMORY = Path("/dev/shm")  # noqa: S108 (the home within is of mode 0700 and has a name that nobody foresees)


class GnupgFailed(Unavailable):
    """gpg is missing, takes too long or cannot run at all; the message says which."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What gpg wrote, its exit code, and its status lines as lists of words, the first of which says what it is."""

    out: bytes
    code: int
    status: tuple[tuple[str, ...], ...]

    def told(self, word: str) -> list[tuple[str, ...]]:
        """The status lines that begin with this word, without it."""
        return [line[1:] for line in self.status if line[0] == word]


class Home:
    """A key ring that lasts as long as the `with` block."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="klardesk-", dir=_place(), ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)
        (self.path / "gpg-agent.conf").write_text(_AGENT, encoding="ascii")
        self._secret = False
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._secret:
                for farewell in (("--kill", "all"), ("--remove-socketdir",)):
                    _call(["gpgconf", "--homedir", str(self.path), *farewell], self.path, b"")
        finally:
            self._folder.cleanup()

    def take(self, keys: Iterable[bytes], *, secret: bool = False) -> None:
        """Add keys to the ring, binary or armoured. An agent is started for secret ones."""
        self._secret = self._secret or secret
        content = b"".join(keys)
        if content:
            self.run(["--import", "-"], content)

    def run(self, arguments: Sequence[str], given: bytes, passphrase: str | None = None) -> Outcome:
        """Run gpg with this on its standard input; the passphrase goes through a pipe of its own."""
        status = self.path / "status"
        status.unlink(missing_ok=True)
        command = ["gpg", "--homedir", str(self.path), *_OPTIONS, "--faked-system-time", _moment()]
        if passphrase is None:
            done = _call([*command, *arguments], self.path, given)
        else:
            with _Pipe(passphrase) as pipe:
                done = _call([*command, "--passphrase-fd", str(pipe), *arguments], self.path, given, pipe)
        lines = status.read_text(encoding="utf-8", errors="replace").split("\n") if status.exists() else []
        words = (tuple(line.removeprefix("[GNUPG:] ").split(" ")) for line in lines if line.startswith("[GNUPG:] "))
        return Outcome(done.stdout, done.returncode, tuple(words))


class _Pipe:
    """The reading end of a pipe that holds a passphrase."""

    def __init__(self, passphrase: str) -> None:
        self._content = passphrase.encode("utf-8")

    def __enter__(self) -> int:
        self._end, writing = os.pipe()
        os.write(writing, self._content + b"\n")
        os.close(writing)
        return self._end

    def __exit__(self, *_ended: object) -> None:
        os.close(self._end)


def fits(passphrase: str) -> bool:
    """Whether gpg could be told this passphrase at all: one line, and no longer than it takes."""
    return "\n" not in passphrase and "\r" not in passphrase and len(passphrase.encode("utf-8")) < 256


def _call(command: Sequence[str], home: Path, given: bytes, *descriptors: int) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": str(home)}
    try:
        return subprocess.run(  # noqa: S603 (arguments are the desk's own, never a stranger's)
            command, cwd=home, env=environment, input=given, capture_output=True, timeout=SECONDS, check=False,
            pass_fds=descriptors,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise GnupgFailed("the program gpg is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise GnupgFailed(f"gpg took longer than {SECONDS} seconds") from error


def _place() -> Path | None:
    """Where homes lie: in memory if the machine has such a directory, else where temporary files are."""
    return _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None


def _moment() -> str:
    """The desk's time as gpg is told it; it stands still while gpg works."""
    return f"{int(clock.now().timestamp())}!"
