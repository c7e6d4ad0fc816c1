"""Signs in code that somebody should look at: not proofs. Each has a kind, a line, and what shows why, without any literal."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from klardesk.otrs.inspect.code_text import language_of, without_comments
from klardesk.otrs.inspect.sign_patterns import SETS
from klardesk.otrs.source.digests import sha_of

LONGEST_LINE = 4000
"""Characters of a line from which it looks like hidden code; in Perl, shell and templates nobody writes such."""
READ = 4_000_000
"""Characters of a file that are searched; no source file is longer."""
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Sign:
    """`kind`: login, off, outgoing, shell, eval, hidden, accounts. `shown`: the matched text, literals masked; `id`: its hash."""

    kind: str
    line: int
    shown: str
    id: str


_COMMENTED = re.compile(
    r"^[ \t]*#.{0,300}(?:\$\w+->|\bif\b).{0,300}\b(?:ChallengeTokenCheck|PermissionCheck|TicketPermission)\s*\(",
    re.MULTILINE,
)
_LITERAL = re.compile(r"""'[^'\n]*'|"[^"\n]*"|`[^`\n]*`""")
_HOST = re.compile(r"(?:https?:)?//([\w.-]+)")


def signs_in(path: str, text: str) -> list[Sign]:
    """The signs in a file (its first READ characters), in the order of its lines; none where its language is not known."""
    text = text[:READ]
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
    for kind, looks in SETS.get(language, {}).items():
        yield from _of_kind(kind, code, (match for look in looks for match in look.finds(code)))
    if language == "perl" and any(word in text for word in ("ChallengeTokenCheck", "Permission")):
        yield from _of_kind("off", text, _COMMENTED.finditer(text))
    if language in {"perl", "shell", "template"}:
        for number, each in enumerate(code.split("\n"), 1):
            if len(each) > LONGEST_LINE:
                yield Sign("hidden", number, f"… ({len(each)})", sha_of(each.encode()))


def _of_kind(kind: str, code: str, matches: Iterable[re.Match[str]]) -> Iterator[Sign]:
    """One sign for each line that has a match."""
    starts = [0, *(found.end() for found in re.finditer("\n", code))]
    seen: set[int] = set()
    for match in matches:
        begin = match.start() + len(match[0]) - len(match[0].lstrip())
        line = bisect_right(starts, begin)
        if line in seen:
            continue
        seen.add(line)
        end = starts[line] if line < len(starts) else len(code)
        whole = " ".join(code[starts[line - 1] : end].split())
        yield Sign(
            kind, line, _masked(match[0], code[match.end() : match.end() + SHOWN]), sha_of(f"{kind}:{whole}".encode())
        )


def _masked(matched: str, after: str) -> str:
    """What of the match may be shown: a host, but no other literal, for it may be a password."""
    host = _HOST.search(matched[-SHOWN * 4 :] + after if matched.endswith("//") else matched)
    if host:
        return host[1][:SHOWN]
    text = " ".join(_LITERAL.sub("'…'", matched).split())
    return re.sub(r"['\"`][^'\"`]*$", "'…", text)[:SHOWN]
