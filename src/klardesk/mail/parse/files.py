"""Attachments: their names, made safe to store and to show, and their bytes."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import unicodedata
from collections import Counter

from klardesk.mail.parse.fields import read_header
from klardesk.mail.parse.model import Attachment, Limits, Notes
from klardesk.mail.parse.structure import Part
from klardesk.mail.parse.tnef import Packed
from klardesk.mail.parse.transfer import undo
from klardesk.mail.parse.words import Words, scrub

_PATH = re.compile(r"^(?:[a-zA-Z]:[\\/]|\\\\|/|\.\.?[\\/]).*[\\/]", re.DOTALL)
# Controls, and the marks that turn the direction of writing: "fdp.exe" could be shown as "exe.pdf".
_DANGEROUS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LONGEST = 200
_TYPE = re.compile(r"[\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100}", re.ASCII)
_START = 65_536
"""Bytes of a mail within the mail in which its subject is looked for."""
_KINDS = {
    "message/rfc822": ("message", "eml"), "message/global": ("message", "eml"), "text/html": ("document", "html"),
    "message/delivery-status": ("delivery-status", "txt"), "message/disposition-notification": ("receipt", "txt"),
    "text/rfc822-headers": ("headers", "txt"), "text/plain": ("document", "txt"), "text/calendar": ("invitation", "ics"),
    "image/jpeg": ("image", "jpg"), "image/jpg": ("image", "jpg"), "image/png": ("image", "png"),
    "image/gif": ("image", "gif"), "image/tiff": ("image", "tif"), "image/webp": ("image", "webp"),
    "video/quicktime": ("video", "mov"), "video/mp4": ("video", "mp4"), "audio/mpeg": ("audio", "mp3"),
    "text/csv": ("table", "csv"), "text/vcard": ("contact", "vcf"), "text/x-vcard": ("contact", "vcf"),
    "application/pdf": ("document", "pdf"), "application/zip": ("archive", "zip"),
    "application/pkcs7-signature": ("smime", "p7s"), "application/x-pkcs7-signature": ("smime", "p7s"),
    "application/pkcs7-mime": ("smime", "p7m"), "application/x-pkcs7-mime": ("smime", "p7m"),
    "application/pgp-signature": ("signature", "asc"), "application/pgp-encrypted": ("encrypted", "asc"),
    "application/ms-tnef": ("winmail", "dat"),
}  # fmt: skip
"""The name and ending of a file whose sender gave it none."""
_MESSAGES = frozenset(("message/rfc822", "message/global"))
_NAMED_ID = re.compile(r"([^@/\\]{1,100}\.[a-z][a-z0-9]{1,5})@", re.IGNORECASE)


class Files:
    """Makes the files of one mail."""

    def __init__(self, words: Words, notes: Notes, most: int) -> None:
        self._words, self._notes = words, notes
        self._taken: set[str] = set()
        self._numbers: Counter[str] = Counter()
        self.room = most

    def content(self, part: Part) -> bytes:
        """The bytes of a part, its transfer encoding undone."""
        return undo(part.body, part.header.first("content-transfer-encoding").decode("latin-1"), self._notes)

    def of_part(self, part: Part, content: bytes | None = None) -> Attachment:
        """The file of a part; `content` spares undoing its transfer encoding again."""
        content = self.content(part) if content is None else content
        content_id = self._words.text(part.header.first("content-id")).strip("<> ")
        name = stated_name(part) or self._numbered(*self._made_up(part, content, content_id))
        return self._file(name, part.content_type, content, content_id, _disposition(part.disposition.main))

    def of_bytes(self, name: str, content: bytes) -> Attachment:
        """A file that stood within a text."""
        return self._file(safe_name(name) or self._numbered("file", "bin"), "application/octet-stream", content, "", "")

    def of_packed(self, packed: Packed) -> Attachment:
        """A file out of a winmail.dat."""
        name = safe_name(scrub(packed.name)) or self._numbered("file", "bin")
        stated = packed.content_type if _TYPE.fullmatch(packed.content_type) else ""
        kind = stated or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self._file(name, kind, packed.content, scrub(packed.content_id)[:200], "attachment")

    def _file(self, name: str, content_type: str, content: bytes, content_id: str, disposition: str) -> Attachment:
        self._taken.add(name)
        self.room = max(0, self.room - 1)
        digest = hashlib.sha256(content).hexdigest()
        return Attachment(name, content_type, content, len(content), digest, content_id, disposition, False)

    def _made_up(self, part: Part, content: bytes, content_id: str) -> tuple[str, str]:
        """Name and ending for a file without name: from a mail's subject, the content id, the description, the type."""
        if part.content_type in _MESSAGES and (subject := _subject(content, self._words)):
            return subject, "eml"
        if match := _NAMED_ID.match(content_id):
            stem, _dot, ending = safe_name(match[1]).rpartition(".")
            return stem or "file", ending
        kind, ending = _KINDS.get(part.content_type, ("", _ending(part.content_type)))
        described = safe_name(self._words.text(part.header.first("content-description"))[:80])
        if described or kind:
            return described.removesuffix(f".{ending}") or kind, ending
        identified = safe_name(content_id.partition("@")[0])
        return (identified, "") if identified else ("file", ending or "bin")

    def _numbered(self, stem: str, ending: str) -> str:
        """A made-up name that no other file of the mail has: image.jpg, image1.jpg and so on."""
        ending = f".{ending}" if ending else ""
        while (name := f"{stem}{self._numbers[stem + ending] or ''}{ending}") in self._taken:
            self._numbers[stem + ending] += 1
        return name


def _ending(content_type: str) -> str:
    return (mimetypes.guess_extension(content_type) or "").removeprefix(".")


def stated_name(part: Part) -> str:
    """The name a part states for itself, safe to store; empty if it states none."""
    name = part.disposition.parameters.get("filename", "") or part.type.parameters.get("name", "")
    return safe_name(name)


def safe_name(name: str) -> str:
    """A file name without folder, control characters and marks that turn the direction of writing, of bounded length."""
    name = _DANGEROUS.sub("", unicodedata.normalize("NFC", re.sub(r"\s+", " ", name)))
    name = re.sub(r"[/\\]", "_", _PATH.sub("", name)).strip(" '\"")
    if not name.strip("._ "):
        return ""
    if len(name) > _LONGEST:
        stem, dot, extension = name.rpartition(".")
        ending = f"{dot}{extension}" if dot and len(extension) <= 10 else ""
        name = (stem if ending else name)[: _LONGEST - len(ending)].rstrip() + ending
    return name


def _subject(content: bytes, words: Words) -> str:
    """The subject of a mail within the mail, as a file name."""
    header, _body = read_header(content[:_START].lstrip(b"\r\n"), Limits(headers=200), Notes(0), whole_mail=True)
    return safe_name(words.text(header.first("subject"))[: _LONGEST - 4]).rstrip(".")


def _disposition(stated: str) -> str:
    return stated if stated in {"attachment", "inline", ""} else "attachment"  # RFC 2183, 2.8
