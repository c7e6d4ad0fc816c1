"""OpenPGP within the text of a mail, as before PGP/MIME: blocks in plain text, and attached files encrypted by themselves."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath

from klardesk.mail.crypto import packets
from klardesk.mail.crypto.entity import decoded, own_parts, with_crlf

_SIGNED = re.compile(
    rb"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\r?\n.*?^-----BEGIN PGP SIGNATURE-----[ \t]*\r?\n.*?^-----END PGP SIGNATURE-----",
    re.DOTALL | re.MULTILINE,
)
_MESSAGE = re.compile(
    rb"^-----BEGIN PGP MESSAGE-----[ \t]*\r?\n.*?^-----END PGP MESSAGE-----", re.DOTALL | re.MULTILINE
)
_CHARSET = re.compile(rb"^Charset:[ \t]*(\S+)", re.MULTILINE | re.IGNORECASE)
_SEALED = (packets.SESSION_KEY, packets.SESSION_PASSPHRASE)
_WORDS = (b"BEGIN PGP", *(base64.b64encode(bytes(at) + b"BEGIN PGP")[(0, 2, 3)[at] : 12 + at] for at in range(3)))
"""The last three are what base64 makes of them at each of its places, without the signs that depend on what stands around."""
_ENDINGS = (".pgp", ".gpg", ".asc")


@dataclass(frozen=True, slots=True)
class Block:
    """A block for gpg, the character set of the text in it, and the file's name if it is an attached file.

    `alone` says that the mail's text has nothing but blanks around it.
    """

    content: bytes
    charset: str = "utf-8"
    name: str = ""
    alone: bool = True


def may_have_blocks(mail: bytes) -> bool:
    """Whether it is worth to take a mail apart: the words are in it somewhere, as they are or in base64."""
    flat = mail.replace(b"\r", b"").replace(b"\n", b"")
    return any(each in flat for each in _WORDS)


def signed_texts(whole: Message) -> Iterator[Block]:
    """The signed texts in the mail's own text parts: in clear, or packed into a message without encryption."""
    yield from _blocks(whole, _SIGNED)
    yield from (each for each in _blocks(whole, _MESSAGE) if not is_sealed(each.content))


def sealed_texts(whole: Message) -> Iterator[Block]:
    """The encrypted texts in the mail's own text parts."""
    yield from (each for each in _blocks(whole, _MESSAGE) if is_sealed(each.content))


def sealed_files(whole: Message) -> Iterator[Block]:
    """The attached files that are encrypted by themselves."""
    for part in own_parts(whole):
        name = part.get_filename() or ""
        if name.lower().endswith(_ENDINGS) and is_sealed(content := decoded(part)):
            yield Block(content, name=PurePosixPath(name.replace("\\", "/")).stem)


def is_sealed(content: bytes) -> bool:
    """Whether an OpenPGP message, armoured or binary, is encrypted."""
    return packets.first_tag(next(packets.unarmoured(content), b"")) in _SEALED


def text_entity(text: bytes, charset: str) -> bytes:
    """A text as a MIME entity."""
    return f"Content-Type: text/plain; charset={charset}\r\n{_BASE64}".encode("ascii") + _encoded(with_crlf(text))


def file_entity(content: bytes, name: str) -> bytes:
    """A file as a MIME entity; its name is the sender's."""
    part = Message()
    part["Content-Type"] = "application/octet-stream"
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return with_crlf(part.as_bytes().rstrip(b"\n")) + f"\r\n{_BASE64}".encode("ascii") + _encoded(content)


_BASE64 = "Content-Transfer-Encoding: base64\r\n\r\n"


def _encoded(content: bytes) -> bytes:
    return with_crlf(base64.encodebytes(content))


def _blocks(whole: Message, pattern: re.Pattern[bytes]) -> Iterator[Block]:
    for part in own_parts(whole):
        if part.get_content_type() == "text/plain" and b"-----BEGIN PGP" in (text := decoded(part)):
            around = pattern.sub(b"", text).strip()
            for found in pattern.finditer(text):
                yield Block(found[0], _charset(part, found[0]), alone=not around)


def _charset(part: Message, block: bytes) -> str:
    """As the block itself says, else as the part does."""
    told = _CHARSET.search(block.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0])
    name = told[1].decode("ascii", "replace") if told else str(part.get_content_charset("utf-8"))
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"
