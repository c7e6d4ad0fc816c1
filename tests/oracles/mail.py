"""Mails of other projects' tests: does the parser see the same facts?

One comparison is one field of one mail. Fields with the status fact or consensus must agree; all others (one reference's
word, a product's choice, conflicting references) are counted as opinion.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from klardesk.base.html import to_text
from klardesk.mail.parse import Attachment, ParsedMail, parse
from tests.oracles.cases import read_cases, read_raw
from tests.oracles.result import Result

BINDING = ("fact", "consensus")
WORD = re.compile(r"[^\W\d_]+")
Difference = str


def run(folder: Path) -> Result:
    """Compare every mail of `folder`/mail/cases.jsonl."""
    passed, opinion, failures = 0, 0, []
    for case, field, status, difference in comparisons(folder):
        if not status.startswith(BINDING):
            opinion += 1
        elif difference:
            failures.append(f"{case} {field}: {difference}")
        else:
            passed += 1
    return Result("mail", passed, len(failures), opinion, failures)


def comparisons(folder: Path) -> Iterator[tuple[str, str, str, Difference]]:
    """Case, field, status and the difference (or empty) of every expectation that can be compared."""
    for case in read_cases(folder / "mail" / "cases.jsonl", "id", "expect"):
        inline = case.get("raw_latin1")
        raw = read_raw(folder / "mail" / str(case.get("file"))) if inline is None else inline.encode("latin-1")
        mail = parse(raw)
        for field, expected in case["expect"].items():
            compare = COMPARE.get(field)
            difference = compare(mail, expected["value"]) if compare else ""
            yield case["id"], field, expected["status"], difference


def _equal(expected: str | None, found: str) -> Difference:
    same = " ".join((expected or "").split()) == " ".join(found.split())
    return "" if same else f"expected {expected!r}, got {found!r}"


def _body_words(mail: ParsedMail, expected: list[str]) -> Difference:
    """Nine words in ten must be there: a document's title, or letters that both references mangled, are no facts."""
    seen = set(WORD.findall(f"{mail.text} {to_text(mail.html)}"))
    missing = [word for word in expected if word not in seen]
    return f"words missing in the text: {missing[:20]}" if len(missing) * 10 > len(expected) else ""


def _replacement(mail: ParsedMail, expected: bool) -> Difference:
    found = "\ufffd" in mail.text or "\ufffd" in mail.html
    return "" if found == expected else f"replacement character in the text: expected {expected}, got {found}"


def _attachments(mail: ParsedMail, expected: list[dict[str, Any]]) -> Difference:
    """Each expected file must be there, under its name unless the name is the reference's invention."""
    left = list(mail.attachments)
    for wanted in expected:
        found = next((file for file in left if _same_bytes(file, wanted)), None)
        if found is None:
            sizes = [(file.name, file.size) for file in mail.attachments]
            return f"file {wanted['filename']!r} ({wanted['size']} bytes) is missing among {sizes}"
        left.remove(found)
        named = wanted.get("name_opinion") or wanted["filename"] == found.name
        if not named:
            return f"file name: expected {wanted['filename']!r}, got {found.name!r}"
        stated_id = wanted.get("content_id")
        if stated_id and stated_id.strip("<>") != found.content_id:
            return f"content id of {found.name!r}: expected {stated_id!r}, got {found.content_id!r}"
    return ""


def _same_bytes(file: Attachment, wanted: dict[str, Any]) -> bool:
    """Equal bytes; where the reference re-encoded text or line ends, equal after the same."""
    variants = {file.content} if wanted.get("bytes_exact", True) else set(_variants(file.content))
    digests = {hashlib.md5(each, usedforsecurity=False).hexdigest() for each in variants}
    return wanted["md5"] in digests


def _variants(content: bytes) -> Iterator[bytes]:
    unix = content.replace(b"\r\n", b"\n")
    for each in (
        content,
        unix,
        unix.replace(b"\n", b"\r\n"),
        unix.rstrip(b"\n"),
        unix.strip(),
        unix + b"\n",
        unix.lstrip(),
    ):
        yield each
        yield each.decode("latin-1").encode("utf-8")


COMPARE: dict[str, Callable[[ParsedMail, Any], Difference]] = {
    "subject": lambda mail, value: _equal(value, mail.subject),
    "from_email": lambda mail, value: _equal((value or "").lower(), mail.from_[0].email if mail.from_ else ""),
    "from_name": lambda mail, value: _equal(value, mail.from_[0].name if mail.from_ else ""),
    "body_words": _body_words,
    "body_has_replacement_char": _replacement,
    "attachments": _attachments,
}
