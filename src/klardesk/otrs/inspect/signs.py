"""Signs in code that somebody should look at: not proofs. Each has a kind, a line, and what shows why, without any literal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from klardesk.otrs.inspect.code_text import language_of, without_comments
from klardesk.otrs.inspect.sign_patterns import SETS
from klardesk.otrs.source.digests import sha_of

LONGEST_LINE = 4000
"""Characters of a line from which it looks like hidden code; in Perl, shell and templates nobody writes such."""
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Sign:
    """`kind`: login, off, outgoing, shell, eval, hidden, accounts. `shown`: the matched text, literals masked; `id`: its hash."""

    kind: str
    line: int
    shown: str
    id: str


_COMMENTED = re.compile(
    r"^\s*#.*(?:\$\w+->|\bif\b).*\b(?:ChallengeTokenCheck|PermissionCheck|TicketPermission)\s*\(", re.MULTILINE
)
_LITERAL = re.compile(r"""'[^'\n]*'|"[^"\n]*"|`[^`\n]*`""")
_HOST = re.compile(r"(?:https?:)?//([\w.-]+)")


def signs_in(path: str, text: str) -> list[Sign]:
    """The signs in a file, in the order of its lines; none where its language is not known."""
    language = language_of(path, text)
    found = [*_found(language, text)]
    if language == "template":
        found += _found("js", text)
    unique = {
        (sign.kind, sign.line): sign for sign in sorted(found, key=lambda sign: (sign.line, sign.kind, sign.shown))
    }
    return list(unique.values())


def _found(language: str, text: str) -> Iterator[Sign]:
    code = without_comments(text, language)
    lines = code.split("\n")
    for kind, pattern in SETS.get(language, {}).items():
        for match in pattern.finditer(code):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield _sign(kind, code.count("\n", 0, start) + 1, match[0], lines)
    if language == "perl":
        for match in _COMMENTED.finditer(text):
            line = text.count("\n", 0, match.start() + len(match[0]) - len(match[0].lstrip())) + 1
            yield _sign("off", line, match[0], text.split("\n"))
    if language in {"perl", "shell", "template"}:
        for number, each in enumerate(lines, 1):
            if len(each) > LONGEST_LINE:
                yield Sign("hidden", number, f"… ({len(each)})", sha_of(each.encode()))


def _sign(kind: str, line: int, matched: str, lines: list[str]) -> Sign:
    whole = " ".join(lines[line - 1].split()) if line <= len(lines) else ""
    return Sign(kind, line, _masked(matched), sha_of(f"{kind}:{whole}".encode()))


def _masked(matched: str) -> str:
    """What of the match may be shown: a host, but no other literal, for it may be a password."""
    host = _HOST.search(matched)
    text = " ".join(_LITERAL.sub("'…'", matched).split())
    text = re.sub(r"['\"`][^'\"`]*$", "'…", text)
    return (f"{host[1]}" if host else text)[:SHOWN]
