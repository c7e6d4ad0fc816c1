"""HTML as readable plain text: links, lists, tables and quotations stay recognisable."""

from __future__ import annotations

import html
import re

from klardesk.base.html.tokens import Token, tokens

_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"))
_BLOCKS = _PARAGRAPHS | frozenset(
    (
        "address", "article", "aside", "body", "center", "dd", "div", "dt", "figcaption", "figure", "footer", "form",
        "header", "hr", "li", "main", "nav", "section", "tbody", "tfoot", "thead", "tr", "caption", "fieldset",
    )
)  # fmt: skip
_SPACE = re.compile(r"[ \t\n\r\f\xa0]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_LINK = re.compile(r"(?:https?|ftp)://\S+|mailto:\S+|tel:\S+", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:https?://(?:www\.)?|mailto:|tel:)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_DEEPEST_QUOTE = 20


def to_text(text: str) -> str:
    """Readable plain text of a document: `text <url>` for links whose text is not their address, `- ` and `1. ` for
    list entries, `> ` before quoted lines, one line per table row. Lines are not wrapped. Linear in the input.
    """
    writer = _Writer()
    for token in tokens(text):
        if token.kind == "text":
            writer.text(token.value)
        elif token.kind == "open":
            writer.start(token)
        else:
            writer.end(token.value)
    return writer.result()


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.preformatted = 0
        self.lists: list[int | None] = []
        self.link: tuple[str, int, int] | None = None
        self.hidden: tuple[str, int] | None = None

    def text(self, raw: str) -> None:
        if self.hidden:
            return
        text = html.unescape(raw) if "&" in raw else raw
        if self.preformatted:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._append(first)
            for line in rest:
                self._break()
                self._append(line)
            return
        text = _SPACE.sub(" ", text)
        if not self.line or self.line[-1].endswith((" ", "\t")):
            text = text.lstrip(" ")
        self._append(text)

    def start(self, token: Token) -> None:
        name = token.value
        if self.hidden:
            self.hidden = _nested(self.hidden, name, 1)
        elif name in {"div", "span", "p", "td"} and _HIDDEN.search(token.raw_attributes):
            self.hidden = (name, 1)  # the preview line of newsletters, which no reader sees
        else:
            self._start_block(name)
            self._start_element(name, token)

    def _start_element(self, name: str, token: Token) -> None:
        if name == "br":
            self._break()
        elif name == "hr":
            self._append("-" * 20)
            self._break()
        elif name == "blockquote":
            self.quotes += 1
        elif name == "pre":
            self.preformatted += 1
        elif name in {"ul", "ol"}:
            self.lists.append(1 if name == "ol" else None)
        elif name == "li":
            self._append(self._mark())
        elif name == "a":
            self._open_link(token)
        elif name == "img":
            self._picture(token)

    def end(self, name: str) -> None:
        if self.hidden:
            self.hidden = _nested(self.hidden, name, -1)
            return
        if name == "a":
            self._close_link()
        elif name in {"td", "th"} and self.line:
            self._append("\t")
        if name in _BLOCKS:
            self._break_if_begun()
        if name == "blockquote":
            self._end_quote()
        elif name == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        elif name in {"ul", "ol"} and self.lists:
            self.lists.pop()
        self._start_block(name)

    def _end_quote(self) -> None:
        self.quotes = max(0, self.quotes - 1)
        if self.lines and not self.lines[-1].strip("> "):
            self.lines[-1] = self._prefix()

    def result(self) -> str:
        self._close_link()
        self._break_if_begun()
        while self.lines and not self.lines[-1].strip("> "):
            self.lines.pop()
        return _BLANK_LINES.sub("\n\n", "\n".join(self.lines)).strip("\n")

    def _start_block(self, name: str) -> None:
        """Begin a line, after an empty one where a paragraph or a list ends or begins; lists in lists need none."""
        if name in _BLOCKS:
            self._break_if_begun()
        inner_list = bool(self.lists) and name in {"ul", "ol"}
        if name in _PARAGRAPHS and not inner_list and self.lines and self.lines[-1].strip("> "):
            self._break()

    def _append(self, text: str) -> None:
        if text:
            self.line.append(text)

    def _break_if_begun(self) -> None:
        if self.line:
            self._break()

    def _break(self) -> None:
        text = "".join(self.line).rstrip()
        self.lines.append(f"{self._prefix()} {text}".strip(" ") if self.quotes else text)
        self.line.clear()

    def _prefix(self) -> str:
        return ">" * min(self.quotes, _DEEPEST_QUOTE)

    def _mark(self) -> str:
        indent = "  " * min(max(len(self.lists) - 1, 0), 10)
        number = self.lists[-1] if self.lists else None
        if number is None:
            return f"{indent}- "
        self.lists[-1] = number + 1
        return f"{indent}{number}. "

    def _open_link(self, token: Token) -> None:
        self._close_link()
        self.link = (token.attributes().get("href", "").strip(), len(self.lines), len(self.line))

    def _close_link(self) -> None:
        if self.link is None:
            return
        url, lines, begun = self.link
        self.link = None
        shown = "".join(self.line[begun:]) if lines == len(self.lines) else " ".join((*self.lines[lines:], *self.line))
        shown = shown.strip()
        if shown and _LINK.fullmatch(url) and _bare(url) not in _bare(shown):
            self._append(f" <{url.removeprefix('mailto:')}>")

    def _picture(self, token: Token) -> None:
        alternative = _SPACE.sub(" ", token.attributes().get("alt", "")).strip()
        if alternative:
            self._append(f"[{alternative}]")


def _bare(url: str) -> str:
    return _SCHEME.sub("", url).rstrip("/").lower()


def _nested(hidden: tuple[str, int], name: str, step: int) -> tuple[str, int] | None:
    """How deep a hidden element still is, counted in elements of its own name; None once it ended."""
    if name != hidden[0]:
        return hidden
    depth = hidden[1] + step
    return (name, depth) if depth else None
