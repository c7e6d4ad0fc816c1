"""OpenPGP within the text of a mail, as before PGP/MIME: blocks in plain text, and attached files encrypted by themselves."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath

from klardesk.mail.crypto import packets
from klardesk.mail.crypto.entity import decoded, own_parts, with_crlf
from klardesk.mail.parse.charsets import codec_of, decode
from klardesk.mail.parse.model import Notes

_SIGNED = (b"-----BEGIN PGP SIGNED MESSAGE-----", b"-----BEGIN PGP SIGNATURE-----", b"-----END PGP SIGNATURE-----")
_MESSAGE = (b"-----BEGIN PGP MESSAGE-----", b"-----END PGP MESSAGE-----")
_CHARSET = re.compile(rb"^Charset:[ \t]*(\S+)", re.MULTILINE | re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9._:+-]{1,60}")
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


def forms(block: Block) -> dict[str, bytes]:
    """A signed text by character set: as it stands, and as UTF-8, which some programs sign before they convert it."""
    as_utf8 = decode(block.content, block.charset, Notes(), "").encode("utf-8", "replace")
    return (
        {block.charset: block.content} if as_utf8 == block.content else {block.charset: block.content, "utf-8": as_utf8}
    )


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


def _blocks(whole: Message, marks: Sequence[bytes]) -> Iterator[Block]:
    for part in own_parts(whole):
        if part.get_content_type() == "text/plain" and marks[0] in (text := decoded(part)):
            spans = [*_spans(text, marks)]
            rest = text[: spans[0][0]] + text[spans[-1][1] :] if spans else b""
            for begin, end in spans:
                yield Block(
                    text[begin:end], _charset(part, text[begin:end]), alone=len(spans) == 1 and not rest.strip()
                )


def _spans(text: bytes, marks: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Where blocks stand; each mark begins a line. A text is looked through once, whatever is in it."""
    end = 0
    while True:
        places = [end]
        for mark in marks:
            places.append(_at_line_begin(text, mark, places[-1]))
            if places[-1] < 0:
                return
        end = places[-1] + len(marks[-1])
        yield places[1], end


def _at_line_begin(text: bytes, mark: bytes, begin: int) -> int:
    at = text.find(mark, begin)
    while at > 0 and text[at - 1 : at] not in (b"\n", b"\r"):
        at = text.find(mark, at + 1)
    return at


def _charset(part: Message, block: bytes) -> str:
    """As the block itself says, else as the part does."""
    told = _CHARSET.search(block.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0])
    name = told[1].decode("ascii", "replace") if told else str(part.get_content_charset("utf-8"))
    return name.lower() if _NAME.fullmatch(name) and codec_of(name) else "utf-8"
