"""A draft as the bytes of a mail: RFC 5322 and MIME, seven bits only, no line longer than servers take."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from email.utils import format_datetime

from klardesk.mail.compose.draft import Draft, OutgoingFile
from klardesk.mail.compose.headers import (
    LONGEST,
    addresses_line,
    ascii_address,
    check,
    ids_line,
    line,
    parameter,
)

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_OWN = frozenset(
    (
        "from", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "mime-version",
        "content-type", "content-transfer-encoding", "content-disposition", "content-id", "auto-submitted", "x-loop",
        "precedence", "x-auto-response-suppress",
    )
)  # fmt: skip


def build(mail: Draft) -> bytes:
    """The mail's bytes, the same for the same draft; Bcc is not among its headers.

    Raises ValueError, with the reason in a sentence, for a value that could begin another header, an address that is none, a date
    without zone, or a mail without any recipient.
    """
    if not (mail.to or mail.cc or mail.bcc):
        raise ValueError("the mail has no recipient")
    for address in mail.bcc:
        ascii_address(address.email)
    return (_headers(mail) + _body(mail)).encode("ascii")


def envelope_recipients(mail: Draft) -> list[str]:
    """The addresses to give to the server, Bcc among them, each once, in ASCII form."""
    return list(dict.fromkeys(ascii_address(address.email) for address in (*mail.to, *mail.cc, *mail.bcc)))


def _headers(mail: Draft) -> str:
    if mail.date.tzinfo is None:
        raise ValueError("the date of a mail needs a time zone")
    message_id = ids_line("Message-ID", [mail.message_id])
    if not message_id:
        raise ValueError(f"{mail.message_id!r} is no Message-ID")
    return "".join(
        (
            line("Date", format_datetime(mail.date)),
            addresses_line("From", [mail.from_]),
            addresses_line("Reply-To", mail.reply_to),
            addresses_line("To", mail.to) or ("" if mail.cc else "To: undisclosed-recipients:;\r\n"),
            addresses_line("Cc", mail.cc),
            line("Subject", mail.subject),
            message_id,
            ids_line("In-Reply-To", mail.in_reply_to.split()),
            ids_line("References", mail.references),
            *_automatic(mail),
            *_further(mail),
            "MIME-Version: 1.0\r\n",
        )
    )


def _automatic(mail: Draft) -> Iterable[str]:
    """What keeps other machines from answering (RFC 3834, and what Exchange and older programs look for)."""
    if mail.automatic:
        yield line("Auto-Submitted", mail.automatic)
        yield line("Precedence", "bulk")
        yield line("X-Auto-Response-Suppress", "All")
    if mail.loop_mark:
        yield line("X-Loop", mail.loop_mark)


def _further(mail: Draft) -> Iterable[str]:
    for name, value in mail.headers.items():
        if name.lower() in _OWN:
            raise ValueError(f"{name} is written by the mail itself")
        yield line(name, value)


def _body(mail: Draft) -> str:
    shown = [file for file in mail.files if file.inline and file.content_id and mail.html]
    attached = [file for file in mail.files if file not in shown]
    body = _text("plain", mail.text)
    if mail.html:
        rich = _text("html", mail.html)
        if shown:
            rich = _container("related", [rich, *(_file(file, inline=True) for file in shown)], '; type="text/html"')
        body = _container("alternative", [body, rich])
    return _container("mixed", [body, *(_file(file, inline=False) for file in attached)]) if attached else body


def _container(kind: str, parts: list[str], more: str = "") -> str:
    content = "\r\n".join(parts)
    boundary = f"=_{hashlib.sha256(content.encode('ascii')).hexdigest()[:32]}"
    head = f'Content-Type: multipart/{kind}{more};\r\n boundary="{boundary}"\r\n\r\n'
    return head + "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"


def _text(kind: str, text: str) -> str:
    """A text part: as it is if servers carry it unharmed, else quoted-printable, or base64 if that is shorter."""
    text = "".join(char for char in text if char >= " " or char in "\t\n\r").encode("utf-8", "replace").decode("utf-8")
    data = _LINE_END.sub(b"\r\n", text.encode("utf-8"))
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    lines = data.split(b"\r\n")
    charset = "us-ascii" if data.isascii() else "utf-8"
    head = f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: "
    if data.isascii() and max(map(len, lines)) <= 78 and not any(each.startswith((b"From ", b".")) for each in lines):
        return f"{head}7bit\r\n\r\n{data.decode('ascii')}"
    if sum(byte > 127 for byte in data) * 6 > len(data):
        return f"{head}base64\r\n\r\n{_base64(data)}"
    return f"{head}quoted-printable\r\n\r\n{_quoted_printable(lines)}"


def _quoted_printable(lines: list[bytes]) -> str:
    """Line by line, so that line ends are never encoded; what old servers would change is."""
    out = []
    for each in lines:
        encoded = binascii.b2a_qp(each, quotetabs=False, istext=True)
        if encoded.startswith(b"From "):
            encoded = b"=46rom " + encoded[5:]
        elif encoded.startswith(b"."):
            encoded = b"=2E" + encoded[1:]
        out.append(encoded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").decode("ascii"))
    return "\r\n".join(out)


def _base64(data: bytes) -> str:
    return base64.encodebytes(data).decode("ascii").replace("\n", "\r\n")


def _file(file: OutgoingFile, *, inline: bool) -> str:
    stated = file.content_type.strip().lower()
    check("Content-Type", stated)
    main = stated.partition(";")[0].strip()
    if not _TYPE.fullmatch(main) or main.startswith("multipart/"):
        main = "application/octet-stream"
    head, body = _encoded(main, file)
    disposition = "inline" if inline else "attachment"
    head += f"Content-Disposition: {disposition}{parameter('filename', file.name or 'file')}\r\n"
    if file.content_id:
        check("Content-ID", file.content_id)
        head += ids_line("Content-ID", [f"<{file.content_id}>"])
    return f"{head}\r\n{body}"


def _encoded(content_type: str, file: OutgoingFile) -> tuple[str, str]:
    """Type and encoding of a file. A mail within the mail must not be encoded (RFC 2046, 5.2.1); one that servers would
    harm otherwise goes as a mere file.
    """
    if content_type.startswith("message/"):
        content = _LINE_END.sub(b"\r\n", file.content)
        if content.isascii() and b"\0" not in content and max(map(len, content.split(b"\r\n"))) <= LONGEST:
            return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: 7bit\r\n", content.decode("ascii")
        content_type = "application/octet-stream"
    head = (
        f"Content-Type: {content_type}{parameter('name', file.name or 'file')}\r\nContent-Transfer-Encoding: base64\r\n"
    )
    return head, _base64(file.content)
