"""Settings written in Perl, read and never run: assignments of data to `$Self->{…}`, as the product's own files have them.

Understood: strings, `q{}`, `qq{}`, `qw()`, here-documents, numbers, `undef`, lists, hashes, `.`, settings (`$Self->{Home}`),
`delete`, `push`, and assignments to a part (`$Self->{A}->{B}`). Anything else makes the value UNKNOWN, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from klardesk.otrs.inspect.settings import SettingValue

DEEPEST = 40


class Unknown:
    """A value that only running the code would tell."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown)

    def __hash__(self) -> int:
        return 1


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: string, number, word, variable, mark. `text` is what it means; `line` counts from 1."""

    kind: str
    text: str
    line: int


@dataclass
class Assigned:
    """What a file sets: values by `Name` or `Name###Part`, and the line of each."""

    values: dict[str, SettingValue] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    uncertain: set[str] = field(default_factory=set)
    """Names that are set under a condition."""


_PATTERN = re.compile(
    r"""
    (?P<space>\s+|\#[^\n]*)
  | (?P<heredoc><<~?(?:"(?P<hd>\w+)"|'(?P<hs>\w+)'|(?P<hb>[A-Za-z_]\w*)))
  | (?P<single>'(?:[^'\\]|\\.)*')
  | (?P<double>"(?:[^"\\]|\\.)*")
  | (?P<number>\d[\d_]*(?:\.\d+)?)
  | (?P<quote>\b(?:qw|qq|q)(?=\s*[^\w\s,;=>])(?!\s*=>))
  | (?P<variable>[\$@%]\{?\^?\w+(?:::\w+)*\}?|\$[&!0/,;])
  | (?P<word>-?[A-Za-z_]\w*(?:(?:::|')[A-Za-z_]\w*)*)
  | (?P<mark>=>|->|=~|!~|==|!=|<=|>=|&&|\|\||//=?|\.=|\+=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_POD = re.compile(r"^=[a-zA-Z].*?(?:^=cut[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b", "a": "\a", "f": "\f"}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a Perl text without comments and documentation."""
    text = _POD.sub(lambda match: "\n" * match[0].count("\n"), text.replace("\r\n", "\n"))
    at, line = 0, 1
    jump: tuple[int, int] | None = None  # the line end before the bodies of here-documents, and where they end
    while at < len(text):
        match = _PATTERN.match(text, at)
        if match is None:
            return
        if jump and match.end() > jump[0]:
            line += text.count("\n", at, jump[1])
            at, jump = jump[1], None
            continue
        piece, start = match[0], line
        at = match.end()
        line += piece.count("\n")
        if match["heredoc"]:
            body, jump = _heredoc(text, jump, at, match["hd"] or match["hs"] or match["hb"])
            yield Token("string" if match["hs"] else "double", body, start)
        elif match["quote"]:
            found, at = _quoted(text, at, piece)
            line += text.count("\n", match.end(), at)
            yield from (Token(each, body, start) for each, body in found)
        elif not match["space"]:
            yield _token(match, piece, start)


def _token(match: re.Match[str], piece: str, line: int) -> Token:
    if match["single"]:
        return Token("string", re.sub(r"\\([\\'])", r"\1", piece[1:-1]), line)
    if match["double"]:
        return Token("double", piece[1:-1], line)
    kinds = ("number", "variable", "word", "mark")
    return Token(next(kind for kind in kinds if match[kind]), piece, line)


def _heredoc(text: str, jump: tuple[int, int] | None, at: int, ending: str) -> tuple[str, tuple[int, int]]:
    """The body of a here-document, and the part of the text to jump over once its line ends. `at` is behind its mark."""
    line_end = jump[0] if jump else (text.find("\n", at) if "\n" in text[at:] else len(text))
    begin = jump[1] + 1 if jump else line_end + 1
    closing = re.compile(rf"^\s*{re.escape(ending)}[ \t]*$", re.MULTILINE).search(text, begin)
    stop = closing.start() if closing else len(text)
    return text[begin:stop], (line_end, closing.end() if closing else len(text))


def _quoted(text: str, at: int, kind: str) -> tuple[list[tuple[str, str]], int]:
    while at < len(text) and text[at].isspace():
        at += 1
    opening = text[at]
    closing, depth, start = _CLOSING.get(opening, opening), 1, at + 1
    at = start
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] == closing:
            depth -= 1
            if depth == 0:
                break
        elif text[at] == opening and closing != opening:
            depth += 1
        at += 1
    body = text[start:at]
    if kind == "qw":
        words = body.split()
        pairs = [("mark", "(")]
        for word in words:
            pairs += [("string", word), ("mark", ",")]
        return [*pairs, ("mark", ")")], at + 1
    return [("double" if kind == "qq" else "string", body)], at + 1


def unescape(text: str) -> str:
    """What a text between double quotes means, without the variables in it."""

    def meant(match: re.Match[str]) -> str:
        if match[1].startswith("x"):
            digits = match[1].strip("x{}")
            return chr(int(digits, 16)) if digits and int(digits, 16) < 0x110000 else ""
        return _ESCAPES.get(match[1], match[1])

    return re.sub(r"\\(x\{[0-9a-fA-F]*\}|x[0-9a-fA-F]{1,2}|.)", meant, text, flags=re.DOTALL)
