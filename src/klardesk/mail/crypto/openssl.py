"""Calls of the `openssl` program: a time limit, files in a directory of our own, private keys by standard input alone."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from klardesk.mail.crypto.verdict import Unavailable

SECONDS = 20
"""A mail of the greatest size takes two."""


class OpensslFailed(Exception):
    """The program refused; the message is what it said."""


class OpensslUnavailable(Unavailable):
    """The program is missing or took too long: that says nothing about the mail or the key."""


def run(arguments: list[str], files: dict[str, bytes], private_key: str = "") -> dict[str, bytes]:
    """Run `openssl` in an empty private directory that holds these files; all files that are there afterwards.

    A private key (PEM) goes to standard input, to be named as /dev/stdin, so that it lies on no disk and on no command line.
    """
    with tempfile.TemporaryDirectory(prefix="klardesk-") as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        try:
            done = subprocess.run(  # noqa: S603 (arguments are the desk's own, never a stranger's)
                ["openssl", *arguments], cwd=folder, input=private_key.encode("ascii"), capture_output=True,  # noqa: S607
                timeout=SECONDS, check=False,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise OpensslUnavailable("the program openssl is not installed") from error
        except subprocess.TimeoutExpired as error:
            raise OpensslUnavailable(f"openssl took longer than {SECONDS} seconds") from error
        if done.returncode:
            raise OpensslFailed(
                done.stderr.decode("utf-8", "replace").strip() or f"openssl ended with {done.returncode}"
            )
        return {file.name: file.read_bytes() for file in folder.iterdir()}
