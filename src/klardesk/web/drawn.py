"""Parts of pages that are kept as they were drawn: what a hundred agents look at all day is drawn once.

In a template `{% drawn "name", values %}…{% enddrawn %}` draws its inside only if no part of that name shows these values yet.
The values are all that the inside hangs on, the language among them; what is hard to work out is given as a function, which
only the inside calls.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup

MOST = 8_000_000
"""Characters that are kept of the parts of one name."""


class Drawn:
    """HTML by all the values that it shows, its language among them; when `most` characters are there, all is forgotten.

    Nobody sees by it what is not theirs: whoever cannot name every value does not find the part. For any number of threads.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._room = most
        self._parts: dict[Hashable, Markup] = {}

    def __len__(self) -> int:
        return len(self._parts)

    def get(self, values: Hashable) -> Markup | None:
        """The part that shows these values, if it is kept."""
        return self._parts.get(values)

    def keep(self, values: Hashable, part: Markup) -> None:
        """Keep the part that shows these values."""
        self._room -= len(part)
        if self._room < 0:
            self._parts.clear()
            self._room = self._most - len(part)
        self._parts[values] = part


_STORES: defaultdict[str, Drawn] = defaultdict(Drawn)


def store(name: str) -> Drawn:
    """The parts of a name."""
    return _STORES[name]


class DrawnExtension(Extension):
    """The tag. It is written out in place, as `{% set %}` and `{% if %}` would be: a macro per row of a table costs too much."""

    tags = {"drawn"}  # noqa: RUF012 - an attribute of the instance by the base class

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """`{% drawn NAME, VALUES %}` up to `{% enddrawn %}`."""
        line = next(parser.stream).lineno
        name = parser.parse_expression()
        parser.stream.expect("comma")
        values = parser.parse_expression()
        body = parser.parse_statements(("name:enddrawn",), drop_needle=True)
        parts, key, part = (parser.free_identifier(line).name for _ in range(3))
        found = _call(parts, "get", nodes.Name(key, "load"))
        keep = _call(parts, "keep", nodes.Name(key, "load"), nodes.Name(part, "load"))
        draw: list[nodes.Node] = [nodes.AssignBlock(nodes.Name(part, "store"), None, body), nodes.ExprStmt(keep)]
        written: list[nodes.Node] = [
            _assign(parts, nodes.Call(self.attr("store"), [name], [], None, None)),
            _assign(key, values),
            _assign(part, found),
            nodes.If(nodes.Test(nodes.Name(part, "load"), "none", [], [], None, None), draw, [], []),
            nodes.Output([nodes.Name(part, "load")]),
        ]
        return [node.set_lineno(line) for node in written]

    def store(self, name: str) -> Drawn:
        """As `store`, for the compiled template."""
        return store(name)


def _assign(name: str, value: nodes.Expr) -> nodes.Node:
    return nodes.Assign(nodes.Name(name, "store"), value)


def _call(name: str, method: str, *args: nodes.Expr) -> nodes.Expr:
    return nodes.Call(nodes.Getattr(nodes.Name(name, "load"), method, "load"), list(args), [], None, None)
