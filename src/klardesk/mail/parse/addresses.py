"""Address lists (RFC 5322) as senders really write them. Never raises; what has no address keeps its name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from klardesk.mail.parse.marks import noop as _
from klardesk.mail.parse.model import Address, Notes
from klardesk.mail.parse.words import Words, scrub

_PIECES = (
    r"(?P<word>=\?[^?\s]{1,80}\?[bBqQ]\?[^?\n]*\?=)",
    r"(?P<quoted>\"(?:[^\"\\]|\\.)*+\")",
    r"(?P<angle><[^<>]*+>)",
    r"(?P<space>\s+)",
    r"(?P<sign>[,;:()])",
    r"(?P<atom>(?:(?!=\?)[^\s,;:()<>\"])++|.)",
)
_TOKEN = re.compile("|".join(_PIECES), re.DOTALL)
_TOKEN_UNQUOTED = re.compile("|".join(each for each in _PIECES if "quoted" not in each), re.DOTALL)
_COMMENT_DEPTH = 20
_QUOTED_LOCAL = re.compile(r"\"[^\"]*\"@[^\s@\"]+")


@dataclass(slots=True)
class _Entry:
    """What stands between two commas."""

    tokens: list[tuple[str, str]] = field(default_factory=list)
    angle: str | None = None
    comment: str = ""
    has_at: bool = False

    @property
    def may_be_group(self) -> bool:
        """Whether it can be a group's name, and is no address."""
        return self.angle is None and not self.has_at

    def __bool__(self) -> bool:
        return self.angle is not None or bool(self.comment) or any(kind != "space" for kind, _text in self.tokens)


def read_addresses(values: list[bytes], words: Words, notes: Notes, most: int) -> tuple[Address, ...]:
    """The addresses of all headers of one name, in order. An entry without address has an empty `email`; such entries
    are left out where others have one, and an unquoted "Last, First <address>" is put together again.
    """
    found: list[Address] = []
    for value in values:
        entries = _entries(scrub(re.sub(r"\r?\n[ \t]*", " ", value.decode("latin-1"))), most + 1)
        found += _addresses(entries, words, notes)
    if len(found) > most:
        notes.add("too-many-addresses", _("only the first {count} addresses of a header were read"), count=most)
        found = found[:most]
    complete = [address for address in found if address.email]
    if complete and len(complete) < len(found):
        notes.add("no-address", _("an entry of a list of addresses has no address"))
    return tuple(complete or found)


def _entries(text: str, most: int) -> list[_Entry]:
    """Split at commas and semicolons, group names left out."""
    entries = [_Entry()]
    at, token, last_group_end = 0, _TOKEN, text.rfind(";")
    while at < len(text) and len(entries) <= most:
        match = token.match(text, at)
        if match is None:
            break
        at = match.end()
        if match[0] == '"':
            # No quotation ends any more; looking for its end at each mark would take the square of the time.
            token = _TOKEN_UNQUOTED
        kind, piece = str(match.lastgroup), match[0]
        entry = entries[-1]
        if piece == "(" and kind == "sign":
            comment, at = _comment(text, at)
            entry.comment = entry.comment or comment
        elif piece in {",", ";"} and kind == "sign":
            entries.append(_Entry())
        elif piece == ":" and kind == "sign" and at <= last_group_end and entry.may_be_group:
            entries[-1] = _Entry()
        elif kind == "angle" and (entry.angle is None or "@" not in entry.angle):
            entry.angle = piece[1:-1]
        else:
            entry.tokens.append((kind, piece))
            entry.has_at |= "@" in piece
    return [entry for entry in entries if entry]


def _comment(text: str, at: int) -> tuple[str, int]:
    """The text of a comment that began before `at`, and where it ends; a comment without end is the rest."""
    depth, begin = 1, at
    for match in re.compile(r"\\.|[()]", re.DOTALL).finditer(text, at):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if not depth:
            return text[begin : match.start()], match.end()
        if depth > _COMMENT_DEPTH:
            break
    return text[begin:].strip("() "), len(text)


def _addresses(entries: list[_Entry], words: Words, notes: Notes) -> list[Address]:
    found: list[Address] = []
    torn = ""
    for entry in entries:
        address = _address(entry, words)
        if torn and entry.angle is not None and address.email:
            notes.add("unquoted-comma", _("a name with a comma is not in quotation marks"))
            found[-1] = Address(f"{torn}, {address.name}".strip(", "), address.email)
        else:
            found.append(address)
        lone_name = not address.email and entry.angle is None and all(kind != "quoted" for kind, _text in entry.tokens)
        torn = found[-1].name if lone_name else ""
    return found


def _address(entry: _Entry, words: Words) -> Address:
    shown = _name(entry.tokens, words)
    comment = words.text(entry.comment.encode("latin-1"))
    if entry.angle is not None and (email := _email(entry.angle, words)):
        return Address(_without_address(shown or comment, email), email)
    bare, rest = _bare_address(entry.tokens)
    if bare and (email := words.text(bare.encode("latin-1")).lower()):
        return Address(_name(rest, words) or comment, email)
    written = next((each for each in shown.split() if "@" in each.strip("@<>")), "")
    if written:  # an address within an encoded word
        return Address(" ".join(shown.replace(written, " ").split()).strip('"'), written.strip("<>\"',").lower())
    if comment and len(shown.split()) == 1 and entry.angle is None:
        return Address(comment, shown.lower())  # a local mailbox: MAILER-DAEMON (Mail Delivery System)
    return Address(shown or comment, "")


def _bare_address(tokens: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    """An address that stands without angle brackets, and the tokens around it."""
    runs: list[list[tuple[str, str]]] = [[]]
    for token in tokens:
        if token[0] == "space":
            runs.append([])
        else:
            runs[-1].append(token)
    for place, run in enumerate(runs):
        text = "".join(piece for kind, piece in run if kind != "word")
        if "@" in text.strip("@"):
            rest = [token for other in runs[:place] + runs[place + 1 :] for token in (*other, ("space", " "))]
            return _bare_text(text), rest
    return "", tokens


def _bare_text(text: str) -> str:
    if match := _QUOTED_LOCAL.search(text):
        return match[0]
    if text.startswith('"') and text.endswith('"'):
        return text  # a quoted local part without domain; what it was meant to be is not ours to say
    return text.strip("<>'[]\"").removeprefix("mailto:").rstrip(".")


def _name(tokens: list[tuple[str, str]], words: Words) -> str:
    """The shown name: quotation marks removed, encoded words decoded together as neighbours share their bytes."""
    pieces = [_unquoted(piece) if kind == "quoted" else piece for kind, piece in tokens]
    text = words.text("".join(pieces).encode("latin-1"))
    text = " ".join(text.split()).strip("<> ")
    if len(text) > 2 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].strip()
    return text


def _unquoted(piece: str) -> str:
    return re.sub(r"\\(.)", r"\1", piece[1:-1], flags=re.DOTALL)


def _email(angle: str, words: Words) -> str:
    """The address between angle brackets: a route before it and stray spaces removed."""
    text = words.text(angle.encode("latin-1")).strip().strip("<>")
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    if text.lower().startswith("mailto:"):
        text = text[7:]
    if '"' not in text:
        text = "".join(text.split())
    elif not _QUOTED_LOCAL.fullmatch(text):
        text = text.replace('"', "")
    return text.strip("'").rstrip(".,;").lower()


def _without_address(name: str, email: str) -> str:
    """No name at all where it only repeats the address."""
    return "" if name.lower().strip("<>\"'() ") == email else name
