"""What a Perl settings file assigns: a reader over its tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping

from klardesk.otrs.inspect.settings import INACTIVE, SettingValue
from klardesk.otrs.inspect.settings.perl import DEEPEST, UNKNOWN, Assigned, Token, tokens, unescape

_VARIABLE = re.compile(r"(?<!\\)\$Self->\{['\"]?(\w[\w:.#-]*)['\"]?\}|(?<!\\)[$@](?:\{|\w)")
_OURS = re.compile(r"^\$(?:Self|Config)$")
_NOTHING = Token("end", "", 0)
_CLOSING = {"[": "]", "(": ")", "{": "}"}


class _Several(list[SettingValue]):
    """What stands in round brackets: within a list, as many values of it."""


def _as_hash(listed: list[SettingValue]) -> SettingValue:
    if len(listed) % 2:
        return UNKNOWN
    return {str(listed[index]): listed[index + 1] for index in range(0, len(listed), 2)}


class _Reader:
    """Walks over the tokens; never recurses deeper than DEEPEST."""

    def __init__(self, text: str, known: Mapping[str, SettingValue]) -> None:
        self.all = list(tokens(text))
        self.at = 0
        self.known = known
        self.found = Assigned()

    def peek(self, ahead: int = 0) -> Token:
        return self.all[self.at + ahead] if self.at + ahead < len(self.all) else _NOTHING

    def mark(self, *texts: str, ahead: int = 0) -> bool:
        """Whether the token there is one of these marks; a string of the same text is none."""
        token = self.peek(ahead)
        return token.kind == "mark" and token.text in texts

    def word(self, *texts: str) -> bool:
        """Whether the next token is one of these words."""
        token = self.peek()
        return token.kind == "word" and token.text in texts

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def run(self) -> Assigned:
        """Read all statements. Blocks of `sub` are as if they were not there; those of `if` and loops make values uncertain."""
        stack: list[bool] = []
        head: list[str] = []
        while self.peek() is not _NOTHING:
            token = self.peek()
            if self.mark("{", "}", ";"):
                self.at += 1
                if token.text == "{":
                    stack.append(bool({"if", "unless", "elsif", "else", "for", "foreach", "while"} & set(head)))
                elif token.text == "}" and stack:
                    stack.pop()
                head = []
            elif self._statement(uncertain=any(stack)):
                head = []
            else:
                head.append(self.take().text)
        return self.found

    def _statement(self, *, uncertain: bool) -> bool:
        """One assignment, `delete` or `push`; False if none begins here."""
        start = self.at
        token = self.peek()
        if self.word("delete") and self.peek(1).kind == "variable":
            self.at += 1
            if path := self._target():
                self._set(path, INACTIVE, token.line, uncertain=uncertain)
                return True
        elif token.kind == "variable" and _OURS.match(token.text):
            path = self._target()
            if path and self.mark("="):
                self.at += 1
                value = self._value(0)
                if isinstance(value, _Several):
                    value = value[0] if len(value) == 1 else UNKNOWN
                if self.word("if", "unless"):
                    uncertain = True
                self._set(path, value, token.line, uncertain=uncertain)
                return True
            if path and self.mark(".="):
                self._set(path, UNKNOWN, token.line, uncertain=uncertain)
        elif self.word("push"):
            self._push(token.line)
        self.at = start
        return False

    def _push(self, line: int) -> None:
        """`push @{ $Self->{Name} }, …` makes the list unknown."""
        start = self.at
        while self.peek() is not _NOTHING and not self.mark(";"):
            if self.peek().kind == "variable" and _OURS.match(self.peek().text):
                if path := self._target():
                    self._set(path, UNKNOWN, line, uncertain=False)
                break
            self.at += 1
        self.at = start

    def _target(self) -> list[str]:
        """The keys of `$Self->{A}->{B}` or `$Self->{A}{B}`; empty if it is not of that shape."""
        path: list[str] = []
        self.at += 1
        while True:
            arrow = self.mark("->")
            if not self.mark("{", ahead=int(arrow)) or (not arrow and not path):
                return path
            key = self.peek(int(arrow) + 1)
            if key.kind not in {"string", "double", "word", "number"} or not self.mark("}", ahead=int(arrow) + 2):
                return []
            self.at += int(arrow) + 3
            path.append(unescape(key.text) if key.kind == "double" else key.text)

    def _set(self, path: list[str], value: SettingValue, line: int, *, uncertain: bool) -> None:
        name = path[0]
        if len(path) > 2:
            value = {path[2]: value} if len(path) == 3 and value is not INACTIVE else UNKNOWN
        if len(path) > 1:
            name = f"{path[0]}###{path[1]}"
            older = self.found.values.get(name)
            if len(path) == 3 and isinstance(older, dict) and isinstance(value, dict):
                value = older | value
        if uncertain:
            self.found.uncertain.add(name)
        self.found.values[name] = value
        self.found.lines[name] = line
        if len(path) == 1 and isinstance(value, dict):
            for key, each in value.items():
                self.found.values[f"{name}###{key}"] = each
                self.found.lines[f"{name}###{key}"] = line

    def _value(self, depth: int) -> SettingValue:
        """An expression up to `,`, `;`, a closing bracket, or `if`; UNKNOWN if it is more than data."""
        value = self._single(depth)
        while self.mark("."):
            self.at += 1
            right = self._single(depth)
            known = isinstance(value, str) and isinstance(right, str)
            value = f"{value}{right}" if known else UNKNOWN
        if self.peek() is _NOTHING or self.mark(",", ";", "}", "]", ")", "=>") or self.word("if", "unless"):
            return value
        self._skip()
        return UNKNOWN

    def _single(self, depth: int) -> SettingValue:
        token = self.take()
        if token.kind in {"string", "double", "number"}:
            return self._literal(token)
        opens = token.text if token.kind == "mark" else ""
        if opens == "-" and self.peek().kind == "number":
            return f"-{self.take().text}"
        if opens in _CLOSING and depth < DEEPEST:
            listed = self._list(_CLOSING[opens], depth)
            return listed if opens == "[" else _Several(listed) if opens == "(" else _as_hash(listed)
        if token.kind == "word" and token.text == "undef":
            return None
        if token.kind == "variable" and _OURS.match(token.text):
            self.at -= 1
            return self._lookup(self._target())
        if token.kind == "word" and self.mark("=>"):
            return token.text
        return UNKNOWN

    def _literal(self, token: Token) -> SettingValue:
        if token.kind == "double":
            return self._interpolated(token.text)
        return token.text.replace("_", "") if token.kind == "number" else token.text

    def _list(self, closing: str, depth: int) -> list[SettingValue]:
        found: list[SettingValue] = []
        while self.peek() is not _NOTHING and not self.mark(closing):
            if self.mark(",", "=>"):
                self.at += 1
                continue
            value = self._value(depth + 1)
            found += value if isinstance(value, _Several) else [value]
            if self.mark(";", "}", "]", ")") and not self.mark(closing):
                self.at += 1
        self.at += 1
        return found

    def _interpolated(self, text: str) -> SettingValue:
        """A text between double quotes; with other variables than known settings it is unknown."""
        unknown = False

        def filled(match: re.Match[str]) -> str:
            nonlocal unknown
            value = self._lookup([match[1]]) if match[1] else UNKNOWN
            unknown = unknown or not isinstance(value, str)
            return str(value)

        filled_in = _VARIABLE.sub(filled, text)
        return UNKNOWN if unknown else unescape(filled_in)

    def _lookup(self, path: list[str]) -> SettingValue:
        name = "###".join(path[:2])
        if not path or len(path) > 2:
            return UNKNOWN
        return self.found.values.get(name, self.known.get(name, UNKNOWN))

    def _skip(self) -> None:
        """Pass the rest of an expression that is no data."""
        depth = 0
        while self.peek() is not _NOTHING:
            if depth == 0 and self.mark(";", ",", "}", "]", ")"):
                return
            depth += self.mark("{", "[", "(") - self.mark("}", "]", ")")
            self.at += 1


def read(text: str, known: Mapping[str, SettingValue] | None = None) -> Assigned:
    """What the text assigns to `$Self`. `known` are settings it may refer to, such as Home. Never raises, never runs anything."""
    return _Reader(text, known or {}).run()
