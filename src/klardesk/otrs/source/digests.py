"""The hashes of a file's content: as it is, and with line ends as on Unix."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

SHA_BYTES = 16
"""How much of SHA-256 the release data keep. The set is fixed, so only a second preimage helps a forger (2^111 tries)."""


@dataclass(frozen=True, slots=True)
class Digest:
    """`sha` of the content, `lf` of the content with CRLF as LF (the same where there is none), `md5` as in ARCHIVE; all hex."""

    sha: str
    lf: str
    md5: str
    size: int


def digest(content: bytes) -> Digest:
    """The hashes of this content."""
    sha = sha_of(content)
    lf = sha_of(content.replace(b"\r\n", b"\n")) if b"\r\n" in content else sha
    return Digest(sha, lf, hashlib.md5(content, usedforsecurity=False).hexdigest(), len(content))


def sha_of(content: bytes) -> str:
    """The first 16 bytes of SHA-256 in hex."""
    return hashlib.sha256(content).digest()[:SHA_BYTES].hex()
