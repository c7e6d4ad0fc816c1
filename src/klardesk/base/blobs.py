"""Files as blobs, content-addressed by SHA-256 (design, rule 7): durable before a row names them."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


class BlobMissing(Exception):
    """A blob that a row names is not in the store; the message says which."""


def root() -> Path:
    """The folder that holds the blobs."""
    return Path(settings.KLARDESK_DATA) / "blobs"


def path_of(digest: str) -> Path:
    """Where the blob with this SHA-256 (64 hex digits) lies."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise BlobMissing(f"{digest!r} is no SHA-256 digest")
    return root() / digest[:2] / digest[2:4] / digest


def put(content: bytes) -> str:
    """Store `content` durably (fsync, then rename) and return its SHA-256; storing the same bytes again is free."""
    digest = hashlib.sha256(content).hexdigest()
    target = path_of(digest)
    if target.exists():
        return digest
    _make_folder(target.parent)
    draft = target.parent / f".{secrets.token_hex(8)}"
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return digest


def get(digest: str) -> bytes:
    """The bytes of a blob; raises BlobMissing."""
    try:
        return path_of(digest).read_bytes()
    except FileNotFoundError as error:
        raise BlobMissing(f"blob {digest} is not in {root()}") from error


def open_blob(digest: str) -> BinaryIO:
    """A blob opened for reading, for streaming large ones; raises BlobMissing."""
    try:
        return path_of(digest).open("rb")
    except FileNotFoundError as error:
        raise BlobMissing(f"blob {digest} is not in {root()}") from error


def exists(digest: str) -> bool:
    """Whether the store holds this blob."""
    return path_of(digest).exists()


def digests() -> Iterator[str]:
    """The digests of all blobs in the store, in order."""
    for folder in sorted(root().glob("??/??")):
        yield from sorted(file.name for file in folder.iterdir() if not file.name.startswith("."))


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for created in missing:
        _sync_folder(created.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
