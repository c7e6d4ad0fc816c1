"""Header lines: encoded, folded, and safe from values that carry lines of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.header import Header
from encodings import idna
from urllib.parse import quote

from klardesk.mail.parse.model import Address

WIDTH, LONGEST = 76, 998
MOST_REFERENCES = 40
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,75}")
_FORBIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff\u2028\u2029\x85]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}|\"[^\"\\]{1,62}\"")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>")
_KEPT_BY_IDNA_2008 = re.compile("([ßς])")


def line(name: str, value: str) -> str:
    """A header of free text, as one string with CRLF at the end of each line; raises ValueError for an unsafe value."""
    check(name, value)
    header = Header(value, None if _is_plain(value) else "utf-8", maxlinelen=WIDTH, header_name=name)
    return _finished(name, header.encode(splitchars=" ", linesep="\r\n"))


def addresses_line(name: str, addresses: Iterable[Address]) -> str:
    """A header of addresses, one on each line; empty if there are none."""
    encoded = [_address(name, address) for address in addresses]
    return _finished(name, ",\r\n ".join(encoded)) if encoded else ""


def ids_line(name: str, ids: Iterable[str]) -> str:
    """A header of Message-IDs; of many, the first and the last ones. What is no id is left out."""
    valid = [each for each in dict.fromkeys(ids) if _ID.fullmatch(each)]
    if len(valid) > MOST_REFERENCES:
        valid = [valid[0], *valid[1 - MOST_REFERENCES :]]
    return _finished(name, "\r\n ".join(valid)) if valid else ""


def parameter(name: str, value: str) -> str:
    """A parameter such as a file name, on lines of its own (RFC 2231, in sections where it is long)."""
    check(name, value)
    if value.isascii() and len(value) <= WIDTH - len(name) - 6:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f';\r\n {name}="{escaped}"'
    encoded = quote(value, safe="!#$&+-.^_`{|}~")
    room = WIDTH - len(name) - 16
    if len(encoded) <= room:
        return f";\r\n {name}*=utf-8''{encoded}"
    sections = re.findall(rf"(?:%..|[^%]){{1,{room // 3}}}", encoded)  # none cuts an escape in two
    sections[0] = f"utf-8''{sections[0]}"
    return "".join(f";\r\n {name}*{number}*={section}" for number, section in enumerate(sections))


def check(name: str, value: str) -> None:
    """Raise ValueError if a header's name is none, or its value could begin another header."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a header")
    if found := _FORBIDDEN.search(value):
        raise ValueError(f"{name} must not contain the character {found[0]!r}; it could begin another header")


def ascii_address(address: str) -> str:
    """The address in the form every server takes: an international domain in ASCII (IDNA).

    Raises ValueError if it is no address, or has letters before the @ that only SMTPUTF8 servers take.
    """
    check("Address", address)
    local, at, domain = address.rpartition("@")
    if not (at or local):
        local, domain = domain, ""
    if not local.isascii():
        raise ValueError(
            f"{address!r} has letters before the @ that mail servers do not take; use an address without them"
        )
    if not at or not _LOCAL.fullmatch(local) or not domain:
        raise ValueError(f"{address!r} is no mail address")
    labels = [_label(label, address) for label in domain.rstrip(".").split(".")]
    return f"{local}@{'.'.join(labels)}"


def _label(label: str, address: str) -> str:
    """A domain's label in ASCII; ß and ς stay what they are, as today's registries have it (IDNA 2008)."""
    if not label.isascii():
        try:
            prepared = "".join(
                part if part in "ßς" else idna.nameprep(part) for part in _KEPT_BY_IDNA_2008.split(label) if part
            )
        except UnicodeError as error:
            raise ValueError(f"{address!r} has a domain that cannot exist") from error
        label = prepared if prepared.isascii() else f"xn--{prepared.encode('punycode').decode('ascii')}"
    if not _LABEL.fullmatch(label):
        raise ValueError(f"{address!r} has a domain that cannot exist")
    return label


def _address(header: str, address: Address) -> str:
    check(header, address.name)
    email = ascii_address(address.email)
    name = " ".join(address.name.split())
    if not name:
        return email
    if not _is_plain(name):
        encoded = Header(name, "utf-8", maxlinelen=WIDTH, header_name=header).encode(linesep="\r\n")
        return f"{encoded}\r\n <{email}>"
    if not _ATOMS.fullmatch(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{escaped}"'
    return f"{name} <{email}>"


def _is_plain(value: str) -> bool:
    """Whether a value may stand as it is: ASCII, nothing that reads as an encoded word, no word beyond a line."""
    return value.isascii() and "=?" not in value and all(len(word) < WIDTH - 8 for word in value.split(" "))


def _finished(name: str, value: str) -> str:
    text = f"{name}: {value}\r\n"
    for each in text.split("\r\n"):
        if len(each) > LONGEST:
            raise ValueError(f"{name} has a line of {len(each)} characters; mails may have {LONGEST}")
    return text
